import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Braces, Ellipsis, FileDown, Pencil, Pin, PinOff, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, saveFile } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { ProblemState, useProblemText } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { type Conversation, useRefresh } from './queries.ts';

type MenuProps = { conversation: Conversation; isOpen: boolean };

/** Pin, rename, export, delete. */
export function ConversationMenu({ conversation, isOpen }: MenuProps) {
  const t = useText();
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const change = useChange(conversation.id);
  const exporting = useExport(conversation);
  const close = () => setDialog(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={`${t.common.actions}: ${conversation.title}`}>
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem
          icon={conversation.pinned ? <PinOff size={15} aria-hidden /> : <Pin size={15} aria-hidden />}
          onClick={() => change.mutate({ pinned: !conversation.pinned })}
        >
          {conversation.pinned ? t.chat.unpin : t.chat.pin}
        </MenuItem>
        <MenuItem icon={<Pencil size={15} aria-hidden />} onClick={() => setDialog('rename')}>
          {t.common.rename}
        </MenuItem>
        <MenuItem icon={<FileDown size={15} aria-hidden />} onClick={() => exporting.mutate('markdown')}>
          {t.chat.exportMarkdown}
        </MenuItem>
        <MenuItem icon={<Braces size={15} aria-hidden />} onClick={() => exporting.mutate('json')}>
          {t.chat.exportJson}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 size={15} aria-hidden />} isDanger onClick={() => setDialog('delete')}>
          {t.common.delete}
        </MenuItem>
      </Menu>
      {dialog === 'rename' && <RenameDialog conversation={conversation} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog conversation={conversation} isOpen={isOpen} onClose={close} />}
    </>
  );
}

function useChange(conversation_id: string) {
  const team_id = useTeam().team.id;
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { title?: string; pinned?: boolean }) =>
      unwrap(
        api.PATCH('/v1/teams/{team_id}/conversations/{conversation_id}', {
          params: { path: { team_id, conversation_id } },
          body,
        }),
      ),
    onSuccess: () => refresh(conversation_id),
  });
}

function useExport({ id, title }: Conversation) {
  const t = useText();
  const team_id = useTeam().team.id;
  return useMutation({
    mutationFn: (format: 'markdown' | 'json') =>
      saveFile(
        `/v1/teams/${team_id}/conversations/${id}/export?format=${format}`,
        `${title}.${format === 'json' ? 'json' : 'md'}`,
      ),
    onError: (error) => showToast({ title: t.common.problem, description: error.message }),
  });
}

type DialogProps = { conversation: Conversation; onClose(): void };

function RenameDialog({ conversation, onClose }: DialogProps) {
  const t = useText();
  const [title, setTitle] = useState(conversation.title);
  const change = useChange(conversation.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ title: title.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog title={t.chat.renameTitle} open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <form onSubmit={submit}>
        <TextField
          label={t.common.name}
          required
          maxLength={200}
          value={title}
          onChange={({ target }) => setTitle(target.value)}
        />
        {change.error && <ProblemState error={change.error} className="mt-3" />}
        <DialogActions>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" look="primary" busy={change.isPending}>
            {t.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** @param isOpen whether the page shows this conversation, which it then leaves */
function DeleteDialog({
  conversation: { id, bot_id, title },
  isOpen,
  onClose,
}: DialogProps & { isOpen: boolean }) {
  const t = useText();
  const navigate = useNavigate();
  const team_id = useTeam().team.id;
  const refresh = useRefresh();
  const remove = useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE('/v1/teams/{team_id}/conversations/{conversation_id}', {
          params: { path: { team_id, conversation_id: id } },
        }),
      ),
    onSuccess: async () => {
      onClose();
      if (isOpen)
        await navigate({
          to: '/chat/{-$botId}/{-$conversationId}',
          params: { botId: bot_id, conversationId: undefined },
        });
      showToast({ title: t.chat.deleted });
      await refresh(null);
    },
  });
  const problem = useProblemText(remove.error);
  return (
    <ConfirmDialog
      title={t.chat.deleteTitle}
      consequence={
        <>
          <p>{t.chat.deleteConsequence(title)}</p>
          {remove.error && <p className="mt-2 text-bad">{problem}</p>}
        </>
      }
      confirmLabel={t.common.delete}
      open
      onOpenChange={(stays) => !stays && onClose()}
      onConfirm={() => remove.mutate()}
      busy={remove.isPending}
    />
  );
}
