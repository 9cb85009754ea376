import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Day } from '../../api/days.ts';
import { teamQuery } from '../../api/team-queries.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { classes } from '../../ui/classes.ts';
import { totalCost, useUsage } from './usage-queries.ts';

/** How much of the month's budget is spent. */
export function BudgetLine({ today }: { today: Day }) {
  const t = useText();
  const format = useFormat();
  const { team, can } = useTeam();
  const settings = useQuery(teamQuery(team.id));
  const month = useUsage(team.id, { from: `${today.slice(0, 8)}01`, to: today, by: 'day' });
  const budget = settings.data?.monthly_budget_usd ?? null;
  if (!settings.data || !month.data) return null;
  const spent = totalCost(month.data);
  const edit = can('owner') && (
    <Link to="/settings" className="text-accent underline underline-offset-2">
      {t.usage.setBudget}
    </Link>
  );
  if (budget === null) {
    return (
      <p className="mb-6 text-quiet">
        {t.usage.thisMonth}: <b className="text-ink">{format.usd(spent)}</b>. {t.usage.noBudget} {edit}
      </p>
    );
  }
  const isOver = spent >= budget;
  return (
    <div className="mb-6 max-w-xl">
      <p className="mb-1 flex justify-between gap-4">
        <span>{t.usage.ofBudget(format.usd(spent), format.usd(budget))}</span> {edit}
      </p>
      <meter
        min={0}
        max={budget}
        value={Math.min(spent, budget)}
        aria-label={t.usage.budget}
        className="sr-only"
      />
      <div aria-hidden className="h-2 overflow-hidden rounded-sm bg-sunken">
        <div
          className={classes('h-full', isOver ? 'bg-bad' : 'bg-accent')}
          style={{ width: `${Math.min(100, (spent / budget) * 100)}%` }}
        />
      </div>
      {isOver && (
        <p role="alert" className="mt-1 text-bad">
          {t.usage.overBudget}
        </p>
      )}
    </div>
  );
}
