import { normalizeText } from './normalize.ts';

type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code';

/**
 * One piece of a document in reading order. Lists, tables and code hold one item, row or line per line;
 * `page` counts from 1 and is null where the format has no pages; `level` (1–6) is set on headings only.
 */
export type Block = { text: string; kind: BlockKind; page: number | null; level?: number };

/** What every parser returns: normalised text (NFC, no control characters), never empty. */
export type ParsedDocument = { blocks: Block[]; pages: number | null; title: string | null };

const RETRYABLE_BY_CODE = {
  content_type_mismatch: false,
  corrupt_document: false,
  document_too_large: false,
  duplicate_document: false,
  empty_document: false,
  encrypted_document: false,
  parse_timeout: true,
  unsupported_type: false,
} as const;

export type DocumentErrorCode = keyof typeof RETRYABLE_BY_CODE;

/**
 * Why a document cannot be read. `code` and `message` are shown to the person who uploaded it, so the
 * message says what to do next; `retryable` says whether the same bytes may succeed later.
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

/** Above these a document is refused: 5 million characters are about 2,500 printed pages. */
export const MAX_DOCUMENT_CHARS = 5_000_000;
export const MAX_DOCUMENT_PAGES = 2_000;

/** Throws `parse_timeout` once the signal has fired; parsers call it between pieces of work. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new DocumentError(
    'parse_timeout',
    'Reading this document took too long. Try again; if it keeps failing, split the document into smaller files.',
    { cause: signal.reason },
  );
}

/** Refuses a document whose text is longer than the platform takes. `chars` counts UTF-16 units. */
export function assertTextSize(chars: number): void {
  if (chars <= MAX_DOCUMENT_CHARS) return;
  throw new DocumentError(
    'document_too_large',
    `The document holds more than ${MAX_DOCUMENT_CHARS.toLocaleString('en')} characters of text. Split it into smaller files.`,
  );
}

/**
 * Normalises every block, drops the blank ones and checks that something is left and not too much of it.
 * `emptyMessage` tells the person why nothing was found and what helps.
 */
export function finishDocument(
  draft: { blocks: Block[]; pages: number | null; title: string | null },
  emptyMessage: string,
): ParsedDocument {
  const blocks = draft.blocks
    .map((block) => ({ ...block, text: normalizeText(block.text, block.kind) }))
    .filter((block) => /[\p{L}\p{N}]/u.test(block.text) || (block.kind !== 'heading' && block.text !== ''));
  if (!blocks.some((block) => /[\p{L}\p{N}]/u.test(block.text))) {
    throw new DocumentError('empty_document', emptyMessage);
  }
  assertTextSize(blocks.reduce((sum, block) => sum + block.text.length, 0));
  const title = draft.title === null ? '' : normalizeText(draft.title, 'heading');
  const firstHeading = blocks.slice(0, 5).find((block) => block.kind === 'heading');
  return { blocks, pages: draft.pages, title: title === '' ? (firstHeading?.text ?? null) : title };
}
