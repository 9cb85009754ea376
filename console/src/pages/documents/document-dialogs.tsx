import { type FormEvent, useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import type { Document } from '../../viewer/use-document.ts';
import { type Collection, useDocumentActions } from './data.ts';
import { MetadataDialog } from './metadata-dialog.tsx';
import { SaveActions } from './save-actions.tsx';

/** A question about documents that is open. */
export type DocumentDialog = { kind: 'rename' | 'metadata' | 'move' | 'remove'; documents: Document[] };

type DialogsProps = {
  dialog: DocumentDialog | null;
  collections: Collection[];
  onClose(): void;
  /** After documents were changed or deleted. */
  onDone(kind: DocumentDialog['kind']): void;
};

/** The dialogs of rows and of the selection; one is open at a time. */
export function DocumentDialogs({ dialog, collections, onClose, onDone }: DialogsProps) {
  const [first] = dialog?.documents ?? [];
  if (!dialog || !first) return null;
  const done = () => {
    onClose();
    onDone(dialog.kind);
  };
  const common = { onClose, onDone: done };
  if (dialog.kind === 'rename') return <RenameDialog document={first} {...common} />;
  if (dialog.kind === 'metadata') return <MetadataDialog document={first} {...common} />;
  if (dialog.kind === 'move')
    return <MoveDialog documents={dialog.documents} collections={collections} {...common} />;
  return <RemoveDialog documents={dialog.documents} {...common} />;
}

type OneProps = { onClose(): void; onDone(): void };

function RenameDialog({ document, onClose, onDone }: OneProps & { document: Document }) {
  const t = useText();
  const { change } = useDocumentActions();
  const [title, setTitle] = useState(document.title);
  const [filename, setFilename] = useState(document.filename);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const changes = {
      ...(title === document.title ? {} : { title }),
      ...(filename === document.filename ? {} : { filename }),
    };
    if (Object.keys(changes).length === 0) onClose();
    else change.mutate({ ids: [document.id], changes }, { onSuccess: onDone });
  };
  return (
    <Dialog title={t.documents.renameTitle} open onOpenChange={onClose}>
      <form onSubmit={save} className="grid gap-4">
        <TextField
          label={t.documents.titleField}
          hint={t.documents.titleHint}
          required
          maxLength={255}
          value={title}
          onChange={({ target }) => setTitle(target.value)}
        />
        <TextField
          label={t.documents.filenameField}
          required
          maxLength={255}
          value={filename}
          onChange={({ target }) => setFilename(target.value)}
        />
        {change.error && <ProblemState error={change.error} />}
        <SaveActions isBusy={change.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}

type MoveProps = OneProps & { documents: Document[]; collections: Collection[] };

function MoveDialog({ documents, collections, onClose, onDone }: MoveProps) {
  const t = useText();
  const { change } = useDocumentActions();
  const [collectionId, setCollectionId] = useState(documents[0]?.collection_id ?? '');
  const save = (event: FormEvent) => {
    event.preventDefault();
    const ids = documents.map(({ id }) => id);
    change.mutate({ ids, changes: { collection_id: collectionId } }, { onSuccess: onDone });
  };
  return (
    <Dialog title={t.documents.moveTitle(documents.length)} open onOpenChange={onClose}>
      <form onSubmit={save} className="grid gap-4">
        <SelectField
          label={t.documents.collection}
          value={collectionId}
          choices={collections.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={({ target }) => setCollectionId(target.value)}
        />
        {change.error && <ProblemState error={change.error} />}
        <SaveActions isBusy={change.isPending} onClose={onClose} label={t.documents.move} />
      </form>
    </Dialog>
  );
}

function RemoveDialog({ documents, onClose, onDone }: OneProps & { documents: Document[] }) {
  const t = useText();
  const { remove } = useDocumentActions();
  const [first] = documents;
  return (
    <ConfirmDialog
      title={t.documents.removeTitle(documents.length)}
      confirmLabel={t.documents.remove}
      open
      onOpenChange={onClose}
      busy={remove.isPending}
      onConfirm={() =>
        remove.mutate(
          documents.map(({ id }) => id),
          { onSuccess: onDone },
        )
      }
      consequence={
        <>
          {documents.length === 1 && <p className="mb-2 font-medium text-ink">{first?.title}</p>}
          <p>{t.documents.removeConsequence}</p>
          {remove.error && <ProblemState error={remove.error} className="mt-3" />}
        </>
      }
    />
  );
}
