import { type PDFDocumentProxy, type PDFPageProxy, TextLayer } from 'pdfjs-dist';

/** Canvases above this many pixels fail in some browsers; a page is then drawn less sharp. */
const MAX_PIXELS = 16_000_000;

type Drawn = {
  pdf: PDFDocumentProxy;
  number: number;
  /** CSS pixels. */
  width: number;
  /** Is told the page's height by its width. */
  onRatio(number: number, ratio: number): void;
};
type Hosts = { picture: HTMLElement; words: HTMLElement };

/** Draws a page and lays its text over it. What was drawn before stays until the new picture is done. @returns a stop */
export function drawPage({ pdf, number, width, onRatio }: Drawn, hosts: Hosts): () => void {
  let isStopped = false;
  const stops: (() => void)[] = [];
  const draw = async () => {
    const page = await pdf.getPage(number);
    if (isStopped) return;
    const natural = page.getViewport({ scale: 1 });
    onRatio(number, natural.height / natural.width);
    stops.push(writeText(page, width / natural.width, hosts.words));
    const canvas = document.createElement('canvas');
    const viewport = sharpViewport(page, width / natural.width);
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    canvas.style.width = '100%';
    canvas.style.height = '100%';
    const task = page.render({ canvas, viewport });
    stops.push(() => task.cancel());
    await task.promise;
    if (!isStopped) hosts.picture.replaceChildren(canvas);
  };
  // A page that cannot be drawn stays white; the others do not suffer.
  draw().catch(() => undefined);
  return () => {
    isStopped = true;
    for (const stop of stops) stop();
  };
}

/** A viewport with one pixel for each of the screen's. */
function sharpViewport(page: PDFPageProxy, scale: number) {
  const wanted = page.getViewport({ scale: scale * Math.max(1, window.devicePixelRatio) });
  const excess = (wanted.width * wanted.height) / MAX_PIXELS;
  return excess <= 1 ? wanted : page.getViewport({ scale: wanted.scale / Math.sqrt(excess) });
}

function writeText(page: PDFPageProxy, scale: number, host: HTMLElement): () => void {
  const container = document.createElement('div');
  container.className = 'pdf-text';
  container.style.setProperty('--total-scale-factor', String(scale));
  const layer = new TextLayer({
    textContentSource: page.streamTextContent(),
    container,
    viewport: page.getViewport({ scale }),
  });
  layer.render().then(
    () => host.replaceChildren(container),
    () => undefined,
  );
  return () => layer.cancel();
}
