import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { addDays, today } from '../../api/days.ts';
import { botsQuery } from '../../api/team-lists.ts';
import { teamQuery } from '../../api/team-queries.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { DayRange } from '../../ui/day-range.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Counts } from './counts.tsx';
import { useInsights } from './insights-queries.ts';
import { Questions } from './questions.tsx';

const route = getRouteApi('/shell/insights');

/** How well the bots answer, and which questions the documents do not answer. */
export function InsightsPage() {
  const t = useText();
  const { team } = useTeam();
  const settings = useQuery(teamQuery(team.id));
  return (
    <Page title={t.insights.title} lead={t.insights.lead}>
      <Loaded query={settings}>{(loaded) => <Insights timezone={loaded.timezone} />}</Loaded>
    </Page>
  );
}

function Insights({ timezone }: { timezone: string }) {
  const t = useText();
  const { team } = useTeam();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: bots = [] } = useQuery(botsQuery(team.id));
  const now = today(timezone);
  const asked = {
    range: { from: search.from ?? addDays(now, -29), to: search.to ?? now },
    botId: search.bot,
  };
  const days = useInsights(team.id, asked);
  return (
    <>
      <div className="mb-6 flex flex-wrap items-end gap-x-6 gap-y-3">
        <SelectField
          label={t.insights.bot}
          value={search.bot ?? ''}
          onChange={({ target }) => void navigate({ search: { ...search, bot: target.value } })}
          choices={[
            { value: '', label: t.insights.allBots },
            ...bots.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <DayRange
          range={asked.range}
          today={now}
          onChange={(range) => void navigate({ search: { ...search, ...range } })}
        />
      </div>
      <Loaded query={days}>{(loaded) => <Counts days={loaded} range={asked.range} />}</Loaded>
      <Questions asked={asked} />
    </>
  );
}
