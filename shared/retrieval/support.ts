import { lexicalTokens } from '#shared/text/lexical.ts';
import { quotableSentences } from '#shared/text/quotable-sentences.ts';
import { rarity } from '#shared/text/rarity.ts';

/** Shorter sentences are headings or list numbers: poor quotes when nothing speaks for them. */
const MIN_PLAIN_QUOTE = 15;

/**
 * The sentence of a passage that best supports a claim: an exact substring of `passage`.
 * Chosen by the tokens they share, each weighted by how rare it is within the passage (tokens with a
 * digit count double: a number is the hardest part of a claim to share by chance), normalised by the
 * sentence's own weight. A claim without any shared token (an answer in another language) gets the
 * passage's first proper sentence.
 */
export function supportingQuote(passage: string, claim: string): string {
  const sentences = quotableSentences(passage).map(({ start, end }) => passage.slice(start, end));
  const tokens = sentences.map((sentence) => new Set(lexicalTokens(sentence)));
  const weigh = rarity(tokens);
  const wanted = new Set(lexicalTokens(claim));
  let best = { quote: '', score: 0 };
  sentences.forEach((quote, index) => {
    const score = overlap(tokens[index] ?? new Set(), wanted, weigh);
    if (score > best.score) best = { quote, score };
  });
  const plain = sentences.find((sentence) => sentence.length >= MIN_PLAIN_QUOTE) ?? sentences[0];
  return best.quote || plain || passage;
}

function overlap(
  tokens: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
  weigh: (token: string) => number,
): number {
  let shared = 0;
  let total = 0;
  for (const token of tokens) {
    const weight = weigh(token) * (/\d/.test(token) ? 2 : 1);
    total += weight;
    if (wanted.has(token)) shared += weight;
  }
  return total > 0 ? shared / Math.sqrt(total) : 0;
}
