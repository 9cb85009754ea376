import { useEffect, useRef } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { classes } from '../../ui/classes.ts';
import { Loaded } from '../../ui/states.tsx';
import { type Passage, usePassages } from '../../viewer/passages.ts';
import { type Document, isSettled } from '../../viewer/use-document.ts';

type ListProps = {
  document: Document;
  /** The passage that the viewer marks; empty for none. */
  chosen: string;
  pointed: string | null;
  onPoint(passageId: string | null): void;
  onChoose(passageId: string): void;
};

/** The passages of a document; pointing at one shows its place in the viewer, and the other way round. */
export function PassageList({ document, ...rest }: ListProps) {
  const t = useText();
  const query = usePassages(document.id, document.status === 'ready');
  if (!isSettled(document)) return <p className="text-quiet">{t.documents.page.inProgress}</p>;
  if (document.status !== 'ready') return <p className="text-quiet">{t.documents.page.failedTitle}</p>;
  return (
    <>
      <p className="mb-3 text-sm text-quiet">{t.documents.page.passagesLead}</p>
      <Loaded query={query}>
        {(passages) => (
          <ol className="grid gap-1" onPointerLeave={() => rest.onPoint(null)}>
            {passages.map((passage) => (
              <li key={passage.id}>
                <PassageButton passage={passage} {...rest} />
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </>
  );
}

function PassageButton({
  passage,
  chosen,
  pointed,
  onPoint,
  onChoose,
}: Omit<ListProps, 'document'> & { passage: Passage }) {
  const t = useText();
  const format = useFormat();
  const element = useRef<HTMLButtonElement>(null);
  const { id, ordinal, page, heading, text, tokens } = passage;
  const isChosen = id === chosen;
  const isPointed = id === pointed;
  useEffect(() => {
    if (isChosen || isPointed) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen, isPointed]);
  return (
    <button
      ref={element}
      type="button"
      aria-pressed={isChosen}
      onClick={() => onChoose(id)}
      onPointerEnter={() => onPoint(id)}
      onFocus={() => onPoint(id)}
      onBlur={() => onPoint(null)}
      className={classes(
        'block w-full rounded-md border border-transparent px-2.5 py-2 text-left',
        isPointed && 'bg-accent-wash',
        isChosen && 'border-accent',
      )}
    >
      <span className="flex flex-wrap gap-x-2 text-xs text-quiet tabular-nums">
        <span className="font-medium text-ink">{t.documents.page.passage(ordinal + 1)}</span>
        {page !== null && <span>{t.documents.page.onPage(page)}</span>}
        <span>{t.documents.page.tokens(format.number(tokens))}</span>
      </span>
      {heading && <span className="block truncate text-xs text-quiet">{heading}</span>}
      <span className={classes('mt-0.5 text-sm', isChosen ? 'block whitespace-pre-line' : 'line-clamp-4')}>
        {text}
      </span>
    </button>
  );
}
