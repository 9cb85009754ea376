import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Choices } from '../../ui/choices.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import {
  saveMembers,
  useCollectionMembers,
  usePeopleBelowAdmin,
  useRefreshCollections,
} from './collection-rights.ts';
import type { Collection } from './data.ts';
import { SaveActions } from './save-actions.tsx';

const NOBODY: string[] = [];
const NEW = { name: '', description: '', access: 'team', is_default: false } as const;

type Access = Collection['access'];
type FormProps = { collection: Collection | null; onClose(): void };

/** Makes or changes a collection; admins also say who sees it. */
export function CollectionForm({ collection, onClose }: FormProps) {
  const t = useText();
  const { can } = useTeam();
  const present = collection ?? NEW;
  const [name, setName] = useState(present.name);
  const [description, setDescription] = useState(present.description);
  const [access, setAccess] = useState<Access>(present.access);
  const { data: before = NOBODY } = useCollectionMembers(collection?.id);
  const [changed, setChanged] = useState<string[] | null>(null);
  const chosen = changed ?? before;
  const save = useSaveCollection(collection, onClose);
  const mayRestrict = can('admin') && !present.is_default;
  const isRestricted = mayRestrict && access === 'restricted';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const members = isRestricted ? { before, chosen } : null;
    save.mutate({ body: { name, description, ...(mayRestrict && { access }) }, members });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={t.documents.collections.name}
        required
        maxLength={120}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <TextField
        label={t.documents.collections.description}
        isOptional
        maxLength={2_000}
        value={description}
        onChange={({ target }) => setDescription(target.value)}
      />
      {mayRestrict && <AccessField access={access} onChange={setAccess} />}
      {isRestricted && <People chosen={chosen} onChange={setChanged} />}
      {save.error && <ProblemState error={save.error} />}
      <SaveActions isBusy={save.isPending} onClose={onClose} />
    </form>
  );
}

function AccessField({ access, onChange }: { access: Access; onChange(access: Access): void }) {
  const t = useText();
  const words = t.documents.collections;
  return (
    <SelectField
      label={words.access}
      hint={access === 'restricted' ? words.restrictedHint : words.teamHint}
      value={access}
      onChange={({ target }) => onChange(target.value as Access)}
      choices={[
        { value: 'team', label: words.wholeTeam },
        { value: 'restricted', label: words.chosenPeople },
      ]}
    />
  );
}

function People({ chosen, onChange }: { chosen: string[]; onChange(ids: string[]): void }) {
  const t = useText();
  const { data: people = [], isPending } = usePeopleBelowAdmin();
  if (isPending) return null;
  if (people.length === 0) return <p className="text-quiet">{t.documents.collections.nobodyElse}</p>;
  return (
    <Choices
      legend={t.documents.collections.members}
      hint={t.documents.collections.membersHint}
      choices={people}
      chosen={chosen}
      onChange={onChange}
    />
  );
}

type Saved = {
  body: { name: string; description: string; access?: Access };
  members: { before: string[]; chosen: string[] } | null;
};

function useSaveCollection(collection: Collection | null, onClose: () => void) {
  const refresh = useRefreshCollections();
  const { team } = useTeam();
  const path = { team_id: team.id };
  return useMutation({
    async mutationFn({ body, members }: Saved) {
      const { id } = collection
        ? await unwrap(
            api.PATCH('/v1/teams/{team_id}/collections/{collection_id}', {
              params: { path: { ...path, collection_id: collection.id } },
              body,
            }),
          )
        : await unwrap(
            api.POST('/v1/teams/{team_id}/collections', {
              params: { path },
              body: { access: 'team', ...body, chunking: null },
            }),
          );
      if (members) await saveMembers({ teamId: team.id, collectionId: id, ...members });
    },
    async onSuccess() {
      await refresh();
      onClose();
    },
  });
}
