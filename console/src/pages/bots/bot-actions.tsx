import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Bot } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { buttonClasses } from '../../ui/button.tsx';
import { BotMoreMenu } from './bot-more-menu.tsx';
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
      {can('admin') && <BotMoreMenu bot={bot} onDelete={() => setDeleting(true)} />}
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
