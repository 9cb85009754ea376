import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import type { Collection } from './data.ts';
import { SaveActions } from './save-actions.tsx';

type DialogProps = { collections: Collection[]; onClose(): void };

/** The team's collections: make, rename, describe, delete. */
export function CollectionsDialog({ collections, onClose }: DialogProps) {
  const t = useText();
  const { can } = useTeam();
  const [edited, setEdited] = useState<Collection | 'new' | null>(null);
  const [removed, setRemoved] = useState<Collection | null>(null);
  if (removed) return <RemoveCollection collection={removed} onClose={() => setRemoved(null)} />;
  return (
    <Dialog
      title={t.documents.collections.manage}
      lead={t.documents.collections.lead}
      open
      onOpenChange={onClose}
    >
      {edited ? (
        <CollectionForm collection={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      ) : (
        <>
          <ul className="mb-4 divide-y divide-line border-y border-line">
            {collections.map((collection) => (
              <li key={collection.id} className="flex items-center gap-2 py-2">
                <div className="min-w-0 flex-1">
                  <p className="flex items-center gap-2 font-medium">
                    <span className="truncate">{collection.name}</span>
                    {collection.is_default && <Badge>{t.documents.collections.isDefault}</Badge>}
                  </p>
                  {collection.description && <p className="text-sm text-quiet">{collection.description}</p>}
                </div>
                {can('member') && (
                  <IconButton
                    label={t.documents.collections.edit(collection.name)}
                    onClick={() => setEdited(collection)}
                  >
                    <Pencil size={16} aria-hidden />
                  </IconButton>
                )}
                {can('admin') && !collection.is_default && (
                  <IconButton
                    label={t.documents.collections.remove(collection.name)}
                    onClick={() => setRemoved(collection)}
                  >
                    <Trash2 size={16} aria-hidden />
                  </IconButton>
                )}
              </li>
            ))}
          </ul>
          {can('member') && (
            <Button onClick={() => setEdited('new')}>
              <Plus size={16} aria-hidden />
              {t.documents.collections.add}
            </Button>
          )}
        </>
      )}
    </Dialog>
  );
}

/** Makes or changes a collection, and shows the lists anew. */
function useRefresh() {
  const queries = useQueryClient();
  const { team } = useTeam();
  return async () => {
    await queries.invalidateQueries({ queryKey: ['collections', team.id] });
    await queries.invalidateQueries({ queryKey: ['documents', team.id] });
  };
}

function CollectionForm({ collection, onClose }: { collection: Collection | null; onClose(): void }) {
  const t = useText();
  const refresh = useRefresh();
  const { team } = useTeam();
  const [name, setName] = useState(collection?.name ?? '');
  const [description, setDescription] = useState(collection?.description ?? '');
  const save = useMutation({
    mutationFn: () => {
      const path = { team_id: team.id };
      return collection
        ? unwrap(
            api.PATCH('/v1/teams/{team_id}/collections/{collection_id}', {
              params: { path: { ...path, collection_id: collection.id } },
              body: { name, description },
            }),
          )
        : unwrap(
            api.POST('/v1/teams/{team_id}/collections', {
              params: { path },
              body: { name, description, chunking: null },
            }),
          );
    },
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
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
      {save.error && <ProblemState error={save.error} />}
      <SaveActions isBusy={save.isPending} onClose={onClose} />
    </form>
  );
}

function RemoveCollection({ collection, onClose }: { collection: Collection; onClose(): void }) {
  const t = useText();
  const refresh = useRefresh();
  const { team } = useTeam();
  const remove = useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE('/v1/teams/{team_id}/collections/{collection_id}', {
          params: { path: { team_id: team.id, collection_id: collection.id } },
        }),
      ),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t.documents.collections.removeTitle(collection.name)}
      confirmLabel={t.documents.remove}
      open
      onOpenChange={onClose}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      consequence={
        <>
          <p>{t.documents.collections.removeConsequence}</p>
          {remove.error && <ProblemState error={remove.error} className="mt-3" />}
        </>
      }
    />
  );
}
