import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type SubmitEvent, useId, useState } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { meQuery } from '../../api/me.ts';
import { fieldError, unwrap } from '../../api/problem.ts';
import { teamQuery } from '../../api/team-queries.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';

type Settings = Schemas['Team'];

/** The team's name and time zone; for owners its budget and whether questions may be read. */
export function TeamForm({ settings }: { settings: Settings }) {
  const t = useText();
  const { can } = useTeam();
  const zonesId = useId();
  const [review, setReview] = useState(settings.question_review);
  const save = useSaveTeam();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const number = (name: string) => {
      const text = String(form.get(name) ?? '');
      return text === '' ? null : Number(text);
    };
    save.mutate({
      name: String(form.get('name')),
      timezone: String(form.get('timezone')),
      ...(can('owner')
        ? {
            monthly_budget_usd: number('budget'),
            retention_days: number('retention'),
            question_review: review,
          }
        : {}),
    });
  };
  return (
    <form onSubmit={submit} className="grid max-w-lg gap-4">
      <TextField
        label={t.settings.teamName}
        name="name"
        required
        maxLength={120}
        defaultValue={settings.name}
        error={fieldError(save.error, 'name')}
      />
      <TextField
        label={t.settings.timezone}
        name="timezone"
        required
        list={zonesId}
        defaultValue={settings.timezone}
        hint={t.settings.timezoneHint}
        error={fieldError(save.error, 'timezone')}
      />
      <datalist id={zonesId}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {can('owner') && (
        <OwnerFields settings={settings} review={review} onReview={setReview} error={save.error} />
      )}
      {save.error && <ProblemState error={save.error} />}
      <div>
        <Button look="primary" type="submit" busy={save.isPending}>
          {t.common.save}
        </Button>
      </div>
    </form>
  );
}

type OwnerProps = { settings: Settings; review: boolean; onReview(review: boolean): void; error: unknown };

function OwnerFields({ settings, review, onReview, error }: OwnerProps) {
  const t = useText();
  return (
    <>
      <TextField
        label={t.settings.budget}
        name="budget"
        type="number"
        min={0}
        step={0.01}
        isOptional
        defaultValue={settings.monthly_budget_usd ?? ''}
        hint={t.settings.budgetHint}
        error={fieldError(error, 'monthly_budget_usd')}
      />
      <TextField
        label={t.privacy.retention}
        name="retention"
        type="number"
        min={1}
        max={3650}
        step={1}
        isOptional
        defaultValue={settings.retention_days ?? ''}
        hint={t.privacy.retentionHint}
        error={fieldError(error, 'retention_days')}
      />
      <CheckField
        label={t.settings.review}
        hint={t.settings.reviewHint}
        checked={review}
        onChange={({ target }) => onReview(target.checked)}
      />
    </>
  );
}

function useSaveTeam() {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (body: Partial<Omit<Settings, 'id' | 'created_at'>>) =>
      unwrap(api.PATCH('/v1/teams/{team_id}', { params: { path: { team_id: team.id } }, body })),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: teamQuery(team.id).queryKey });
      // The menu shows the team's name.
      await queries.invalidateQueries(meQuery);
      await router.invalidate();
      showToast({ title: t.common.saved });
    },
  });
}
