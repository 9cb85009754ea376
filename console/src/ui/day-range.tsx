import { addDays, type Day } from '../api/days.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';
import { TextField } from './field.tsx';

export type Range = { from: Day; to: Day };

type RangeProps = { range: Range; today: Day; onChange(range: Range): void };

const SPANS = [7, 30, 90] as const;

/** Two days with buttons for the usual spans up to today. */
export function DayRange({ range, today, onChange }: RangeProps) {
  const t = useText();
  const change = (part: Partial<Range>) => {
    const next = { ...range, ...part };
    if (next.from && next.to && next.from <= next.to) onChange(next);
  };
  return (
    <div className="flex flex-wrap items-end gap-2">
      <TextField
        label={t.usage.from}
        type="date"
        max={range.to}
        value={range.from}
        onChange={({ target }) => change({ from: target.value })}
      />
      <TextField
        label={t.usage.to}
        type="date"
        min={range.from}
        max={today}
        value={range.to}
        onChange={({ target }) => change({ to: target.value })}
      />
      <div className="flex gap-1">
        {SPANS.map((days) => {
          const span = { from: addDays(today, 1 - days), to: today };
          const isChosen = span.from === range.from && span.to === range.to;
          return (
            <Button
              key={days}
              look="quiet"
              aria-pressed={isChosen}
              onClick={() => onChange(span)}
              className="aria-pressed:bg-sunken aria-pressed:text-ink"
            >
              {t.usage.ranges[days]}
            </Button>
          );
        })}
      </div>
    </div>
  );
}
