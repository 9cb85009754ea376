import { type Box, sliceLines, type TextLine } from '#shared/core/box.ts';
import type { Block } from '../document.ts';
import { linkSuffix } from '../link-text.ts';
import type { PDFPageProxy } from './pdfjs-types.ts';

/** An area of a page that leads to an address outside the document. Its edges are fractions of the page. */
export type PageLink = { target: string; left: number; right: number; top: number; bottom: number };

/** A part of a block's text that a link covers. */
type Covered = { start: number; end: number; target: string };

/** Pages of generated catalogues have some hundreds. */
const MAX_LINKS = 1_000;
/** An area may miss its word by so many characters. */
const REACH = 2;

/** The links of a page, in the order of the file; none where its annotations are damaged. */
export async function readPageLinks(page: PDFPageProxy): Promise<PageLink[]> {
  const view = page.getViewport({ scale: 1 });
  const annotations: unknown[] = await page.getAnnotations().catch(() => []);
  return annotations.slice(0, MAX_LINKS).flatMap((annotation): PageLink[] => {
    const link = urlAnnotation(annotation);
    if (!link) return [];
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = link.rect;
    const corners = [place(view.transform, x0, y0), place(view.transform, x1, y1)];
    const xs = corners.map(({ x }) => x / view.width);
    const ys = corners.map(({ y }) => y / view.height);
    return [
      {
        target: link.url,
        left: Math.min(...xs),
        right: Math.max(...xs),
        top: Math.min(...ys),
        bottom: Math.max(...ys),
      },
    ];
  });
}

/** A place of the file's coordinates in those of the page as a reader sees it. */
function place(
  [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]: number[],
  x: number,
  y: number,
): { x: number; y: number } {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

function urlAnnotation(annotation: unknown): { url: string; rect: number[] } | null {
  if (typeof annotation !== 'object' || annotation === null) return null;
  if (!('url' in annotation) || !('rect' in annotation)) return null;
  const { url, rect } = annotation;
  return typeof url === 'string' && Array.isArray(rect) ? { url, rect: rect.map(Number) } : null;
}

/** Writes the address of each link behind the text that its area covers. `links` has the links of each page. */
export function addLinks(blocks: Block[], links: readonly PageLink[][]): Block[] {
  if (links.every((ofPage) => ofPage.length === 0)) return blocks;
  return blocks.map((block) => {
    const covered = block.lines ? joinNeighbours(block.text, coveredBy(block.lines, links)) : [];
    return covered.length === 0 ? block : writeTargets(block, covered);
  });
}

/** Of a line that runs up or down the page, all is covered: its box does not tell in which direction it runs. */
function coveredBy(lines: readonly TextLine[], links: readonly PageLink[][]): Covered[] {
  const covered: Covered[] = [];
  for (const { start, end, box } of lines) {
    const isVertical = box.height > box.width * 2 && end - start > 2;
    const perChar = box.width / (end - start);
    for (const link of links[box.page - 1] ?? []) {
      if (!meets(link, box)) continue;
      const from = isVertical ? 0 : Math.round((link.left - box.left) / perChar);
      const to = isVertical ? end : Math.round((link.right - box.left) / perChar);
      const part = { start: start + Math.max(0, from), end: Math.min(end, start + to), target: link.target };
      if (part.start < part.end) covered.push(part);
    }
  }
  return covered;
}

/** Whether a link covers the middle of a line, or for a line up the page, a part of it. */
function meets({ left, right, top, bottom }: PageLink, { left: x, top: y, width, height }: Box): boolean {
  const isBeside = right <= x || left >= x + width;
  const isAbove = bottom <= y || top >= y + height;
  const middle = y + height / 2;
  return !isBeside && !isAbove && (height > width * 2 || (top <= middle && middle <= bottom));
}

/** Parts that follow each other and have one target are one link, which a line's end divided. */
function joinNeighbours(text: string, covered: Covered[]): Covered[] {
  const joined: Covered[] = [];
  for (const part of covered.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last?.target === part.target && text.slice(last.end, part.start).trim() === '') {
      last.end = Math.max(last.end, part.end);
    } else joined.push({ ...part });
  }
  return joined;
}

function writeTargets(block: Block, covered: Covered[]): Block {
  const lines: TextLine[] = [];
  let text = '';
  let read = 0;
  const copyTo = (to: number) => {
    for (const { start, end, box } of sliceLines(block.lines ?? [], read, to)) {
      lines.push({ start: start + text.length, end: end + text.length, box });
    }
    text += block.text.slice(read, to);
    read = to;
  };
  for (const { start, end, target } of covered) {
    const to = Math.max(read, wordEnd(block.text, end));
    copyTo(to);
    text += linkSuffix(block.text.slice(start, to), target);
  }
  copyTo(block.text.length);
  return { ...block, text, lines };
}

/** The end of a word nearest to an offset; the offset itself where none is near. */
function wordEnd(text: string, at: number): number {
  const isEnd = (offset: number) =>
    offset >= 0 &&
    offset <= text.length &&
    /[^\s(]/u.test(text[offset - 1] ?? '') &&
    !/[\p{L}\p{N}]/u.test(text[offset] ?? '');
  for (let distance = 0; distance <= REACH; distance += 1) {
    if (isEnd(at + distance)) return at + distance;
    if (isEnd(at - distance)) return at - distance;
  }
  return at;
}
