import { splitSentences } from '#shared/text/sentences.ts';

/** Places to cut, best first: after a sentence (null), a clause, a Korean connective, a space. */
const CUTS = [
  null,
  /[;:](?=\s)|[，、；：]|,(?=\s)|\s[|](?=\s)|[)\]」』](?=\s)/gu,
  /(?<=[가-힣](?:고|며|면|서|만|니|데|야))(?=\s)/gu,
  /(?=\s)/gu,
];

/**
 * Finds where to cut a text that is too long for a chunk: the best place near its middle that leaves at least a
 * quarter on either side. A text without such a place is cut between two characters, but never inside a
 * surrogate pair or between a letter and its marks.
 * @returns the offset of the cut within `text`; 0 if it cannot be cut
 */
export function findMiddleCut(text: string): number {
  const lowest = text.length / 4;
  for (const pattern of CUTS) {
    const cut = nearestMiddle(
      text,
      pattern === null ? sentenceEnds(text) : patternEnds(text, pattern),
      lowest,
    );
    if (cut !== null) return cut;
  }
  return characterCut(text);
}

function sentenceEnds(text: string): number[] {
  return splitSentences(text).map((span) => span.end);
}

function patternEnds(text: string, pattern: RegExp): number[] {
  return Array.from(text.matchAll(pattern), (match) => match.index + match[0].length);
}

function nearestMiddle(text: string, cuts: number[], lowest: number): number | null {
  let best: number | null = null;
  for (const cut of cuts) {
    if (cut < lowest || cut > text.length - lowest) continue;
    if (best === null || Math.abs(cut - text.length / 2) < Math.abs(best - text.length / 2)) best = cut;
  }
  return best;
}

/** Searches 64 UTF-16 units on either side of the middle: a character ends there, and long texts stay cheap. */
function characterCut(text: string): number {
  const middle = Math.floor(text.length / 2);
  const from = Math.max(0, middle - 64);
  const window = text.slice(from, middle + 64);
  const ends = Array.from(
    new Intl.Segmenter('ko', { granularity: 'grapheme' }).segment(window),
    ({ index }) => from + index,
  ).filter((index) => index > from);
  const cut = nearestMiddle(text, ends, 1) ?? middle;
  return /[\udc00-\udfff]/u.test(text[cut] ?? '') ? cut - 1 : cut;
}
