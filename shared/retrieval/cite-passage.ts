import { boxesOf } from '#shared/core/box.ts';
import type { Passage } from '#shared/llm/request.ts';
import type { Citation } from './citations.ts';
import type { PassageFacts } from './passage-facts.ts';
import { placeQuote } from './quote-place.ts';
import { supportingQuote } from './support.ts';
import { verifyClaim } from './verify-claim.ts';

/** The absolute address that opens a passage. */
export type PassageLink = (passage: Pick<Passage, 'document_id' | 'chunk_id'>) => string;

/** A passage with what claims are compared with. */
export type CitablePassage = Passage & { facts: PassageFacts };

/** The citation of a passage for a claim, without its place in the answer; null when the claim shares nothing with it. */
export function citePassage(
  passage: CitablePassage,
  claim: string,
  linkTo: PassageLink,
): Omit<Citation, 'start' | 'end'> | null {
  const { index, document_id, filename, text, title = filename, lines = [], facts } = passage;
  const { verified, missing, supported } = verifyClaim(facts, claim);
  if (!supported) return null;
  const { start, end, chunk_id, page } = placeQuote(passage, supportingQuote(facts, claim));
  return {
    index,
    chunk_id,
    document_id,
    title,
    filename,
    page,
    quote: text.slice(start, end),
    url: linkTo({ document_id, chunk_id }),
    boxes: boxesOf(lines, start, end),
    verified,
    missing,
  };
}
