import { getDocumentProxy } from 'unpdf';
import {
  type Block,
  DocumentError,
  finishDocument,
  MAX_DOCUMENT_PAGES,
  type ParsedDocument,
  throwIfAborted,
} from '../document.ts';
import { lineStyleOf } from '../join-lines.ts';
import { assertNoBomb } from './bombs.ts';
import { CMapFactory } from './cmaps.ts';
import { readingRegions } from './columns.ts';
import { containRejections } from './contain-rejections.ts';
import type { Draft } from './draft.ts';
import { withoutFurniture } from './furniture.ts';
import { blocksOf } from './headings.ts';
import { type Run, readPage } from './page-text.ts';
import { draftsOf, linePitch, type Typography } from './paragraphs.ts';
import type { PDFDocumentProxy, PDFPageProxy } from './pdfjs-types.ts';
import { mergeRow, rowsOf } from './rows.ts';
import { taggedDrafts } from './tagged.ts';

type Tree = Awaited<ReturnType<PDFPageProxy['getStructTree']>> | null;
type Page = { runs: Run[]; others: Run[][]; height: number; tree: Tree };

/**
 * A PDF with the page of every block. Tagged pages are read by their tags, the others by geometry: columns,
 * tables, paragraphs; running heads and page numbers are dropped, divided words made whole. pdf.js never
 * runs a document's scripts. Encrypted files open only without a user password.
 */
export async function parsePdf(bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedDocument> {
  assertNoBomb(bytes);
  return await containRejections(() => read(bytes, signal));
}

async function read(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<ParsedDocument> {
  const pdf = await open(bytes);
  try {
    if (pdf.numPages > MAX_DOCUMENT_PAGES) {
      throw new DocumentError(
        'document_too_large',
        `The PDF has ${pdf.numPages} pages; at most ${MAX_DOCUMENT_PAGES} can be read. Split it into smaller files.`,
      );
    }
    const pages = await readPages(pdf, signal);
    const draft = { blocks: pageBlocks(pages), pages: pdf.numPages, title: await titleOf(pdf) };
    return finishDocument(
      draft,
      'The PDF holds no text; it seems to be scanned or made of pictures. Run text recognition (OCR) on it first and upload the result.',
    );
  } finally {
    await pdf.loadingTask.destroy();
  }
}

async function open(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  try {
    // A copy: pdf.js takes the buffer away from its owner.
    return await getDocumentProxy(bytes.slice(), {
      BinaryDataFactory: CMapFactory,
      cMapPacked: true,
      useSystemFonts: true,
      disableFontFace: true,
      enableXfa: false,
      stopAtErrors: false,
      verbosity: 0,
    });
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'PasswordException') {
      throw new DocumentError(
        'encrypted_document',
        'The PDF is protected by a password. Save a copy without the password and upload that.',
        { cause },
      );
    }
    throw new DocumentError(
      'corrupt_document',
      'The PDF is damaged or incomplete. Open it on your computer, print or save it as a new PDF and upload that.',
      { cause },
    );
  }
}

async function readPages(pdf: PDFDocumentProxy, signal: AbortSignal | undefined): Promise<Page[]> {
  const pages: Page[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    throwIfAborted(signal);
    pages.push(await onePage(pdf, number));
  }
  const cleaned = withoutFurniture(pages);
  return pages.map((page, i) => ({ ...page, runs: cleaned[i] ?? [] }));
}

/** A document with a page that cannot be read is refused: nobody would notice that it is missing. */
async function onePage(pdf: PDFDocumentProxy, number: number): Promise<Page> {
  try {
    const page = await pdf.getPage(number);
    const { directions, height } = await readPage(page);
    const tree = await page.getStructTree().catch((): null => null);
    const [runs = [], ...others] = directions;
    page.cleanup();
    return { runs, others, height, tree };
  } catch (cause) {
    throw new DocumentError(
      'corrupt_document',
      `Page ${number} of the PDF is damaged. Open it on your computer, print or save it as a new PDF and upload that.`,
      { cause },
    );
  }
}

function pageBlocks(pages: Page[]): Block[] {
  const regions = pages.map((page) => readingRegions(rowsOf(page.runs)));
  const style = lineStyleOf(regions.flat().map((rows) => rows.map((row) => mergeRow(row)?.text ?? '')));
  const typography: Typography = { pitch: linePitch(regions.flat()), style };
  const drafts = pages.flatMap((page, i): Draft[] => {
    const number = i + 1;
    const tagged = taggedDrafts(page.tree, [...page.runs, ...page.others.flat()], { page: number, style });
    if (tagged !== null) return tagged;
    const turned = page.others.flatMap((runs) => readingRegions(rowsOf(runs)));
    return [...(regions[i] ?? []), ...turned].flatMap((rows) => draftsOf(rows, number, typography));
  });
  return blocksOf(drafts, style);
}

/** The title of the document's properties, unless a program put a file name there. */
async function titleOf(pdf: PDFDocumentProxy): Promise<string | null> {
  const metadata = await pdf.getMetadata().catch(() => null);
  const info: unknown = metadata?.info;
  const title = typeof info === 'object' && info !== null && 'Title' in info ? info.Title : null;
  if (typeof title !== 'string' || title.trim() === '') return null;
  return /\.(docx?|hwpx?|pptx?|xlsx?|html?|indd|pdf|txt)$|^(untitled|microsoft word|제목 없음)|^about:blank/iu.test(
    title.trim(),
  )
    ? null
    : title;
}
