import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { fieldError, unwrap } from '../../api/problem.ts';
import { botsQuery, collectionsQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { linesOf } from '../../ui/lines.ts';
import { ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import type { ApiKey, Scope } from './keys-queries.ts';

type KeyDialogProps = {
  /** null: a new key. */ apiKey: ApiKey | null;
  onClose(): void;
  onCreated(key: string): void;
};

/** Rights that a key for some bots may have. */
const BOUND_SCOPES: Scope[] = ['chat', 'search', 'bots:read'];
/** What a new key may: what the examples of the connect page need. */
const USUAL_SCOPES: Scope[] = ['chat', 'bots:read'];

/** Creates a key, or changes one. */
export function KeyDialog({ apiKey, onClose, onCreated }: KeyDialogProps) {
  const t = useText();
  const { team } = useTeam();
  const { data: bots = [] } = useQuery(botsQuery(team.id));
  const [scopes, setScopes] = useState<Scope[]>(apiKey?.scopes ?? USUAL_SCOPES);
  const [botIds, setBotIds] = useState<string[]>(apiKey?.bot_ids ?? []);
  const [collectionIds, setCollectionIds] = useState<string[]>(apiKey?.collection_ids ?? []);
  const save = useSaveKey(apiKey, { onClose, onCreated });
  const chooseBots = (ids: string[]) => {
    setBotIds(ids);
    if (ids.length > 0) setScopes(scopes.filter((scope) => BOUND_SCOPES.includes(scope)));
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    save.mutate({
      ...fieldsOf(form),
      scopes,
      bot_ids: idsOrNull(botIds),
      collection_ids: idsOrNull(collectionIds),
    });
  };
  return (
    <Dialog title={apiKey ? t.keys.editTitle(apiKey.name) : t.keys.create} open onOpenChange={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={t.common.name}
          name="name"
          required
          maxLength={120}
          autoFocus
          defaultValue={apiKey?.name}
          hint={t.keys.nameHint}
          error={fieldError(save.error, 'name')}
        />
        <Choices
          legend={t.keys.scopes}
          choices={Object.entries(t.keys.scopeNames).map(([id, name]) => ({ id: id as Scope, name }))}
          chosen={scopes}
          onChange={setScopes}
          error={scopes.length === 0 ? t.keys.needScope : undefined}
        />
        {bots.length > 0 && (
          <Choices
            legend={t.keys.bots}
            hint={botIds.length > 0 ? t.keys.botsExclude : t.keys.botsHint}
            choices={bots}
            chosen={botIds}
            onChange={chooseBots}
          />
        )}
        <CollectionChoices chosen={collectionIds} onChange={setCollectionIds} />
        <NetworksField apiKey={apiKey} />
        <LimitFields apiKey={apiKey} errorAt={(path) => fieldError(save.error, path)} />
        {save.error && <ProblemState error={save.error} />}
        <DialogActions>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button look="primary" type="submit" busy={save.isPending} disabled={scopes.length === 0}>
            {apiKey ? t.common.save : t.common.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** What an owner closed, an admin does not open again: the field is not there for him. */
function NetworksField({ apiKey }: { apiKey: ApiKey | null }) {
  const t = useText();
  const { can } = useTeam();
  if (apiKey?.allowed_addresses && !can('owner')) return null;
  return (
    <TextArea
      label={t.company.keyAddresses}
      name="networks"
      isOptional
      rows={1}
      spellCheck={false}
      defaultValue={apiKey?.allowed_addresses?.join('\n') ?? ''}
      hint={t.company.keyAddressesHint}
    />
  );
}

type ChoicesProps = { chosen: string[]; onChange(ids: string[]): void };

/** The collections that a key is limited to; with a single one there is nothing to choose. */
function CollectionChoices({ chosen, onChange }: ChoicesProps) {
  const t = useText();
  const { team } = useTeam();
  const { data: collections = [] } = useQuery(collectionsQuery(team.id));
  if (collections.length < 2 && chosen.length === 0) return null;
  return (
    <Choices
      legend={t.keys.collections}
      hint={t.keys.collectionsHint}
      choices={collections}
      chosen={chosen}
      onChange={onChange}
    />
  );
}

type LimitsProps = { apiKey: ApiKey | null; errorAt(path: string): string | undefined };

function LimitFields({ apiKey, errorAt }: LimitsProps) {
  const t = useText();
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <TextField
        label={t.keys.expires}
        name="expires"
        type="date"
        isOptional
        defaultValue={apiKey?.expires_at?.slice(0, 10)}
        hint={t.keys.expiresHint}
        error={errorAt('expires_at')}
      />
      <TextField
        label={t.keys.rate}
        name="rate"
        type="number"
        min={1}
        isOptional
        defaultValue={apiKey?.rate_limit_per_minute ?? ''}
        hint={t.keys.rateHint}
        error={errorAt('rate_limit_per_minute')}
      />
      <TextField
        label={t.keys.budget}
        name="budget"
        type="number"
        min={0}
        step={0.01}
        isOptional
        defaultValue={apiKey?.monthly_budget_usd ?? ''}
        hint={t.keys.budgetHint}
        error={errorAt('monthly_budget_usd')}
      />
    </div>
  );
}

type KeyBody = {
  name: string;
  scopes: Scope[];
  bot_ids: string[] | null;
  collection_ids: string[] | null;
  expires_at: string | null;
  rate_limit_per_minute: number | null;
  monthly_budget_usd: number | null;
  allowed_addresses?: string[] | null;
};

function useSaveKey(apiKey: ApiKey | null, { onClose, onCreated }: Omit<KeyDialogProps, 'apiKey'>) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  return useMutation({
    async mutationFn(body: KeyBody): Promise<string | null> {
      const path = { team_id: team.id };
      if (!apiKey) {
        const created = await unwrap(api.POST('/v1/teams/{team_id}/api-keys', { params: { path }, body }));
        return created.key;
      }
      const of = { params: { path: { ...path, key_id: apiKey.id } }, body };
      await unwrap(api.PATCH('/v1/teams/{team_id}/api-keys/{key_id}', of));
      return null;
    },
    async onSuccess(key) {
      await queries.invalidateQueries({ queryKey: ['keys', team.id] });
      if (key !== null) return onCreated(key);
      showToast({ title: t.common.saved });
      onClose();
    },
  });
}

/** The end of a day in the person's own time zone, as the API takes it; null for no day. */
function endOfDay(day: string): string | null {
  return day ? new Date(`${day}T23:59:59`).toISOString() : null;
}

function numberOrNull(value: FormDataEntryValue | null): number | null {
  return value === null || value === '' ? null : Number(value);
}

/** What the dialog's plain fields say; networks only where the field is shown. */
function fieldsOf(form: FormData) {
  return {
    name: String(form.get('name')),
    expires_at: endOfDay(String(form.get('expires'))),
    rate_limit_per_minute: numberOrNull(form.get('rate')),
    monthly_budget_usd: numberOrNull(form.get('budget')),
    ...(form.has('networks') && { allowed_addresses: linesOf(form.get('networks')) }),
  };
}

/** No chosen one means no limit. */
function idsOrNull(ids: string[]): string[] | null {
  return ids.length > 0 ? ids : null;
}
