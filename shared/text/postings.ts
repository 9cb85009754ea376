import { countTerms } from './lexical.ts';

/** One term of a document's lexical index. The lists run in parallel: one entry per chunk that holds the term. */
export type Posting = {
  term: string;
  ordinals: number[];
  /** How often the term occurs in the chunk. */
  frequencies: number[];
  /** How many terms the chunk has. */
  lengths: number[];
};

/** The lexical index of one document. `length` is the number of terms in all its chunks. */
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
