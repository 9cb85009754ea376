import type { StoredChunk } from '#shared/db/chunks.ts';
import * as chunks from '#shared/db/chunks.ts';
import * as documents from '#shared/db/documents.ts';
import * as postings from '#shared/db/postings.ts';
import { indexedText, passageTerms, titleOfFilename, titleTerms } from '#shared/text/passage-terms.ts';
import { toPostings } from '#shared/text/postings.ts';

const PAGE = 500;

/** What a document is called. */
export type Names = { title: string; filename: string };

/** The names of a document whose file has this title, or none: then the file's name without its ending is its title. */
export function namesOf({ title, filename }: Names, fileTitle: string | null): Names {
  return { title: title || fileTitle || titleOfFilename(filename), filename };
}

/**
 * The lexical index of a document's chunks. The words of its title and file name stand once in every chunk, so that
 * a question that names the document finds what it says.
 */
export function wordsOf(
  { title, filename }: Names,
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
 * embedded. Readers see the previous index until then. Looks again afterwards, so that of several renames at the same
 * time the last one counts.
 * @returns false when readers find no such document, or another generation of it by now: ingestion knows the new name
 */
export async function reindexWords(teamId: string, documentId: string): Promise<boolean> {
  let document = await documents.find(teamId, documentId);
  while (document && document.active_generation !== null) {
    const { title, filename } = document;
    if (!(await writeWords(teamId, document, document.active_generation))) return false;
    document = await documents.find(teamId, documentId);
    if (document?.title === title && document.filename === filename) return true;
  }
  return false;
}

async function writeWords(
  teamId: string,
  document: Names & { id: string },
  generation: number,
): Promise<boolean> {
  const documentId = document.id;
  const stored: StoredChunk[] = [];
  let page: StoredChunk[];
  do {
    const after = stored.at(-1)?.ordinal ?? -1;
    page = await chunks.list(teamId, documentId, { limit: PAGE, after });
    stored.push(...page);
  } while (page.length === PAGE);
  return await postings.replace(teamId, { documentId, generation }, wordsOf(document, stored));
}
