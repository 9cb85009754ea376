import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { api } from '../../api/client.ts';
import { fieldError, unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { readProvider } from './provider-form.ts';

/** Adds an issuer of the team's own. */
export function ProviderDialog({ onClose }: { onClose(): void }) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: (form: FormData) =>
      unwrap(
        api.POST('/v1/teams/{team_id}/identity-providers', {
          params: { path: { team_id: team.id } },
          body: readProvider(form),
        }),
      ),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['identity-providers', team.id] });
      onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={t.identity.add} open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <form onSubmit={submit} className="grid gap-4">
        <IssuerFields error={add.error} />
        <PolicyFields error={add.error} />
        {add.error && <ProblemState error={add.error} />}
        <DialogActions>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button look="primary" type="submit" busy={add.isPending}>
            {t.common.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function IssuerFields({ error }: { error: unknown }) {
  const t = useText();
  return (
    <>
      <TextField
        label={t.identity.issuer}
        name="issuer"
        type="url"
        required
        maxLength={500}
        hint={t.identity.issuerHint}
        error={fieldError(error, 'issuer')}
      />
      <TextField label={t.identity.clientId} name="client_id" required maxLength={255} autoComplete="off" />
      <TextField
        label={t.identity.clientSecret}
        name="client_secret"
        type="password"
        required
        maxLength={1_000}
        autoComplete="off"
        hint={t.identity.secretHint}
      />
      <TextField
        label={t.identity.domains}
        name="domains"
        required
        hint={t.identity.domainsHint}
        error={fieldError(error, 'domains.0')}
      />
    </>
  );
}

function PolicyFields({ error }: { error: unknown }) {
  const t = useText();
  return (
    <>
      <SelectField
        label={t.identity.defaultRole}
        name="default_role"
        defaultValue="viewer"
        choices={[
          { value: 'viewer', label: t.common.roles.viewer },
          { value: 'member', label: t.common.roles.member },
          { value: '', label: t.identity.onlyInvited },
        ]}
      />
      <TextField
        label={t.identity.requiredAmr}
        name="required_amr"
        isOptional
        hint={t.identity.requiredAmrHint}
        error={fieldError(error, 'required_amr.0')}
      />
      <TextField
        label={t.identity.requiredAcr}
        name="required_acr"
        isOptional
        hint={t.identity.requiredAcrHint}
        error={fieldError(error, 'required_acr.0')}
      />
      <TextField
        label={t.identity.maxAge}
        name="max_age"
        type="number"
        min={1}
        max={720}
        isOptional
        hint={t.identity.maxAgeHint}
        error={fieldError(error, 'max_age_seconds')}
      />
    </>
  );
}
