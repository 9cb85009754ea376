import { Link } from '@tanstack/react-router';
import { PanelLeft, SquarePen } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import { IconButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { BotMenu } from './bot-menu.tsx';
import { ConversationMenu } from './conversation-menu.tsx';
import type { Bot, Conversation } from './queries.ts';

type HeaderProps = {
  bots: Bot[];
  bot: Bot;
  conversation: Conversation | null;
  /** Whether the list of conversations stands beside where there is room. */
  isBeside: boolean;
  onOpenList(): void;
};

/** The bot, the conversation's title, and what one can do with both. */
export function ChatHeader({ bots, bot, conversation, isBeside, onOpenList }: HeaderProps) {
  const t = useText();
  return (
    <header className="flex min-h-12 items-center gap-1 border-b border-line px-2 sm:px-3">
      <IconButton
        label={t.chat.conversations}
        onClick={onOpenList}
        className={classes(isBeside ? 'lg:hidden' : '2xl:hidden')}
      >
        <PanelLeft size={18} aria-hidden />
      </IconButton>
      <BotMenu bots={bots} bot={bot} />
      <h1 className="min-w-0 flex-1 truncate px-1 text-base font-normal text-quiet max-sm:sr-only">
        {conversation?.title ?? t.chat.newConversation}
      </h1>
      <span className="flex-1 sm:hidden" />
      {conversation && <ConversationMenu conversation={conversation} isOpen />}
      <Link
        to="/chat/{-$botId}/{-$conversationId}"
        params={{ botId: bot.id, conversationId: undefined }}
        aria-label={t.chat.newConversation}
        title={t.chat.newConversation}
        className={classes(
          'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-quiet hover:bg-sunken hover:text-ink max-sm:size-11',
          isBeside ? 'lg:hidden' : '2xl:hidden',
        )}
      >
        <SquarePen size={17} aria-hidden />
      </Link>
    </header>
  );
}
