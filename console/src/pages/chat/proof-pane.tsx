import { Dialog } from '@base-ui/react/dialog';
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, ExternalLink, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useEffectEvent, useRef } from 'react';
import { useText } from '../../i18n/text.tsx';
import { usePreference } from '../../preferences.ts';
import { IconButton } from '../../ui/button.tsx';
import { useMedia } from '../../ui/media.ts';
import { Skeleton } from '../../ui/states.tsx';
import type { ShownProof } from './use-proof-pane.ts';
import { Verdict } from './verdict.tsx';

const SourceView = lazy(async () => ({ default: (await import('../../viewer/source-view.tsx')).SourceView }));

type PaneProps = ShownProof & { onMove(step: 1 | -1): void; onClose(): void };

/** The page of a document with the sentence that proves the answer: beside the conversation, or a sheet over it. */
export function ProofPane(props: PaneProps) {
  const t = useText();
  const isWide = useMedia('(min-width: 64rem)');
  const sheet = useRef<HTMLElement>(null);
  useProofKeys(props);
  if (isWide) return <SidePane {...props} />;
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity data-starting-style:opacity-0" />
        <Dialog.Popup
          initialFocus={sheet}
          finalFocus={false}
          className="fixed inset-x-0 bottom-0 z-50 flex h-[88dvh] flex-col rounded-t-lg border-t border-line bg-canvas shadow-raised transition-transform outline-none data-starting-style:translate-y-full"
        >
          <Dialog.Title className="sr-only">{t.chat.proofTitle}</Dialog.Title>
          <section
            ref={sheet}
            aria-label={t.chat.pane}
            tabIndex={-1}
            className="flex min-h-0 flex-1 flex-col outline-none"
          >
            <Content {...props} />
          </section>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The focus comes when the pane opens; the page stays usable beside it. */
function SidePane(props: PaneProps) {
  const t = useText();
  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current?.focus(), []);
  return (
    <section
      ref={pane}
      aria-label={t.chat.pane}
      tabIndex={-1}
      className="flex w-1/2 max-w-3xl min-w-0 shrink-0 flex-col border-l border-line bg-canvas outline-none"
    >
      <Content {...props} />
    </section>
  );
}

/** `j` and `k` go through the proofs of the answer, Escape closes. */
function useProofKeys({ onMove, onClose }: PaneProps): void {
  const isOff = usePreference('shortcuts') === 'off';
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
    const isInMenu = event.target instanceof Element && event.target.closest('[role=menu]') !== null;
    if (event.key === 'Escape' && !isInMenu) return onClose();
    const isTyping =
      event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
    if (isOff || isTyping) return;
    if (event.key === 'j') onMove(1);
    else if (event.key === 'k') onMove(-1);
  });
  useEffect(() => {
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function Content({ citation, ordinal, count, claim, onMove, onClose }: PaneProps) {
  const t = useText();
  const { index, document_id, chunk_id, filename, title, page, quote, boxes, verified } = citation;
  return (
    <>
      <header className="flex items-center gap-1 border-b border-line py-2 pr-2 pl-4">
        <div className="min-w-0 flex-1 py-1" aria-live="polite">
          <h2 className="flex min-w-0 gap-2 text-base">
            <span className="shrink-0 text-quiet tabular-nums">{index}</span>
            <span className="truncate">{filename}</span>
            {page !== null && <span className="shrink-0 font-normal text-quiet">{t.chat.page(page)}</span>}
          </h2>
          <Verdict citation={citation} />
        </div>
        {count > 1 && (
          <>
            <span className="px-1 text-sm text-quiet tabular-nums">
              {ordinal + 1}/{count}
            </span>
            <IconButton label={t.chat.previousProof} disabled={ordinal === 0} onClick={() => onMove(-1)}>
              <ArrowUp size={16} aria-hidden />
            </IconButton>
            <IconButton label={t.chat.nextProof} disabled={ordinal === count - 1} onClick={() => onMove(1)}>
              <ArrowDown size={16} aria-hidden />
            </IconButton>
          </>
        )}
        <Link
          to="/documents/$documentId"
          params={{ documentId: document_id }}
          search={{ chunk: chunk_id, quote, ...(page === null ? {} : { page: String(page) }) }}
          aria-label={t.chat.openDocument}
          title={t.chat.openDocument}
          className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-quiet hover:bg-sunken hover:text-ink max-sm:size-11"
        >
          <ExternalLink size={16} aria-hidden />
        </Link>
        <IconButton label={t.common.close} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      {!verified && claim && (
        <p className="border-b border-line bg-warn-wash px-4 py-2 text-sm">
          <span className="font-medium text-warn">{t.chat.claim}</span> {claim}
        </p>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Suspense fallback={<Skeleton className="p-4" />}>
          <SourceView
            key={`${document_id} ${chunk_id} ${quote}`}
            documentId={document_id}
            chunkId={chunk_id}
            {...{ filename, title, page, quote, boxes }}
          />
        </Suspense>
      </div>
    </>
  );
}
