import { PreviewCard } from '@base-ui/react/preview-card';
import { use } from 'react';
import { useText } from '../../i18n/text.tsx';
import { classes } from '../../ui/classes.ts';
import type { Citation } from './markers.ts';
import { CitedContext, proofButtonId, useProofs } from './proofs.ts';
import { Verdict } from './verdict.tsx';

const HOVER_MS = 150;

/** The marker of a citation: a button that opens the proof. Pointer and focus show it in short. */
export function CitationButton({ ordinal }: { ordinal: number }) {
  const t = useText();
  const { open, shown } = useProofs();
  const { answerId, citations } = use(CitedContext);
  const citation = citations[ordinal];
  if (!citation) return null;
  const proof = { answerId, ordinal };
  const isOpen = shown?.answerId === answerId && shown.ordinal === ordinal;
  return (
    <PreviewCard.Root>
      <PreviewCard.Trigger
        delay={HOVER_MS}
        closeDelay={HOVER_MS}
        render={
          <button
            type="button"
            id={proofButtonId(proof)}
            aria-label={t.chat.source(citation.index)}
            aria-expanded={isOpen}
            onClick={() => open(proof)}
            className={classes(
              'relative mx-0.5 inline-flex h-5 min-w-5 items-center justify-center rounded-sm px-1 align-[0.08em] text-xs leading-none font-medium tabular-nums before:absolute before:-inset-1 max-sm:h-6 max-sm:min-w-6 max-sm:before:-inset-2.5',
              citation.verified
                ? 'bg-accent-wash text-accent hover:bg-accent hover:text-on-accent'
                : 'bg-warn-wash text-warn hover:bg-warn hover:text-canvas',
              isOpen && (citation.verified ? 'ring-2 ring-accent' : 'ring-2 ring-warn'),
            )}
          >
            {citation.index}
            {!citation.verified && <span aria-hidden>?</span>}
          </button>
        }
      />
      <PreviewCard.Portal>
        <PreviewCard.Positioner sideOffset={6} collisionPadding={8} className="z-40">
          <PreviewCard.Popup className="w-88 max-w-[calc(100vw-1rem)] rounded-lg border border-line bg-raised p-3 shadow-raised transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            <ProofCard citation={citation} />
          </PreviewCard.Popup>
        </PreviewCard.Positioner>
      </PreviewCard.Portal>
    </PreviewCard.Root>
  );
}

/** File, page, quote, and whether the quote supports the sentence. */
function ProofCard({ citation }: { citation: Citation }) {
  const t = useText();
  return (
    <div className="grid gap-1.5 text-sm">
      <p className="flex gap-2">
        <span className="min-w-0 truncate font-medium">{citation.filename}</span>
        {citation.page !== null && <span className="shrink-0 text-quiet">{t.chat.page(citation.page)}</span>}
      </p>
      <blockquote className="line-clamp-5 border-l-2 border-line-strong pl-2">{citation.quote}</blockquote>
      <Verdict citation={citation} />
    </div>
  );
}
