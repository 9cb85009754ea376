import { getDocumentProxy } from 'unpdf';
import {
  type Block,
  DocumentError,
  finishDocument,
  MAX_DOCUMENT_PAGES,
  type ParsedDocument,
  throwIfAborted,
} from '../document.ts';
import { detectLineStyle } from '../join-lines.ts';
import { assertNoBomb } from './bombs.ts';
import { CMapFactory } from './cmaps.ts';
import { splitIntoRegions } from './columns.ts';
import { containRejections } from './contain-rejections.ts';
import type { Draft } from './draft.ts';
import { removeFurniture } from './furniture.ts';
import { draftsToBlocks } from './headings.ts';
import { addLinks, type PageLink, readPageLinks } from './links.ts';
import { type Run, readPageText } from './page-text.ts';
import { measureLinePitch, splitIntoDrafts, type Typography } from './paragraphs.ts';
import type { PDFDocumentProxy, PDFPageProxy } from './pdfjs-types.ts';
import { mergeRow, rowsOf } from './rows.ts';
import { readTaggedDrafts } from './tagged.ts';

type Tree = Awaited<ReturnType<PDFPageProxy['getStructTree']>> | null;
type Page = {
  runs: Run[];
  others: Run[][];
  width: number;
  height: number;
  tree: Tree;
  links: PageLink[];
};

/**
 * A PDF, with the page of every block and the place of its lines. Tagged pages are read by their tags, others by geometry
 * (columns, tables, paragraphs). Running headers and page numbers are dropped; divided words are joined; the addresses of
 * links follow their text. pdf.js does not run a document's
 * scripts. An encrypted file is read only if it has no user password.
 */
export async function parsePdf(bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedDocument> {
  assertNoBomb(bytes);
  return await containRejections(() => readPdf(bytes, signal));
}

async function readPdf(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<ParsedDocument> {
  const pdf = await loadPdf(bytes);
  try {
    if (pdf.numPages > MAX_DOCUMENT_PAGES) {
      throw new DocumentError(
        'document_too_large',
        `The PDF has ${pdf.numPages} pages; at most ${MAX_DOCUMENT_PAGES} can be read. Split it into smaller files.`,
      );
    }
    const pages = await readPages(pdf, signal);
    const draft = { blocks: readBlocks(pages), pages: pdf.numPages, title: await findTitle(pdf) };
    return finishDocument(
      draft,
      'The PDF holds no text; it seems to be scanned or made of pictures. Run text recognition (OCR) on it first and upload the result.',
    );
  } finally {
    await pdf.loadingTask.destroy();
  }
}

async function loadPdf(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  try {
    // A copy: pdf.js detaches the buffer.
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
    pages.push(await readOnePage(pdf, number));
  }
  const cleaned = removeFurniture(pages);
  return pages.map((page, i) => ({ ...page, runs: cleaned[i] ?? [] }));
}

/** A document with an unreadable page is refused: otherwise the page would be missing without notice. */
async function readOnePage(pdf: PDFDocumentProxy, number: number): Promise<Page> {
  try {
    const page = await pdf.getPage(number);
    const { directions, width, height } = await readPageText(page);
    const tree = await page.getStructTree().catch((): null => null);
    const links = await readPageLinks(page);
    const [runs = [], ...others] = directions;
    page.cleanup();
    return { runs, others, width, height, tree, links };
  } catch (cause) {
    throw new DocumentError(
      'corrupt_document',
      `Page ${number} of the PDF is damaged. Open it on your computer, print or save it as a new PDF and upload that.`,
      { cause },
    );
  }
}

function readBlocks(pages: Page[]): Block[] {
  const regions = pages.map((page) => splitIntoRegions(rowsOf(page.runs)));
  const style = detectLineStyle(regions.flat().map((rows) => rows.map((row) => mergeRow(row)?.text ?? '')));
  const typography: Typography = { pitch: measureLinePitch(regions.flat()), style };
  const drafts = pages.flatMap((page, i): Draft[] => {
    const frame = { page: i + 1, width: page.width, height: page.height };
    const tagged = readTaggedDrafts(page.tree, [...page.runs, ...page.others.flat()], { frame, style });
    if (tagged) return tagged;
    const turned = page.others.flatMap((runs) => splitIntoRegions(rowsOf(runs)));
    return [...(regions[i] ?? []), ...turned].flatMap((rows) => splitIntoDrafts(rows, frame, typography));
  });
  return addLinks(
    draftsToBlocks(drafts, style),
    pages.map(({ links }) => links),
  );
}

/** The title in the document's properties, unless it is a file name or a program's default. */
async function findTitle(pdf: PDFDocumentProxy): Promise<string | null> {
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
