import type { StoredChunk } from '#shared/db/chunks.ts';
import * as chunks from '#shared/db/chunks.ts';
import * as documents from '#shared/db/documents.ts';
import * as postings from '#shared/db/postings.ts';
import { passageTerms, titleTerms } from '#shared/text/passage-terms.ts';
import { toPostings } from '#shared/text/postings.ts';

const PAGE = 500;

/** The text of a chunk that both indexes read. It includes the heading, so that the heading's words find it. */
export function indexedText({ heading, text }: Pick<StoredChunk, 'heading' | 'text'>): string {
  return heading ? `${heading}\n${text}` : text;
}

/**
 * The lexical index of a document's chunks. The words of its title and file name stand once in every chunk, so that
 * a question that names the document finds what it says.
 */
export function wordsOf(
  { title, filename }: { title: string; filename: string },
  stored: Pick<StoredChunk, 'ordinal' | 'heading' | 'text'>[],
): ReturnType<typeof toPostings> {
  const named = titleTerms(title, filename);
  return toPostings(
    stored.map((chunk) => ({
      ordinal: chunk.ordinal,
      terms: [...passageTerms(indexedText(chunk)), ...named],
    })),
  );
}

/**
 * Writes the lexical index of a document anew from its stored chunks, title and file name, after a rename. Nothing is
 * embedded. Readers see the previous index until then.
 * @returns false when readers find no such document, or another generation of it by now
 */
export async function reindexWords(teamId: string, documentId: string): Promise<boolean> {
  const document = await documents.find(teamId, documentId);
  if (!document || document.active_generation === null) return false;
  const stored: StoredChunk[] = [];
  let page: StoredChunk[];
  do {
    const after = stored.at(-1)?.ordinal ?? -1;
    page = await chunks.list(teamId, documentId, { limit: PAGE, after });
    stored.push(...page);
  } while (page.length === PAGE);
  const attempt = { documentId, generation: document.active_generation };
  return await postings.replace(teamId, attempt, wordsOf(document, stored));
}
