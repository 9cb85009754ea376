import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { type Collection, useDocumentActions } from './data.ts';
import { SaveActions } from './save-actions.tsx';

type AddProps = { collections: Collection[]; collectionId: string; onClose(): void };

/** Adds a text that is written or pasted here. */
export function TextDialog({ collections, collectionId, onClose }: AddProps) {
  const t = useText();
  const { team } = useTeam();
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [collection, setCollection] = useState(collectionId);
  const { add, submit } = useAdd(
    () =>
      unwrap(
        api.POST('/v1/teams/{team_id}/documents/text', {
          params: { path: { team_id: team.id } },
          body: { title, text, collection_id: collection, on_duplicate: 'keep', metadata: {} },
        }),
      ),
    { toast: t.documents.textAdded, onClose },
  );
  return (
    <Dialog title={t.documents.textTitle} open onOpenChange={onClose} width="lg">
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={t.documents.textName}
          required
          maxLength={255}
          pattern="[^\/\\]+"
          value={title}
          onChange={({ target }) => setTitle(target.value)}
        />
        <TextArea
          label={t.documents.textBody}
          hint={t.documents.textHint}
          required
          rows={10}
          maxLength={800_000}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <CollectionField collections={collections} value={collection} onChange={setCollection} />
        {add.error && <ProblemState error={add.error} />}
        <SaveActions isBusy={add.isPending} onClose={onClose} label={t.documents.add} />
      </form>
    </Dialog>
  );
}

/** Adds a public web page. */
export function UrlDialog({ collections, collectionId, onClose }: AddProps) {
  const t = useText();
  const { team } = useTeam();
  const [url, setUrl] = useState('');
  const [collection, setCollection] = useState(collectionId);
  const { add, submit } = useAdd(
    () =>
      unwrap(
        api.POST('/v1/teams/{team_id}/documents/url', {
          params: { path: { team_id: team.id } },
          body: { url, collection_id: collection, on_duplicate: 'keep', metadata: {} },
        }),
      ),
    { toast: t.documents.urlAdded, onClose },
  );
  return (
    <Dialog title={t.documents.urlTitle} lead={t.documents.urlLead} open onOpenChange={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={t.documents.urlField}
          type="url"
          required
          maxLength={2_000}
          placeholder="https://"
          value={url}
          onChange={({ target }) => setUrl(target.value)}
        />
        <CollectionField collections={collections} value={collection} onChange={setCollection} />
        {add.error && <ProblemState error={add.error} />}
        <SaveActions isBusy={add.isPending} onClose={onClose} label={t.documents.add} />
      </form>
    </Dialog>
  );
}

/** Sends a form that adds a document: then says so, shows the lists anew and closes. */
function useAdd(send: () => Promise<unknown>, { toast, onClose }: { toast: string; onClose(): void }) {
  const { refresh } = useDocumentActions();
  const add = useMutation({
    mutationFn: send,
    onSuccess: () => {
      showToast({ title: toast });
      void refresh();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return { add, submit };
}

type CollectionFieldProps = { collections: Collection[]; value: string; onChange(id: string): void };

function CollectionField({ collections, value, onChange }: CollectionFieldProps) {
  const t = useText();
  if (collections.length < 2) return null;
  return (
    <SelectField
      label={t.documents.collection}
      value={value}
      choices={collections.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
