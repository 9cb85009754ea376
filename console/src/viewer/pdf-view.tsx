import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Schemas } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { useText } from '../i18n/text.tsx';
import { useTeam } from '../shell/team.ts';
import { EmptyState, ProblemState, Skeleton } from '../ui/states.tsx';
import { DownloadButton } from './download-button.tsx';
import { isUnreadablePdf, openPdf } from './pdf-file.ts';
import { type Mark, PdfPage } from './pdf-page.tsx';
import { PdfToolbar } from './pdf-toolbar.tsx';

type Box = Schemas['Box'];

type PdfViewProps = {
  documentId: string;
  title: string;
  filename: string;
  /** The page to open with; the first box's page wins. */
  page: number | null;
  quote: string;
  boxes: Box[];
  /** Places of passages that can be pointed at. */
  marks: Mark[];
  onPoint?: ((markId: string | null) => void) | undefined;
};

const A4_RATIO = Math.SQRT2;
const MARGIN = 16;
/** Wider lines are hard to read; one can still zoom. */
const MAX_FIT = 960;

/** A PDF with the proof marked on its page. */
export function PdfView(props: PdfViewProps) {
  const [attempt, setAttempt] = useState(0);
  return (
    <OpenedPdf key={`${props.documentId} ${attempt}`} {...props} onRetry={() => setAttempt(attempt + 1)} />
  );
}

/** One attempt to open a PDF. */
function OpenedPdf({ documentId, onRetry, ...rest }: PdfViewProps & { onRetry(): void }) {
  const t = useText();
  const { team } = useTeam();
  const [state, setState] = useState<{ pdf?: PDFDocumentProxy; error?: unknown }>({});
  useEffect(() => {
    let isCurrent = true;
    const opened = openPdf({ team_id: team.id, document_id: documentId });
    opened.pdf.then(
      (pdf) => isCurrent && setState({ pdf }),
      (error: unknown) => isCurrent && setState({ error }),
    );
    return () => {
      isCurrent = false;
      opened.close();
    };
  }, [team.id, documentId]);
  if (state.pdf) return <Pages pdf={state.pdf} {...rest} />;
  if (state.error === undefined) return <Skeleton className="p-6" lines={8} />;
  if (isUnreadablePdf(state.error))
    return (
      <EmptyState title={t.documents.viewer.unreadable} hint={t.documents.viewer.unreadableHint}>
        <DownloadButton documentId={documentId} filename={rest.filename} />
      </EmptyState>
    );
  const error = state.error instanceof ApiProblem ? state.error : new ApiProblem({});
  return <ProblemState error={error} onRetry={onRetry} className="m-4" />;
}

type PagesProps = Omit<PdfViewProps, 'documentId' | 'filename'> & { pdf: PDFDocumentProxy };

function Pages({ pdf, title, page, quote, boxes, marks, onPoint }: PagesProps) {
  const t = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const fit = useWidth(scroller);
  const [zoom, setZoom] = useState(1);
  const [shown, setShown] = useState(1);
  const { ratioOf, onRatio } = useRatios(pdf);
  const width = Math.min(Math.max(200, fit - 2 * MARGIN), MAX_FIT) * zoom;
  const goTo = (number: number) => scrollToPage(scroller, number);
  useScrollToProof({ pdf, scroller, boxes, page, isReady: fit > 0, onRatio });
  const proof: Mark = { id: 'proof', boxes, look: 'proof' };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PdfToolbar page={shown} pages={pdf.numPages} zoom={zoom} onPage={goTo} onZoom={setZoom} />
      {quote && boxes.length > 0 && <p className="sr-only">{t.documents.viewer.quoteIs(quote)}</p>}
      <div
        ref={scroller}
        role="region"
        aria-label={title}
        tabIndex={0}
        onScroll={() => setShown(pageInView(scroller) ?? shown)}
        className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto bg-sunken p-4"
      >
        {fit > 0 &&
          Array.from({ length: pdf.numPages }, (_, i) => (
            <PdfPage
              key={i}
              pdf={pdf}
              number={i + 1}
              width={width}
              ratio={ratioOf(i + 1)}
              marks={[proof, ...marks]}
              scroller={scroller}
              onRatio={onRatio}
              onPoint={onPoint}
            />
          ))}
      </div>
    </div>
  );
}

