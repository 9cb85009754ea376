import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { useText } from '../i18n/text.tsx';
import { classes } from '../ui/classes.ts';
import { drawPage } from './draw-page.ts';
import './pdf.css';

type Box = Schemas['Box'];

/** A place on the pages of a document: the proof, a passage that is pointed at, or one that may be. */
export type Mark = { id: string; boxes: Box[]; look: 'proof' | 'passage' | 'plain' };

const LOOKS = {
  proof: 'z-2 rounded-xs bg-paper-mark mix-blend-multiply',
  passage: 'z-2 rounded-xs bg-paper-passage mix-blend-multiply',
  plain: 'z-1',
} as const;

type PageProps = {
  pdf: PDFDocumentProxy;
  number: number;
  /** CSS pixels; the height follows from `ratio`, height by width. */
  width: number;
  ratio: number;
  marks: Mark[];
  scroller: RefObject<HTMLDivElement | null>;
  onRatio(number: number, ratio: number): void;
  onPoint?: ((markId: string | null) => void) | undefined;
};

/** A page: drawn while it is near the visible part, with its text over the picture, and marks between the two. */
export function PdfPage({ pdf, number, width, ratio, marks, scroller, onRatio, onPoint }: PageProps) {
  const t = useText();
  const frame = useRef<HTMLElement>(null);
  const isNear = useIsNear(frame, scroller);
  const picture = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const hosts = { picture: picture.current, words: words.current };
    if (!isNear || !hosts.picture || !hosts.words) return undefined;
    return drawPage({ pdf, number, width, onRatio }, { picture: hosts.picture, words: hosts.words });
  }, [isNear, pdf, number, width, onRatio]);
  return (
    <section
      ref={frame}
      aria-label={t.documents.viewer.pageOf(number, pdf.numPages)}
      data-page={number}
      className="relative isolate mx-auto shrink-0 bg-paper shadow-raised"
      style={{ width, height: width * ratio }}
      onPointerLeave={() => onPoint?.(null)}
    >
      <div ref={picture} aria-hidden className="absolute inset-0" />
      {marks.flatMap(({ id, boxes, look }) =>
        boxes
          .filter(({ page }) => page === number)
          .map((box) => (
            <div
              key={`${id}-${box.left}-${box.top}`}
              data-proof={look === 'proof' ? '' : undefined}
              data-passage={look === 'proof' ? undefined : id}
              aria-hidden
              className={classes('pointer-events-none absolute', LOOKS[look])}
              style={placeOf(box)}
            />
          )),
      )}
      <div
        ref={words}
        className="absolute inset-0 z-3"
        onPointerMove={onPoint && ((event) => onPoint(markAt(event, marks, number)))}
      />
    </section>
  );
}

function percent(share: number): string {
  return `${share * 100}%`;
}

function placeOf({ left, top, width, height }: Box) {
  return { left: percent(left), top: percent(top), width: percent(width), height: percent(height) };
}

/** The first mark under the pointer. */
function markAt(
  { clientX, clientY, currentTarget }: { clientX: number; clientY: number; currentTarget: Element },
  marks: Mark[],
  number: number,
): string | null {
  const frame = currentTarget.parentElement?.getBoundingClientRect();
  if (!frame) return null;
  const x = (clientX - frame.left) / frame.width;
  const y = (clientY - frame.top) / frame.height;
  const isUnder = (box: Box) =>
    box.page === number &&
    x >= box.left &&
    x <= box.left + box.width &&
    y >= box.top &&
    y <= box.top + box.height;
  return marks.find(({ look, boxes }) => look !== 'proof' && boxes.some(isUnder))?.id ?? null;
}

/** Whether an element is within one screen of the visible part of its scroller. */
function useIsNear(element: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      root: scroller.current,
      rootMargin: '100% 0px',
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, scroller]);
  return isNear;
}
