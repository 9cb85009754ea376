import { useNavigate } from '@tanstack/react-router';
import { Bot as BotIcon, ChevronDown } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import { Menu, MenuRadio } from '../../ui/menu.tsx';
import type { Bot } from './queries.ts';

/** The bot that is asked, and the way to another one, which begins a new conversation. */
export function BotMenu({ bots, bot }: { bots: Bot[]; bot: Bot }) {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`${t.chat.chooseBot}: ${bot.name}`}
          className="flex min-h-8 max-w-56 min-w-0 shrink-0 items-center gap-1.5 rounded-md px-2 font-medium hover:bg-sunken data-popup-open:bg-sunken max-sm:min-h-11 max-sm:max-w-44"
        >
          <BotIcon size={16} aria-hidden className="shrink-0 text-quiet" />
          <span className="truncate">{bot.name}</span>
          <ChevronDown size={14} aria-hidden className="shrink-0 text-quiet" />
        </button>
      }
    >
      <MenuRadio
        label={t.chat.chooseBot}
        value={bot.id}
        choices={bots.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(botId) =>
          void navigate({
            to: '/chat/{-$botId}/{-$conversationId}',
            params: { botId, conversationId: undefined },
            search: ({ document }) => (document ? { document } : {}),
          })
        }
      />
    </Menu>
  );
}
