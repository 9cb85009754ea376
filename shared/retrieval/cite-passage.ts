import { boxesOf } from '#shared/core/box.ts';
import type { Passage } from '#shared/llm/request.ts';
import { type Span, trimSpan } from '#shared/text/sentences.ts';
import type { Citation } from './citations.ts';
import type { PassageFacts } from './passage-facts.ts';
import { placeQuote } from './quote-place.ts';
import { supportingQuote } from './support.ts';
import { verifyClaim } from './verify-claim.ts';

/** The absolute address that opens a passage. */
export type PassageLink = (passage: Pick<Passage, 'document_id' | 'chunk_id'>) => string;

/** A passage with what claims are compared with. */
export type CitablePassage = Passage & { facts: PassageFacts };

/** A claim of an answer. `quote` is the part of the passage that the model named for it; else one is looked for. */
export type Claim = { text: string; quote?: Span | undefined };

/** The citation of a passage for a claim, without its place in the answer; null when the claim shares nothing with it. */
export function citePassage(
  passage: CitablePassage,
  claim: Claim,
  linkTo: PassageLink,
): Omit<Citation, 'start' | 'end'> | null {
  const { index, document_id, filename, text, title = filename, lines = [], facts } = passage;
  const { verified, missing, supported } = verifyClaim(facts, claim.text);
  if (!supported) return null;
  const named = claim.quote && trimSpan(text, claim.quote);
  const { start, end, chunk_id, page } = placeQuote(passage, named ?? supportingQuote(facts, claim.text));
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
