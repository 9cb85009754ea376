import { X } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import type { Document } from '../../viewer/use-document.ts';
import type { DocumentDialog } from './document-dialogs.tsx';

type BulkBarProps = {
  documents: Document[];
  onDialog(dialog: DocumentDialog): void;
  onRetry(ids: string[]): void;
  onSwitch(ids: string[], enabled: boolean): void;
  onClear(): void;
};

/** What one can do with all selected documents at once. */
export function BulkBar({ documents, onDialog, onRetry, onSwitch, onClear }: BulkBarProps) {
  const t = useText();
  const ids = documents.map(({ id }) => id);
  const failed = documents.filter(({ status }) => status === 'failed').map(({ id }) => id);
  return (
    <div
      role="toolbar"
      aria-label={t.documents.selected(ids.length)}
      className="sticky top-0 z-10 mb-2 flex flex-wrap items-center gap-2 rounded-md border border-line bg-raised px-3 py-1.5"
    >
      <span className="mr-2 font-medium" aria-live="polite">
        {t.documents.selected(ids.length)}
      </span>
      <Button size="sm" onClick={() => onDialog({ kind: 'move', documents })}>
        {t.documents.move}
      </Button>
      {documents.some(({ enabled }) => !enabled) && (
        <Button size="sm" onClick={() => onSwitch(ids, true)}>
          {t.documents.switchOn}
        </Button>
      )}
      {documents.some(({ enabled }) => enabled) && (
        <Button size="sm" onClick={() => onSwitch(ids, false)}>
          {t.documents.switchOff}
        </Button>
      )}
      {failed.length > 0 && (
        <Button size="sm" onClick={() => onRetry(failed)}>
          {t.documents.retry}
        </Button>
      )}
      <Button size="sm" look="danger" onClick={() => onDialog({ kind: 'remove', documents })}>
        {t.documents.remove}
      </Button>
      <IconButton label={t.documents.clearSelection} className="ml-auto" onClick={onClear}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
