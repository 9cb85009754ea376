import { useQuery } from '@tanstack/react-query';
import { daysBetween, daysInMonth } from '../../api/days.ts';
import { teamQuery } from '../../api/team-queries.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { BarChart } from '../../ui/bar-chart.tsx';
import type { Range } from '../../ui/day-range.tsx';
import type { UsageSum } from './usage-queries.ts';

/** Cost and requests of each day; days without any are drawn too. */
export function UsageCharts({ sums, range }: { sums: UsageSum[]; range: Range }) {
  const t = useText();
  const format = useFormat();
  const { team } = useTeam();
  const budget = useQuery(teamQuery(team.id)).data?.monthly_budget_usd ?? null;
  const byDay = new Map(sums.map((sum) => [sum.group, sum]));
  const days = daysBetween(range.from, range.to);
  const bars = (valueOf: (sum: UsageSum) => number) =>
    days.map((day) => {
      const sum = byDay.get(day);
      return { label: format.date(`${day}T12:00:00`), values: [sum ? valueOf(sum) : 0] };
    });
  return (
    <div className="grid gap-8 lg:grid-cols-2">
      <BarChart
        label={t.usage.costPerDay}
        series={[{ name: t.usage.cost, tone: 'accent' }]}
        bars={bars(({ cost_usd }) => cost_usd)}
        format={format.usd}
        limit={budget ? { name: t.usage.dailyShare, value: budget / daysInMonth(range.to) } : null}
      />
      <BarChart
        label={t.usage.requestsPerDay}
        series={[{ name: t.usage.requests, tone: 'accent' }]}
        bars={bars(({ requests }) => requests)}
        format={format.number}
      />
    </div>
  );
}
