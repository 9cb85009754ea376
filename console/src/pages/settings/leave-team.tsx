import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { writePreference } from '../../preferences.ts';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemState } from '../../ui/states.tsx';

/** Leaving the team and, for owners, deleting it. */
export function LeaveTeam() {
  const t = useText();
  const { can } = useTeam();
  const [open, setOpen] = useState<'leave' | 'delete' | null>(null);
  const close = () => setOpen(null);
  return (
    <Section title={t.settings.danger}>
      <div className="flex flex-wrap gap-2">
        <Button look="danger" onClick={() => setOpen('leave')}>
          {t.settings.leave}
        </Button>
        {can('owner') && (
          <Button look="danger" onClick={() => setOpen('delete')}>
            {t.settings.deleteTeam}
          </Button>
        )}
      </div>
      {open === 'leave' && <LeaveDialog onClose={close} />}
      {open === 'delete' && <DeleteDialog onClose={close} />}
    </Section>
  );
}

/** The page is loaded anew: nothing of the team may stay in memory. */
function goOn(): void {
  writePreference('team', null);
  location.assign('/');
}

function LeaveDialog({ onClose }: { onClose(): void }) {
  const t = useText();
  const { me, team } = useTeam();
  const path = { team_id: team.id, user_id: me.id };
  const leave = useMutation({
    mutationFn: () => unwrap(api.DELETE('/v1/teams/{team_id}/members/{user_id}', { params: { path } })),
    onSuccess: goOn,
  });
  return (
    <ConfirmDialog
      title={t.settings.leaveTitle(team.name)}
      consequence={leave.error ? <ProblemState error={leave.error} /> : t.settings.leaveHint}
      confirmLabel={t.settings.leave}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      onConfirm={() => leave.mutate()}
      busy={leave.isPending}
    />
  );
}

/** The name has to be typed: everything of the team is lost. */
function DeleteDialog({ onClose }: { onClose(): void }) {
  const t = useText();
  const { team } = useTeam();
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/v1/teams/{team_id}', { params: { path: { team_id: team.id } } })),
    onSuccess: goOn,
  });
  return (
    <Dialog
      title={t.settings.deleteTitle(team.name)}
      lead={t.settings.deleteHint}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <TextField
        label={t.settings.typeName(team.name)}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        autoComplete="off"
      />
      {remove.error && <ProblemState error={remove.error} className="mt-4" />}
      <DialogActions>
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          look="danger"
          disabled={typed.trim() !== team.name.trim()}
          busy={remove.isPending}
          onClick={() => remove.mutate()}
        >
          {t.settings.deleteTeam}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
