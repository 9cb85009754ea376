import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import type { Document } from '../../viewer/use-document.ts';
import { useDocumentActions } from './data.ts';
import { fromLines, type MetadataLine, repeatedKey, toLines } from './metadata.ts';
import { SaveActions } from './save-actions.tsx';

type MetadataProps = { document: Document; onClose(): void; onDone(): void };

/** Keys and values of a document. */
export function MetadataDialog({ document, onClose, onDone }: MetadataProps) {
  const t = useText();
  const { change } = useDocumentActions();
  const [lines, setLines] = useState<MetadataLine[]>(() => {
    const present = toLines(document.metadata);
    return present.length > 0 ? present : [{ key: '', value: '' }];
  });
  const repeated = repeatedKey(lines);
  const set = (at: number, changes: Partial<MetadataLine>) =>
    setLines(lines.map((line, i) => (i === at ? { ...line, ...changes } : line)));
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (repeated !== null) return;
    change.mutate({ ids: [document.id], changes: { metadata: fromLines(lines) } }, { onSuccess: onDone });
  };
  return (
    <Dialog title={t.documents.metadataTitle} lead={t.documents.metadataLead} open onOpenChange={onClose}>
      <form onSubmit={save}>
        {lines.map((line, i) => (
          <div key={i} className="mb-2 flex items-start gap-2">
            <TextField
              label={t.documents.metadataKey}
              isLabelHidden={i > 0}
              className="w-2/5"
              maxLength={100}
              value={line.key}
              error={
                line.key.trim() !== '' && line.key.trim() === repeated ? t.documents.metadataTwice : undefined
              }
              onChange={({ target }) => set(i, { key: target.value })}
            />
            <TextField
              label={t.documents.metadataValue}
              isLabelHidden={i > 0}
              className="flex-1"
              maxLength={500}
              value={line.value}
              onChange={({ target }) => set(i, { value: target.value })}
            />
            <IconButton
              label={t.documents.metadataRemove(line.key)}
              className={i === 0 ? 'mt-6' : ''}
              onClick={() => setLines(lines.filter((_, at) => at !== i))}
            >
              <X size={16} aria-hidden />
            </IconButton>
          </div>
        ))}
        <p className="mb-3 text-sm text-quiet">{t.documents.metadataValueHint}</p>
        <Button size="sm" onClick={() => setLines([...lines, { key: '', value: '' }])}>
          <Plus size={14} aria-hidden />
          {t.documents.metadataAdd}
        </Button>
        {change.error && <ProblemState error={change.error} className="mt-3" />}
        <SaveActions isBusy={change.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}
