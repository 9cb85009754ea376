import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import type { Bot } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useBotsChanged } from './bots-changed.ts';

type DeleteProps = { bot: Bot; onClose(): void; onDeleted?: () => Promise<void> };

/** Asks whether a bot shall be deleted, and deletes it. */
export function DeleteBotDialog({ bot, onClose, onDeleted }: DeleteProps) {
  const t = useText();
  const { team } = useTeam();
  const botsChanged = useBotsChanged();
  const path = { team_id: team.id, bot_id: bot.id };
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/v1/teams/{team_id}/bots/{bot_id}', { params: { path } })),
    async onSuccess() {
      await onDeleted?.();
      onClose();
      showToast({ title: t.bots.deleted(bot.name) });
      await botsChanged();
    },
  });
  return (
    <ConfirmDialog
      title={t.bots.deleteTitle(bot.name)}
      consequence={
        <>
          <p>{t.bots.deleteHint}</p>
          {remove.error && <ProblemState error={remove.error} className="mt-3" />}
        </>
      }
      confirmLabel={t.common.delete}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      onConfirm={() => remove.mutate()}
      busy={remove.isPending}
    />
  );
}
