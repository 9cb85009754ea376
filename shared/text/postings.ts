import type { Posting } from '#shared/db/chunks.ts';

/**
 * The lexical index of one document: for each term the chunks (by ordinal) that hold it, how often, and how many
 * terms those chunks have. @returns also the sum of all chunks' lengths in terms
 */
export function toPostings(chunks: { ordinal: number; terms: string[] }[]): {
  postings: Posting[];
  length: number;
} {
  const byTerm = new Map<string, Posting>();
  let length = 0;
  for (const { ordinal, terms } of chunks) {
    length += terms.length;
    for (const [term, frequency] of countTerms(terms)) {
      const posting = byTerm.get(term) ?? { term, ordinals: [], frequencies: [], lengths: [] };
      posting.ordinals.push(ordinal);
      posting.frequencies.push(frequency);
      posting.lengths.push(terms.length);
      byTerm.set(term, posting);
    }
  }
  return { postings: [...byTerm.values()], length };
}

function countTerms(terms: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
