import { Link, Navigate } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import { useEffect } from 'react';
import { useText } from '../../i18n/text.tsx';
import { readPreference, writePreference } from '../../preferences.ts';
import { useTeam } from '../../shell/team.ts';
import { buttonClasses } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { ChatRoom } from './chat-room.tsx';
import { useBots } from './queries.ts';
import { chatRoute } from './route.ts';

/** Asking a bot. The address names bot and conversation; without a bot it is the one that was asked last. */
export function ChatPage() {
  const { botId, conversationId = null } = chatRoute.useParams();
  const search = chatRoute.useSearch();
  const query = useBots();
  const bot = query.data?.find(({ id }) => id === botId);
  useEffect(() => {
    if (bot) writePreference('bot', bot.id);
  }, [bot]);
  return (
    <Loaded query={query} lines={6}>
      {(bots) => {
        if (bot) return <ChatRoom bots={bots} bot={bot} conversationId={conversationId} />;
        const last = readPreference('bot');
        const chosen = bots.find(({ id }) => id === last) ?? bots[0];
        if (!chosen) return <NoBots />;
        return (
          <Navigate
            to="/chat/{-$botId}/{-$conversationId}"
            params={{ botId: chosen.id, conversationId: undefined }}
            search={search}
            replace
          />
        );
      }}
    </Loaded>
  );
}

function NoBots() {
  const t = useText();
  const { can } = useTeam();
  return (
    <Page title={t.common.nav.chat}>
      <EmptyState
        icon={<Bot size={28} aria-hidden />}
        title={t.chat.noBots}
        hint={can('admin') ? t.chat.noBotsAdmin : t.chat.noBotsOthers}
      >
        {can('admin') && (
          <Link to="/bots" className={buttonClasses('primary')}>
            {t.common.nav.bots}
          </Link>
        )}
      </EmptyState>
    </Page>
  );
}
