import { getRouteApi } from '@tanstack/react-router';
import { Bot as BotIcon, Plus } from 'lucide-react';
import { api } from '../../api/client.ts';
import { after, usePages } from '../../api/pages.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { BotsTable } from './bots-table.tsx';
import { NewBotDialog } from './new-bot-dialog.tsx';

const route = getRouteApi('/shell/bots');

/** The team's bots. */
export function BotsPage() {
  const t = useText();
  const { team, can } = useTeam();
  const { create } = route.useSearch();
  const navigate = route.useNavigate();
  const bots = useBots(team.id);
  const open = (isOpen: boolean) => void navigate({ search: isOpen ? { create: 'yes' } : {}, replace: true });
  const button = can('admin') && (
    <Button look="primary" onClick={() => open(true)}>
      <Plus size={16} aria-hidden />
      {t.bots.create}
    </Button>
  );
  return (
    <Page title={t.bots.title} lead={t.bots.lead} actions={button}>
      <Loaded query={bots}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState
              icon={<BotIcon size={28} aria-hidden />}
              title={t.bots.emptyTitle}
              hint={can('admin') ? t.bots.emptyHint : t.bots.emptyHintViewer}
            >
              {button}
            </EmptyState>
          ) : (
            <BotsTable bots={list} />
          )
        }
      </Loaded>
      <MoreButton list={bots} />
      {create && can('admin') && <NewBotDialog onClose={() => open(false)} />}
    </Page>
  );
}

/** The team's bots, page by page. */
function useBots(teamId: string) {
  const path = { team_id: teamId };
  return usePages(['bots', teamId, 'pages'], (cursor) =>
    unwrap(api.GET('/v1/teams/{team_id}/bots', { params: { path, query: { limit: 50, ...after(cursor) } } })),
  );
}
