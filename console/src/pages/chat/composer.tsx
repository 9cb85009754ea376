import { ArrowUp, FileText, Square, X } from 'lucide-react';
import { type KeyboardEvent, type RefObject } from 'react';
import { useText } from '../../i18n/text.tsx';
import { classes } from '../../ui/classes.ts';
import { useDocument } from '../../viewer/use-document.ts';
import { isSendKey } from './keys.ts';
import { changed, chatRoute } from './route.ts';
import type { Room } from './use-room.ts';

type ComposerProps = {
  room: Room;
  draft: string;
  setDraft(draft: string): void;
  field: RefObject<HTMLTextAreaElement | null>;
};

const ROUND =
  'inline-flex size-9 shrink-0 items-center justify-center rounded-md transition-colors max-sm:size-11';

/** The box for a question. Enter sends; while an answer comes, the button and Escape stop it. */
export function Composer({ room, draft, setDraft, field }: ComposerProps) {
  const t = useText();
  const { document } = chatRoute.useSearch();
  const isEmpty = draft.trim() === '';
  const send = () => {
    if (isEmpty || room.isBusy) return;
    room.send(draft.trim());
    setDraft('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isSendKey(event)) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div className="mx-auto w-full max-w-3xl px-4 pb-4 max-sm:px-3 max-sm:pb-2">
      <div className="rounded-lg border border-line-strong bg-canvas shadow-sm focus-within:border-accent focus-within:ring-1 focus-within:ring-accent">
        {document && <DocumentChip documentId={document} />}
        <div className="flex items-end gap-2 p-1.5 pl-3.5">
          <textarea
            ref={field}
            data-main-field
            aria-label={t.chat.question}
            placeholder={t.chat.placeholder}
            // Browsers that do not let the box grow with its text show its lines as rows.
            rows={Math.min(draft.split('\n').length, 8)}
            maxLength={20_000}
            value={draft}
            onChange={({ target }) => setDraft(target.value)}
            onKeyDown={onKeyDown}
            className="field-sizing-content max-h-[35dvh] min-h-9 flex-1 resize-none bg-transparent py-1.5 text-lg leading-6 outline-none placeholder:text-quiet max-sm:min-h-11 max-sm:py-2.5"
          />
          {room.isBusy ? (
            <button
              type="button"
              aria-label={t.chat.stop}
              title={t.chat.stop}
              onClick={room.stop}
              className={classes(ROUND, 'bg-ink text-canvas')}
            >
              <Square size={14} fill="currentColor" aria-hidden />
            </button>
          ) : (
            <button
              type="button"
              aria-label={t.chat.send}
              title={t.chat.send}
              aria-disabled={isEmpty}
              onClick={send}
              className={classes(
                ROUND,
                'bg-accent text-on-accent hover:bg-accent-strong aria-disabled:cursor-default aria-disabled:bg-sunken aria-disabled:text-quiet',
              )}
            >
              <ArrowUp size={18} aria-hidden />
            </button>
          )}
        </div>
      </div>
      <p className="mt-1.5 text-center text-xs text-quiet max-sm:hidden">{t.chat.checkSources}</p>
    </div>
  );
}

/** Says that only one document is asked, until it is removed. */
function DocumentChip({ documentId }: { documentId: string }) {
  const t = useText();
  const navigate = chatRoute.useNavigate();
  const { data } = useDocument(documentId);
  return (
    <div className="flex px-2 pt-2">
      <span className="flex min-w-0 items-center gap-1.5 rounded-md bg-accent-wash pl-2 text-sm text-accent">
        <FileText size={14} aria-hidden className="shrink-0" />
        <span className="truncate">{t.chat.onlyIn(data?.title ?? '…')}</span>
        <button
          type="button"
          aria-label={t.chat.allDocuments}
          title={t.chat.allDocuments}
          onClick={() =>
            void navigate({ search: (all) => changed(all, { document: undefined }), replace: true })
          }
          className="inline-flex size-7 items-center justify-center rounded-md hover:bg-accent hover:text-on-accent max-sm:size-11"
        >
          <X size={14} aria-hidden />
        </button>
      </span>
    </div>
  );
}