/** Heights by width of the pages; those that are not known yet are like the first. */
function useRatios(pdf: PDFDocumentProxy) {
  const [ratios, setRatios] = useState<ReadonlyMap<number, number>>(new Map());
  const onRatio = useCallback((number: number, ratio: number) => {
    setRatios((known) => (known.get(number) === ratio ? known : new Map(known).set(number, ratio)));
  }, []);
  useEffect(() => {
    void measure(pdf, 1, onRatio);
  }, [pdf, onRatio]);
  const ratioOf = (number: number) => ratios.get(number) ?? ratios.get(1) ?? A4_RATIO;
  return { ratioOf, onRatio };
}

async function measure(
  pdf: PDFDocumentProxy,
  number: number,
  onRatio: (number: number, ratio: number) => void,
): Promise<void> {
  const page = await pdf.getPage(number).catch(() => null);
  const { width, height } = page?.getViewport({ scale: 1 }) ?? { width: 1, height: A4_RATIO };
  onRatio(number, height / width);
}

/** The inner width of an element, 0 before it is measured. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.target.clientWidth ?? 0)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

type Proof = {
  pdf: PDFDocumentProxy;
  scroller: RefObject<HTMLDivElement | null>;
  boxes: Box[];
  page: number | null;
  isReady: boolean;
  onRatio(number: number, ratio: number): void;
};

/** Scrolls to the marked place whenever it becomes another one: its page has to be measured first. */
function useScrollToProof({ pdf, scroller, boxes, page, isReady, onRatio }: Proof): void {
  const first = boxes[0];
  const number = Math.min(first?.page ?? page ?? 1, pdf.numPages);
  const place = `${number} ${first?.top} ${first?.left}`;
  useEffect(() => {
    if (!isReady) return undefined;
    let isCurrent = true;
    void measure(pdf, number, onRatio).then(() =>
      requestAnimationFrame(() => {
        if (!isCurrent) return;
        if (first) scrollToBox(scroller, first);
        else if (number > 1) scrollToPage(scroller, number);
      }),
    );
    return () => {
      isCurrent = false;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `place` says when the first box is another one
  }, [pdf, place, isReady]);
}

function pageElement(scroller: RefObject<HTMLDivElement | null>, number: number): HTMLElement | null {
  return scroller.current?.querySelector<HTMLElement>(`[data-page="${number}"]`) ?? null;
}

function scrollToPage(scroller: RefObject<HTMLDivElement | null>, number: number): void {
  const target = pageElement(scroller, number);
  if (target && scroller.current)
    scroller.current.scrollTop = target.offsetTop - scroller.current.offsetTop - 16;
}

/** Puts a box a third below the upper edge, and into the middle where the page is wider than the view. */
function scrollToBox(scroller: RefObject<HTMLDivElement | null>, box: Box): void {
  const target = pageElement(scroller, box.page);
  const view = scroller.current;
  if (!target || !view) return;
  const top = target.offsetTop - view.offsetTop + box.top * target.offsetHeight;
  const middle = target.offsetLeft - view.offsetLeft + (box.left + box.width / 2) * target.offsetWidth;
  view.scrollTo({ top: top - view.clientHeight / 3, left: middle - view.clientWidth / 2 });
}

/** The page in the middle of the view. */
function pageInView(scroller: RefObject<HTMLDivElement | null>): number | null {
  const view = scroller.current;
  if (!view) return null;
  const middle = view.getBoundingClientRect().top + view.clientHeight / 2;
  const pages = [...view.querySelectorAll<HTMLElement>('[data-page]')];
  const page = pages.find((each) => each.getBoundingClientRect().bottom + 8 >= middle) ?? pages.at(-1);
  return page ? Number(page.dataset.page) : null;
}
