import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BarChart3 } from 'lucide-react';
import { addDays, today } from '../../api/days.ts';
import { teamQuery } from '../../api/team-queries.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { DayRange } from '../../ui/day-range.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { BudgetLine } from './budget-line.tsx';
import { UsageCharts } from './usage-charts.tsx';
import { type Group, isGroup, useUsage } from './usage-queries.ts';
import { UsageTable } from './usage-table.tsx';

const route = getRouteApi('/shell/usage');

/** What the team used and what it cost, by day and by what the person asks for. */
export function UsagePage() {
  const t = useText();
  const { team } = useTeam();
  const settings = useQuery(teamQuery(team.id));
  return (
    <Page title={t.usage.title} lead={t.usage.lead}>
      <Loaded query={settings}>{(loaded) => <Usage timezone={loaded.timezone} />}</Loaded>
    </Page>
  );
}

function Usage({ timezone }: { timezone: string }) {
  const t = useText();
  const { team } = useTeam();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = today(timezone);
  const range = { from: search.from ?? addDays(now, -29), to: search.to ?? now };
  const by: Group = isGroup(search.by) ? search.by : 'bot';
  const days = useUsage(team.id, { ...range, by: 'day' });
  const groups = useUsage(team.id, { ...range, by });
  return (
    <>
      <BudgetLine today={now} />
      <div className="mb-6 flex flex-wrap items-end gap-x-6 gap-y-3">
        <DayRange
          range={range}
          today={now}
          onChange={(next) => void navigate({ search: { ...search, ...next } })}
        />
      </div>
      <Loaded query={days}>
        {(sums) =>
          sums.some(({ requests }) => requests > 0) ? (
            <>
              <UsageCharts sums={sums} range={range} />
              <div className="mt-8 mb-3 flex flex-wrap items-end justify-between gap-3">
                <SelectField
                  label={t.usage.by}
                  value={by}
                  onChange={({ target }) => void navigate({ search: { ...search, by: target.value } })}
                  choices={Object.entries(t.usage.groups).map(([value, label]) => ({ value, label }))}
                />
                <p className="text-sm text-quiet">{t.usage.timezone(timezone)}</p>
              </div>
              <Loaded query={groups}>{(rows) => <UsageTable rows={rows} by={by} />}</Loaded>
            </>
          ) : (
            <EmptyState
              icon={<BarChart3 size={28} aria-hidden />}
              title={t.usage.empty}
              hint={t.usage.emptyHint}
            />
          )
        }
      </Loaded>
    </>
  );
}
