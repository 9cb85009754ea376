import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { SubmitEvent } from 'react';
import { api } from '../../api/client.ts';
import { fieldError, unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { useBotsChanged } from './bots-changed.ts';

/** Creates a bot by its name and opens its settings. */
export function NewBotDialog({ onClose }: { onClose(): void }) {
  const t = useText();
  const { team } = useTeam();
  const navigate = useNavigate();
  const botsChanged = useBotsChanged();
  const create = useMutation({
    mutationFn: (body: { name: string; description: string }) =>
      unwrap(api.POST('/v1/teams/{team_id}/bots', { params: { path: { team_id: team.id } }, body })),
    async onSuccess({ id }) {
      await botsChanged();
      await navigate({ to: '/bots/$botId', params: { botId: id } });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    create.mutate({ name: String(form.get('name')), description: String(form.get('description')) });
  };
  const nameError = fieldError(create.error, 'name') && t.bots.needsName;
  const descriptionError = fieldError(create.error, 'description');
  return (
    <Dialog
      title={t.bots.create}
      lead={t.bots.createLead}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={t.common.name}
          name="name"
          required
          maxLength={120}
          autoFocus
          hint={t.bots.nameHint}
          error={nameError}
        />
        <TextField
          label={t.bots.description}
          name="description"
          isOptional
          maxLength={2_000}
          error={descriptionError}
        />
        {create.error && !nameError && !descriptionError && <ProblemState error={create.error} />}
        <DialogActions>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button look="primary" type="submit" busy={create.isPending}>
            {t.common.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
