import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Bot } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { buttonClasses, IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { DeleteBotDialog } from './delete-bot-dialog.tsx';

/** What one does with a bot beside changing it. */
export function BotActions({ bot }: { bot: Bot }) {
  const t = useText();
  const { can } = useTeam();
  const navigate = useNavigate();
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <Link to="/connect" search={{ bot: bot.id }} className={buttonClasses()}>
        {t.bots.connect}
      </Link>
      <Link to="/chat/{-$botId}/{-$conversationId}" params={{ botId: bot.id }} className={buttonClasses()}>
        {t.bots.chat}
      </Link>
      {can('admin') && (
        <Menu
          trigger={
            <IconButton label={t.bots.more(bot.name)}>
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        >
          <MenuItem isDanger icon={<Trash2 size={16} aria-hidden />} onClick={() => setDeleting(true)}>
            {t.common.delete}
          </MenuItem>
        </Menu>
      )}
      {isDeleting && (
        <DeleteBotDialog
          bot={bot}
          onClose={() => setDeleting(false)}
          onDeleted={() => navigate({ to: '/bots', ignoreBlocker: true })}
        />
      )}
    </>
  );
}
