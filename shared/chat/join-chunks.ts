import { sliceLines } from '#shared/core/box.ts';
import type { ChunkRow } from '#shared/db/chunks.ts';
import type { Passage, PassagePart } from '#shared/llm/request.ts';

/** A chunk of a passage. `rank`: the place of its hit in the list; null for a neighbour that was added. */
export type RunChunk = Omit<ChunkRow, 'id'> & { chunk_id: string; rank: number | null };

/** Successive chunks of one document, in the order of its text. */
export type Run = RunChunk[];

/** Between two chunks is only white space; more of it than this is no text of one passage. */
const WIDEST_GAP = 40;
/** Added neighbours come after all hits. */
const LAST = Number.MAX_SAFE_INTEGER;
const ROW = /[|\t]|^\s*(?:[-*+•·]|\d{1,3}[.)]|[①-⑳])\s/u;

/** Whether the second chunk follows the first one in the text of their document. */
export function follows(before: RunChunk, after: RunChunk): boolean {
  if (after.document_id !== before.document_id || after.ordinal !== before.ordinal + 1) return false;
  const overlap = before.end - after.start;
  if (overlap <= 0) return overlap >= -WIDEST_GAP;
  return overlap < after.text.length && before.text.endsWith(after.text.slice(0, overlap));
}

/**
 * Whether the second chunk goes on with the section of the first one: it repeats its last sentences, or has the same
 * headings above it and does not begin with one.
 */
export function continuesSection(before: RunChunk, after: RunChunk): boolean {
  if (after.start < before.end) return true;
  const [firstLine = ''] = after.text.split('\n', 1);
  const beginsWithHeading = (after.heading ?? '').split(' > ').includes(firstLine.trim());
  return after.heading === before.heading && !beginsWithHeading;
}

type JoinedText = Pick<Passage, 'text' | 'page' | 'heading'> & Required<Pick<Passage, 'lines' | 'parts'>>;

/**
 * The text of successive chunks, with what they repeat of each other once. Offsets into it are those into the document,
 * less the start of the first chunk; so each chunk stands in it word for word.
 */
export function joinChunks(run: Run): JoinedText {
  const start = run[0]?.start ?? 0;
  const joined = { text: '', lines: [] as NonNullable<Passage['lines']> };
  for (const chunk of run) {
    const at = chunk.start - start;
    if (at > joined.text.length) joined.text += gap(joined.text, chunk.text, at - joined.text.length);
    const repeated = joined.text.length - at;
    const from = joined.text.length;
    for (const line of sliceLines(chunk.lines, repeated, chunk.text.length)) {
      joined.lines.push({ ...line, start: line.start + from, end: line.end + from });
    }
    joined.text += chunk.text.slice(repeated);
  }
  return {
    ...joined,
    page: run[0]?.page ?? null,
    heading: sharedHeading(run.map(({ heading }) => heading)),
    parts: partsOf(run),
  };
}

/** The chunks by their rank, so that a sentence of two of them is found in the better one. */
function partsOf(run: Run): PassagePart[] {
  const start = run[0]?.start ?? 0;
  return run
    .toSorted((a, b) => (a.rank ?? LAST) - (b.rank ?? LAST))
    .map((chunk) => ({
      chunk_id: chunk.chunk_id,
      page: chunk.page,
      start: chunk.start - start,
      end: chunk.end - start,
    }));
}

/** White space of the length that the document has there: sentences of a paragraph, rows, or paragraphs. */
function gap(before: string, after: string, length: number): string {
  const lastLine = before.slice(before.lastIndexOf('\n') + 1);
  const [firstLine = ''] = after.split('\n', 1);
  const isInline = length === 1 && !ROW.test(lastLine) && !ROW.test(firstLine);
  return isInline ? ' ' : '\n'.repeat(length);
}

/** The headings above all chunks; of chunks that share none, those of the first. */
function sharedHeading(headings: (string | null)[]): string | null {
  const [first = [], ...others] = headings.map((heading) => heading?.split(' > ') ?? []);
  let shared = first.length;
  for (const other of others) {
    while (shared > 0 && other.slice(0, shared).join('\n') !== first.slice(0, shared).join('\n')) shared -= 1;
  }
  return first.slice(0, shared || first.length).join(' > ') || null;
}
