import { useMutation } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { CollectionForm } from './collection-form.tsx';
import { useRefreshCollections } from './collection-rights.ts';
import type { Collection } from './data.ts';

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
                    {collection.access === 'restricted' && (
                      <Badge tone="warn">{t.documents.collections.restricted}</Badge>
                    )}
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

function RemoveCollection({ collection, onClose }: { collection: Collection; onClose(): void }) {
  const t = useText();
  const refresh = useRefreshCollections();
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
