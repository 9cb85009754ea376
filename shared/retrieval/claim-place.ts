import { splitSentences } from '#shared/text/sentences.ts';

/** The number of characters before a marker in which its claim is looked for. */
const CLAIM_WINDOW = 1_500;
const LEADING_MARKUP = /^(?:\s|\[\d{1,3}\]|[-*+•>#]+\s|\(?\d{1,2}[.)]\s)+/;
const MARKERS = /\[\d{1,3}\]/g;
/** A part of a sentence behind an earlier marker is a claim of its own when it says this much. */
const OWN_CLAIM = /\d|[\p{L}\p{N}]{2,}[^\p{L}\p{N}]+[\p{L}\p{N}]{2,}/u;

/**
 * What a marker at the end of `answer` supports: the sentence that contains the marker, or the one before it when the
 * marker follows an end mark (`…입니다. [1]`) or other markers. `start` is where that sentence begins; null without
 * one. `claim` is the part of it behind an earlier marker (`연차는 15일[1], 병가는 60일`), when there is such a part.
 */
export function claimBefore(answer: string): { start: number | null; claim: string } {
  const base = Math.max(0, answer.length - CLAIM_WINDOW);
  const text = answer.slice(base).replace(/(?:\s|\[\d{1,3}\])+$/, '');
  const line = text.lastIndexOf('\n') + 1;
  // Replace markers by spaces: a sentence ends before `[1]` as it does before the next word.
  const words = text.slice(line).replace(MARKERS, (marker) => ' '.repeat(marker.length));
  const sentence = line + (splitSentences(words).at(-1)?.start ?? 0);
  const start = sentence + (LEADING_MARKUP.exec(text.slice(sentence))?.[0].length ?? 0);
  const claim = text.slice(start);
  if (!claim.replace(MARKERS, '').trim()) return { start: null, claim: '' };
  const last = claim.split(MARKERS).at(-1) ?? '';
  return { start: base + start, claim: OWN_CLAIM.test(last) ? last : claim.replace(MARKERS, ' ') };
}
