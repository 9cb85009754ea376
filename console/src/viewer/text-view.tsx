import { Fragment, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useText } from '../i18n/text.tsx';
import { classes } from '../ui/classes.ts';
import { EmptyState, Loaded } from '../ui/states.tsx';
import { cutAtSpan, joinPassages, locateQuote, splitIntoBlocks, type TextBlock } from './document-text.ts';
import type { Span } from './find-quote.ts';
import { type Passage, usePassages } from './passages.ts';

type TextViewProps = {
  documentId: string;
  title: string;
  quote: string;
  chunkId: string;
  /** The passage that is pointed at elsewhere. */
  pointed: string | null;
  onPoint?: ((passageId: string | null) => void) | undefined;
};

/** A document without pages: its text with the proof marked, headings and tables as such. */
export function TextView({ documentId, ...rest }: TextViewProps) {
  const query = usePassages(documentId);
  return (
    <Loaded query={query} lines={8}>
      {(passages) => <TextOf passages={passages} {...rest} />}
    </Loaded>
  );
}

function TextOf({
  passages,
  title,
  quote,
  chunkId,
  pointed,
  onPoint,
}: Omit<TextViewProps, 'documentId'> & { passages: Passage[] }) {
  const t = useText();
  const content = useRef<HTMLDivElement>(null);
  const joined = useMemo(() => joinPassages(passages), [passages]);
  const blocks = useMemo(() => splitIntoBlocks(joined), [joined]);
  const proof = useMemo(
    () => (chunkId || quote ? locateQuote(passages, joined.text, { chunkId, quote }) : null),
    [passages, joined, chunkId, quote],
  );
  useEffect(() => {
    if (proof) content.current?.querySelector('mark')?.scrollIntoView({ block: 'center' });
  }, [proof]);
  if (passages.length === 0)
    return <EmptyState title={t.documents.viewer.noText} hint={t.documents.viewer.noTextHint} />;
  return (
    <div
      ref={content}
      role="region"
      aria-label={title}
      tabIndex={0}
      className="h-full overflow-y-auto px-5 py-4"
      onPointerLeave={() => onPoint?.(null)}
    >
      <div className="mx-auto max-w-prose">
        {blocks.map((block) => {
          const passage = passages.findLast(({ start }) => start <= block.start);
          return (
            <div
              key={block.start}
              data-passage={passage?.id}
              onPointerEnter={() => onPoint?.(passage?.id ?? null)}
              className={classes(
                'rounded-sm px-2 py-0.5',
                passage !== undefined && passage.id === pointed && 'bg-accent-wash',
              )}
            >
              <Block block={block} proof={proof} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** One block. A heading of the document is no heading of the page above h3. */
function Block({ block, proof }: { block: TextBlock; proof: Span | null }): ReactNode {
  const text = <Marked of={block} proof={proof} />;
  if (block.kind === 'heading') {
    const Heading = block.level <= 1 ? 'h3' : block.level === 2 ? 'h4' : 'h5';
    return (
      <Heading className={block.level <= 1 ? 'mt-5 mb-1 text-lg' : 'mt-3 font-semibold'}>{text}</Heading>
    );
  }
  if (block.kind === 'table') return <TableOf rows={block.rows} proof={proof} />;
  if (block.kind === 'list')
    return (
      <ul className="my-1 grid gap-1">
        {block.items.map((item) => (
          <li key={item.start} className="pl-4 -indent-4">
            <Marked of={item} proof={proof} />
          </li>
        ))}
      </ul>
    );
  if (block.kind === 'code') return <p className="my-2 whitespace-pre-wrap">{text}</p>;
  return <p className="my-2">{text}</p>;
}

type Cells = Extract<TextBlock, { kind: 'table' }>['rows'];

function TableOf({ rows: [head = [], ...rows], proof }: { rows: Cells; proof: Span | null }) {
  const cell = 'border border-line px-2 py-1 text-left align-top';
  return (
    <div className="my-3 overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <thead className="bg-sunken">
          <tr>
            {head.map((each) => (
              <th key={each.start} scope="col" className={`${cell} font-semibold`}>
                <Marked of={each} proof={proof} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0]?.start}>
              {row.map((each) => (
                <td key={each.start} className={cell}>
                  <Marked of={each} proof={proof} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Marked({ of, proof }: { of: { start: number; text: string }; proof: Span | null }) {
  return cutAtSpan(of, proof).map(({ text, isMarked }, i) =>
    isMarked ? <mark key={i}>{text}</mark> : <Fragment key={i}>{text}</Fragment>,
  );
}
