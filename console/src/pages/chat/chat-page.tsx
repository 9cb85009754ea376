import { Link, Navigate } from '@tanstack/react-router';
import { Bot as BotIcon } from 'lucide-react';
import { useEffect } from 'react';
import { useLanguage, useText } from '../../i18n/text.tsx';
import { readPreference, writePreference } from '../../preferences.ts';
import { useTeam } from '../../shell/team.ts';
import { buttonClasses } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { ChatRoom } from './chat-room.tsx';
import { type Bot, useBots } from './queries.ts';
import { chatRoute } from './route.ts';

/** Asking a bot. The address names bot and conversation; without a bot it is the one that was asked last. */
export function ChatPage() {
  const { botId, conversationId = null } = chatRoute.useParams();
  const search = chatRoute.useSearch();
  const language = useLanguage();
  const query = useBots();
  const bot = query.data?.find(({ id }) => id === botId);
  useEffect(() => {
    if (bot) writePreference('bot', bot.id);
  }, [bot]);
  return (
    <Loaded query={query} lines={6}>
      {(bots) => {
        if (bot) return <ChatRoom bots={bots} bot={bot} conversationId={conversationId} />;
        const chosen = chooseBot(bots, language);
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

/** The bot that was asked last, else one that speaks the reader's language. */
function chooseBot(bots: Bot[], language: string): Bot | undefined {
  const last = readPreference('bot');
  return bots.find(({ id }) => id === last) ?? bots.find((each) => each.language === language) ?? bots[0];
}

function NoBots() {
  const t = useText();
  const { can } = useTeam();
  return (
    <Page title={t.common.nav.chat}>
      <EmptyState
        icon={<BotIcon size={28} aria-hidden />}
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
