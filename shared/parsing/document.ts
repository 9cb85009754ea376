import type { TextLine } from '#shared/core/box.ts';
import { isLeftOut, leaveOutJunk } from './junk.ts';
import { normalizeText } from './normalize.ts';
import { followText } from './placed-text.ts';

type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code';

/**
 * One piece of a document, in reading order. Lists, tables and code have one item, row or line of code per line.
 * `page` counts from 1 and is null where the format has no pages. `level` (1–6) is set on headings only. `lines` says
 * where the text lies; only PDFs have them. A paragraph that runs on to the next page is one block: `page` is its first,
 * and each line has its own.
 */
export type Block = {
  text: string;
  kind: BlockKind;
  page: number | null;
  level?: number;
  lines?: TextLine[];
};

/** The result of every parser. Its text is normalised (NFC, no control characters) and never empty. */
export type ParsedDocument = { blocks: Block[]; pages: number | null; title: string | null };

const RETRYABLE_BY_CODE = {
  content_type_mismatch: false,
  corrupt_document: false,
  document_too_complex: false,
  document_too_large: false,
  duplicate_document: false,
  empty_document: false,
  encrypted_document: false,
  legal_hold: true,
  parser_timeout: false,
  replace_forbidden: false,
  unsupported_type: false,
  url_unreachable: true,
} as const;

export type DocumentErrorCode = keyof typeof RETRYABLE_BY_CODE;

/**
 * The reason why a document cannot be read. `code` and `message` are shown to its uploader, so the message says what
 * to do next. `retryable` says whether the same bytes may succeed later.
 */
export class DocumentError extends Error {
  readonly code: DocumentErrorCode;
  readonly retryable: boolean;

  constructor(code: DocumentErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DocumentError';
    this.code = code;
    this.retryable = RETRYABLE_BY_CODE[code];
  }
}

/** Limits of a document. 5 million characters are about 2,500 printed pages. */
export const MAX_DOCUMENT_CHARS = 5_000_000;
export const MAX_DOCUMENT_PAGES = 2_000;

/** For a document that takes more memory, or has more elements, than one may. @returns the error to throw */
export function tooComplex(): DocumentError {
  return new DocumentError(
    'document_too_complex',
    'The document is too complex to be read: it has far more elements, or takes far more memory, than its text needs. Split it into smaller files, or save it in a simpler form, such as PDF or plain text, and upload that.',
  );
}

/** For a document whose reading did not end in time. @returns the error to throw */
export function parserTimeout(options: { cause?: unknown } = {}): DocumentError {
  return new DocumentError(
    'parser_timeout',
    'Reading the document took longer than one may take. Split it into smaller files, or save it in a simpler form, such as PDF or plain text, and upload that.',
    options,
  );
}

/**
 * Ends the parsing at a time limit; parsers call it between pieces of work.
 * @throws DocumentError `parser_timeout` once the signal is aborted
 */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw parserTimeout({ cause: signal.reason });
}

/**
 * Limits the text of a document. `chars` counts UTF-16 units.
 * @throws DocumentError `document_too_large` above 5 million
 */
export function assertTextSize(chars: number): void {
  if (chars <= MAX_DOCUMENT_CHARS) return;
  throw new DocumentError(
    'document_too_large',
    `The document holds more than ${MAX_DOCUMENT_CHARS.toLocaleString('en')} characters of text. Split it into smaller files.`,
  );
}

const ONLY_JUNK =
  'The file holds only encoded data or minified code, and no text that could be searched. Upload the document that it was made from.';

/**
 * Normalises every block, drops blank ones, and leaves out encoded data and minified code. Takes the title from the draft, else from a heading among the
 * first five blocks. `emptyMessage` tells the uploader why no text was found and what helps.
 * @throws DocumentError `empty_document` or `document_too_large`
 */
export function finishDocument(
  draft: { blocks: Block[]; pages: number | null; title: string | null },
  emptyMessage: string,
): ParsedDocument {
  const blocks = draft.blocks
    .map((block) => normalizeBlock(block))
    .filter((block) => /[\p{L}\p{N}]/u.test(block.text) || (block.kind !== 'heading' && block.text !== ''));
  if (!blocks.some((block) => /[\p{L}\p{N}]/u.test(block.text))) {
    const isJunk = blocks.some(({ text }) => isLeftOut(text));
    throw new DocumentError('empty_document', isJunk ? ONLY_JUNK : emptyMessage);
  }
  assertTextSize(blocks.reduce((sum, block) => sum + block.text.length, 0));
  const title = draft.title === null ? '' : normalizeText(draft.title, 'heading');
  const firstHeading = blocks.slice(0, 5).find((block) => block.kind === 'heading');
  return { blocks, pages: draft.pages, title: title === '' ? (firstHeading?.text ?? null) : title };
}

function normalizeBlock(block: Block): Block {
  const normal = normalizeText(block.text, block.kind);
  const text = leaveOutJunk(normal);
  if (!block.lines) return { ...block, text };
  if (text === normal) return { ...block, ...followText({ ...block, lines: block.lines }, text) };
  // The text does not lie where its lines are any more.
  const { lines: _, ...unplaced } = block;
  return { ...unplaced, text };
}
