import { lexicalTokens } from '#shared/text/lexical.ts';
import { rarity } from '#shared/text/rarity.ts';
import type { Span } from '#shared/text/sentences.ts';
import { type Figure, figuresIn, isSameFigure } from '#shared/text/stated-figures.ts';
import type { PassageFacts, PassageSentence } from './passage-facts.ts';
import { findQuotation, quotationsIn } from './quotations.ts';

/** Shorter lines without an end mark are headings or list numbers. */
const MIN_LINE = 15;
const LONGEST_HEADING = 60;
/** A sentence ends with a mark or a Korean verb; a row, an item and a labelled value have signs of their own. */
const SENTENCE_END = /[.!?。！？…:;]["'”’」』)\]]*$|[다요죠음함됨임까]$/u;
const END_MARK = /[.!?。！？…]["'”’)]*$/u;
const ROW = /[|\t:：=]|^\s*(?:[-*+•·▪○●※>]|\d{1,3}[.)]\s|[①-⑳])/u;
/** A claimed figure weighs as much as some rare words: the sentence that has it is the one to quote. */
const FIGURE_WEIGHT = 4;

/**
 * The part of a passage that best supports a claim, as offsets: the sentences that the claim quotes, else the sentence
 * that shares most of its figures and words with it. A token weighs more the rarer it is in the passage. The sum is
 * divided by the square root of the sentence's own weight. A heading is quoted only where nothing else stands. For a
 * claim that shares nothing (an answer in another language), it is the first sentence.
 */
export function supportingQuote({ text: passage, sentences }: PassageFacts, claim: string): Span {
  const quoted = quotationsIn(claim)
    .map(({ text }) => findQuotation(passage, text))
    .filter((place) => place !== null)
    .sort((a, b) => b.end - b.start - (a.end - a.start))[0];
  if (quoted) return widen(quoted, sentences);
  const weigh = rarity(sentences.map(({ tokens }) => tokens));
  const claimed = { tokens: new Set(lexicalTokens(claim)), figures: figuresIn(claim) };
  const best = sentences
    .filter((sentence) => !isHeading(sentence, claimed.figures))
    .map((sentence) => ({ span: sentence.span, score: score(sentence, { claimed, weigh }) }))
    .sort((a, b) => b.score - a.score)[0];
  return best?.span ?? sentences[0]?.span ?? { start: 0, end: passage.length };
}

/** The whole sentences of which a quotation is a part. */
function widen(place: Span, sentences: readonly PassageSentence[]): Span {
  const touched = sentences.filter(({ span }) => span.start < place.end && span.end > place.start);
  return {
    start: Math.min(place.start, ...touched.map(({ span }) => span.start)),
    end: Math.max(place.end, ...touched.map(({ span }) => span.end)),
  };
}

type Claimed = { tokens: ReadonlySet<string>; figures: Figure[] };
type Scale = { claimed: Claimed; weigh: (token: string) => number };

function score(sentence: PassageSentence, { claimed, weigh }: Scale): number {
  let shared = 0;
  let total = 0;
  for (const token of sentence.tokens) {
    const weight = weigh(token) * (/\d/.test(token) ? 2 : 1);
    total += weight;
    if (claimed.tokens.has(token)) shared += weight;
  }
  return (shared + heldFigures(sentence, claimed.figures) * FIGURE_WEIGHT) / Math.sqrt(total || 1);
}

function heldFigures(sentence: PassageSentence, figures: Figure[]): number {
  return figures.filter((figure) => sentence.figures.some((each) => isSameFigure(figure, each))).length;
}

/** A short line without an end mark that has no figure of the claim. Rows and items of lists are none. */
function isHeading(sentence: PassageSentence, figures: Figure[]): boolean {
  const line = sentence.text;
  const isSentence = SENTENCE_END.test(line) && (line.length >= MIN_LINE || END_MARK.test(line));
  if (isSentence || line.length > LONGEST_HEADING || ROW.test(line)) return false;
  return heldFigures(sentence, figures) === 0;
}
