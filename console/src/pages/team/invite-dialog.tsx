import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { fieldError, unwrap } from '../../api/problem.ts';
import type { Role } from '../../api/roles.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/copy-button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { rolesToGive } from './role-rules.ts';

/** The button that invites somebody into the team. */
export function InviteButton() {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        <UserPlus size={16} aria-hidden />
        {t.team.invite}
      </Button>
      {isOpen && <InviteDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function InviteDialog({ onClose }: { onClose(): void }) {
  const t = useText();
  const [sent, setSent] = useState<Schemas['NewInvitation'] | null>(null);
  return (
    <Dialog
      title={sent ? t.team.sendLink : t.team.invite}
      lead={sent ? t.team.sendLinkLead(sent.email) : t.team.inviteLead}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      {sent ? (
        <>
          <CodeBlock code={`${location.origin}/join#${sent.token}`} label={t.team.link} />
          <DialogActions>
            <Button look="primary" onClick={onClose}>
              {t.common.close}
            </Button>
          </DialogActions>
        </>
      ) : (
        <InviteForm onSent={setSent} onClose={onClose} />
      )}
    </Dialog>
  );
}

type FormProps = { onSent(invitation: Schemas['NewInvitation']): void; onClose(): void };

function InviteForm({ onSent, onClose }: FormProps) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const [role, setRole] = useState<Role>('member');
  const invite = useMutation({
    mutationFn: (email: string) =>
      unwrap(
        api.POST('/v1/teams/{team_id}/invitations', {
          params: { path: { team_id: team.id } },
          body: { email, role },
        }),
      ),
    async onSuccess(invitation) {
      await queries.invalidateQueries({ queryKey: ['invitations', team.id] });
      onSent(invitation);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    invite.mutate(String(new FormData(event.currentTarget).get('email')));
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={t.team.email}
        name="email"
        type="email"
        required
        autoFocus
        error={fieldError(invite.error, 'email')}
      />
      <SelectField
        label={t.team.role}
        value={role}
        onChange={({ target }) => setRole(target.value as Role)}
        choices={rolesToGive(team.role).map((each) => ({ value: each, label: t.common.roles[each] }))}
        hint={t.team.roleHints[role]}
      />
      {invite.error && <ProblemState error={invite.error} />}
      <DialogActions>
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button look="primary" type="submit" busy={invite.isPending}>
          {t.team.invite}
        </Button>
      </DialogActions>
    </form>
  );
}
