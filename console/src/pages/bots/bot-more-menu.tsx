import { Ellipsis, Trash2 } from 'lucide-react';
import type { Bot } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';

/** What an admin seldom does with a bot. */
export function BotMoreMenu({ bot, onDelete }: { bot: Bot; onDelete(): void }) {
  const t = useText();
  return (
    <Menu
      trigger={
        <IconButton label={t.bots.more(bot.name)}>
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
    >
      <MenuItem isDanger icon={<Trash2 size={16} aria-hidden />} onClick={onDelete}>
        {t.common.delete}
      </MenuItem>
    </Menu>
  );
}
