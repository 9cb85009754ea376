import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FileText, FolderCog } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loaded, ProblemState } from '../../ui/states.tsx';
import type { Document } from '../../viewer/use-document.ts';
import { TextDialog, UrlDialog } from './add-dialogs.tsx';
import { AddMenu } from './add-menu.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { CollectionsDialog } from './collections-dialog.tsx';
import { type Collection, type Filter, useCollections, useDocumentActions, useDocuments } from './data.ts';
import { type DocumentDialog, DocumentDialogs } from './document-dialogs.tsx';
import { DocumentTable } from './document-table.tsx';
import { Filters } from './filters.tsx';
import { DropZone } from './uploads/drop-zone.tsx';
import type { PickedFile } from './uploads/dropped-files.ts';
import { SameNameDialog } from './uploads/same-name-dialog.tsx';
import { UploadPanel } from './uploads/upload-panel.tsx';
import { useAddFiles } from './uploads/use-add-files.ts';

const route = getRouteApi('/shell/documents');

type AddDialog = 'text' | 'url' | 'collections';

/** The team's documents: adding, finding, changing them. */
export function DocumentsPage() {
  const t = useText();
  const { can } = useTeam();
  const { refresh } = useDocumentActions();
  const [open, setOpen] = useState<AddDialog | null>(null);
  const adding = useTarget();
  const onChange = useCallback(() => void refresh(), [refresh]);
  const isMember = can('member');
  return (
    <Page
      title={t.documents.title}
      lead={isMember && t.documents.lead}
      actions={
        <>
          <Button onClick={() => setOpen('collections')}>
            <FolderCog size={16} aria-hidden />
            {t.documents.collections.manage}
          </Button>
          {isMember && (
            <AddMenu onFiles={adding.onFiles} onText={() => setOpen('text')} onUrl={() => setOpen('url')} />
          )}
        </>
      }
    >
      <p role="status" className="text-sm text-quiet">
        {adding.isChecking && t.documents.uploads.checking}
      </p>
      <UploadPanel onChange={onChange} />
      <List />
      {isMember && open === null && adding.question === null && (
        <DropZone target={adding.target?.name ?? ''} onDrop={adding.onFiles} />
      )}
      {adding.question && (
        <SameNameDialog question={adding.question} onAnswer={adding.answer} onCancel={adding.cancel} />
      )}
      <AddDialogs open={open} target={adding.target} onClose={() => setOpen(null)} />
    </Page>
  );
}

/** Where new documents go: into the collection that is shown, else into the default one. */
function useTarget() {
  const { data: collections = [] } = useCollections();
  const { collection } = route.useSearch();
  const target = collections.find(({ id, is_default }) => (collection ? id === collection : is_default));
  const adding = useAddFiles(target?.id ?? '');
  const { add } = adding;
  const onFiles = useCallback((files: PickedFile[]) => void add(files), [add]);
  return { ...adding, target, onFiles };
}

type AddDialogsProps = { open: AddDialog | null; target: Collection | undefined; onClose(): void };

function AddDialogs({ open, target, onClose }: AddDialogsProps) {
  const { data: collections = [] } = useCollections();
  const dialog = { collections, collectionId: target?.id ?? '', onClose };
  if (open === 'text') return <TextDialog {...dialog} />;
  if (open === 'url') return <UrlDialog {...dialog} />;
  return open && <CollectionsDialog {...dialog} />;
}

/** The filters, the table and what can be done with its rows. */
function List() {
  const navigate = useNavigate({ from: '/documents' });
  const filter = route.useSearch();
  const { data: collections = [] } = useCollections();
  const query = useDocuments(filter);
  const { change, retry, error } = useDocumentActions();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<DocumentDialog | null>(null);
  const documents = useMemo(() => query.data?.pages.flatMap(({ data }) => data) ?? [], [query.data]);
  const selected = documents.filter(({ id }) => chosen.has(id));
  const onFilter = useCallback(
    (changes: Filter) => void navigate({ search: (present) => ({ ...present, ...changes }), replace: true }),
    [navigate],
  );
  const actions = {
    onDialog: setDialog,
    onRetry: (ids: string[]) => retry.mutate(ids),
    onSwitch: (ids: string[], enabled: boolean) => change.mutate({ ids, changes: { enabled } }),
  };
  return (
    <>
      <Filters filter={filter} collections={collections} onChange={onFilter} />
      {error && <ProblemState error={error} className="mb-3" />}
      {selected.length > 0 && (
        <BulkBar documents={selected} onClear={() => setChosen(new Set())} {...actions} />
      )}
      <Loaded query={query} lines={8}>
        {() =>
          documents.length === 0 ? (
            <NothingHere isFiltered={Object.values(filter).some(Boolean)} />
          ) : (
            <>
              <DocumentTable
                documents={documents}
                collections={collections}
                selected={chosen}
                onSelect={(ids, isSelected) => setChosen(withIds(chosen, ids, isSelected))}
                {...actions}
              />
              <More documents={documents} query={query} />
            </>
          )
        }
      </Loaded>
      <DocumentDialogs
        dialog={dialog}
        collections={collections}
        onClose={() => setDialog(null)}
        onDone={(kind) => kind === 'remove' && setChosen(new Set())}
      />
    </>
  );
}

function withIds(present: ReadonlySet<string>, ids: string[], isSelected: boolean): Set<string> {
  const next = new Set(present);
  for (const id of ids)
    if (isSelected) next.add(id);
    else next.delete(id);
  return next;
}

type MoreProps = { documents: Document[]; query: ReturnType<typeof useDocuments> };

function More({ documents, query }: MoreProps) {
  const t = useText();
  return (
    <div className="flex items-center justify-between gap-4 py-3 text-sm text-quiet">
      <p>{t.documents.count(documents.length, query.hasNextPage)}</p>
      {query.hasNextPage && (
        <Button onClick={() => void query.fetchNextPage()} busy={query.isFetchingNextPage}>
          {t.common.loadMore}
        </Button>
      )}
    </div>
  );
}

function NothingHere({ isFiltered }: { isFiltered: boolean }) {
  const t = useText();
  const { can } = useTeam();
  const navigate = useNavigate({ from: '/documents' });
  const icon = <FileText size={28} aria-hidden />;
  if (isFiltered)
    return (
      <EmptyState icon={icon} title={t.documents.nothingFound} hint={t.documents.nothingFoundHint}>
        <Button onClick={() => void navigate({ search: {} })}>{t.documents.clearFilters}</Button>
      </EmptyState>
    );
  return (
    <EmptyState
      icon={icon}
      title={t.documents.emptyTitle}
      hint={can('member') && t.documents.emptyHint(t.documents.typeNames)}
    >
      {can('member') && (
        <Button
          look="primary"
          onClick={() => document.querySelector<HTMLInputElement>('input[type=file]')?.click()}
        >
          {t.documents.add}
        </Button>
      )}
    </EmptyState>
  );
}
