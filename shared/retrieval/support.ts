import { lexicalTokens } from '#shared/text/lexical.ts';
import { quotableSentences } from '#shared/text/quotable-sentences.ts';
import { rarity } from '#shared/text/rarity.ts';

/** Shorter sentences are usually headings or list numbers, and are not used as the default quote. */
const MIN_DEFAULT_QUOTE = 15;

/**
 * The sentence of a passage that best supports a claim, an exact substring of `passage`. It is the one with the
 * highest weight of shared tokens, divided by the square root of its own weight. A token weighs more the rarer it is
 * in the passage; tokens with a digit count double, because numbers are rarely shared by chance. A claim that shares
 * no token (an answer in another language) gets the passage's first sentence of sufficient length.
 */
export function supportingQuote(passage: string, claim: string): string {
  const sentences = quotableSentences(passage).map(({ start, end }) => passage.slice(start, end));
  const tokens = sentences.map((sentence) => new Set(lexicalTokens(sentence)));
  const weigh = rarity(tokens);
  const claimed = new Set(lexicalTokens(claim));
  let best = { quote: '', score: 0 };
  sentences.forEach((quote, index) => {
    const score = overlap(tokens[index] ?? new Set(), claimed, weigh);
    if (score > best.score) best = { quote, score };
  });
  const fallback = sentences.find((sentence) => sentence.length >= MIN_DEFAULT_QUOTE) ?? sentences[0];
  return best.quote || fallback || passage;
}

function overlap(
  tokens: ReadonlySet<string>,
  claimed: ReadonlySet<string>,
  weigh: (token: string) => number,
): number {
  let shared = 0;
  let total = 0;
  for (const token of tokens) {
    const weight = weigh(token) * (/\d/.test(token) ? 2 : 1);
    total += weight;
    if (claimed.has(token)) shared += weight;
  }
  return total > 0 ? shared / Math.sqrt(total) : 0;
}
