import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ApiProblem } from '../../api/problem.ts';
import { type Bot, botQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { NotFound } from '../../shell/failed-page.tsx';
import { useTeam } from '../../shell/team.ts';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { BotActions } from './bot-actions.tsx';
import { BotEditor } from './bot-editor.tsx';
import { BotFacts } from './bot-facts.tsx';
import { LiveTest } from './live-test.tsx';

const route = getRouteApi('/shell/bots/$botId');

/** A bot: its settings at the left, a live test at the right. */
export function BotPage() {
  const t = useText();
  const { team, can } = useTeam();
  const { botId } = route.useParams();
  const query = useQuery(botQuery(team.id, botId));
  if (!query.data && query.error instanceof ApiProblem && query.error.status < 500 && query.error.status > 0)
    return <NotFound />;
  return (
    <Page
      title={query.data?.name ?? t.bots.title}
      lead={query.data?.description}
      actions={query.data && <BotActions bot={query.data} />}
    >
      <Loaded query={query} lines={12}>
        {(bot) =>
          can('admin') ? <BotEditor key={bot.id} bot={bot} /> : <BotToRead key={bot.id} bot={bot} />
        }
      </Loaded>
    </Page>
  );
}

function BotToRead({ bot }: { bot: Bot }) {
  const t = useText();
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <div>
        <p className="mb-4 text-quiet">{t.bots.readOnly}</p>
        <BotFacts bot={bot} />
      </div>
      <LiveTest botId={bot.id} starters={bot.starters} />
    </div>
  );
}
