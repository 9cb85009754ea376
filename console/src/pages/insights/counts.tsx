import { daysBetween } from '../../api/days.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { BarChart } from '../../ui/bar-chart.tsx';
import type { Range } from '../../ui/day-range.tsx';
import type { InsightDay } from './insights-queries.ts';

/** The sums of a time as figures, and each day by outcome as bars. */
export function Counts({ days, range }: { days: InsightDay[]; range: Range }) {
  const t = useText();
  const format = useFormat();
  const sum = (valueOf: (day: InsightDay) => number) => days.reduce((total, day) => total + valueOf(day), 0);
  const asked = sum(({ questions, small_talk }) => questions - small_talk);
  const share = (count: number) => (asked > 0 ? format.percent(count / asked) : '–');
  const figures: [string, string, string][] = [
    [t.insights.questions, format.number(sum(({ questions }) => questions)), ''],
    [t.insights.refused, share(sum((day) => day.no_context)), format.number(sum((day) => day.no_context))],
    [t.insights.unverified, share(sum((day) => day.unverified)), format.number(sum((day) => day.unverified))],
    [t.insights.ratedDown, share(sum((day) => day.rated_down)), format.number(sum((day) => day.rated_down))],
    [t.insights.cost, format.usd(sum((day) => day.cost_usd)), ''],
  ];
  const byDay = new Map(days.map((day) => [day.day, day]));
  const bars = daysBetween(range.from, range.to).map((day) => {
    const counts = byDay.get(day);
    const { answered = 0, unverified = 0, no_context = 0, small_talk = 0, errors = 0 } = counts ?? {};
    return {
      label: format.date(`${day}T12:00:00`),
      values: [answered, unverified, no_context, small_talk + errors],
    };
  });
  return (
    <>
      <dl className="mb-6 grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-5">
        {figures.map(([name, value, count]) => (
          <div key={name}>
            <dt className="text-sm text-quiet">{name}</dt>
            <dd className="text-xl font-semibold tabular-nums">
              {value} {count && <span className="text-sm font-normal text-quiet">{count}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <BarChart
        label={t.insights.perDay}
        series={[
          { name: t.insights.answered, tone: 'good' },
          { name: t.insights.unverified, tone: 'warn' },
          { name: t.insights.refused, tone: 'bad' },
          { name: t.insights.other, tone: 'quiet' },
        ]}
        bars={bars}
        format={format.number}
      />
    </>
  );
}
