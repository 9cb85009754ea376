/**
 * What texts are compared by. `shingles`: the hashes of the words and of the pairs of successive words, ascending and
 * each once. `figures`: the words with digits, in their order.
 */
export type Fingerprint = { whole: string; figures: string; shingles: Int32Array };

/** Two texts are nearly the same when they share this many of the shingles of the one that has more. */
const NEAR_DUPLICATE = 0.9;
const DATE = String.raw`(?:\d{4}\s?[-./년]\s?\d{1,2}(?:\s?[-./월]\s?\d{1,2}일?)?|[a-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2} [a-z]{3,9}\.? \d{4})`;
/** Which edition or copy of a document a text is from: its number, or the day when it was written or printed. */
const EDITION = new RegExp(
  [
    String.raw`제?\s?\d+\s?판(?![가-힣])`,
    String.raw`(?:사본|복사본)\s?\d+`,
    String.raw`\b(?:copy|edition)\s(?:no\.?\s)?\d+\b`,
    String.raw`\b\d+(?:st|nd|rd|th) edition\b`,
    String.raw`(?:최종\s?)?(?:작성|수정|갱신|출력|인쇄)일?\s?[:：]?\s?${DATE}`,
    String.raw`\b(?:last )?(?:updated|modified|printed|exported)(?: on)?:?\s${DATE}`,
  ].join('|'),
  'gu',
);

/** Each match of `EDITION` has one of these. Searching for them costs less than the pattern does. */
const MARKS = '판 사본 작성 수정 갱신 출력 인쇄 copy edition updated modified printed exported'.split(' ');

/** Reads the words of a text without regard to case, width, marks, blanks and edition. */
export function fingerprint(text: string): Fingerprint {
  const plain = text.normalize('NFKC').toLowerCase();
  const hasFigures = /\d/u.test(plain);
  const bare =
    hasFigures && MARKS.some((mark) => plain.includes(mark)) ? plain.replaceAll(EDITION, ' ') : plain;
  const words = wordsOf(bare) ?? wordsOf(plain) ?? [];
  const hashes = words.map((word) => hashOf(word));
  const pairs = hashes.slice(1).map((hash, at) => (Math.imul(hashes[at] ?? 0, 31) + hash) | 0);
  return {
    whole: words.join(' '),
    figures: hasFigures ? words.filter((word) => /\d/u.test(word)).join(' ') : '',
    shingles: sortedOnce([...hashes, ...pairs]),
  };
}

function wordsOf(text: string): string[] | null {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu);
}

/** Whether two texts say the same: with the same words, or with the same figures and nearly the same words. */
export function isCopy(one: Fingerprint, other: Fingerprint): boolean {
  if (one.whole === other.whole) return true;
  return one.figures === other.figures && overlap(one.shingles, other.shingles, NEAR_DUPLICATE) > 0;
}

/** The shared shingles, as a share of those of the text that has more; 0 when they are less than `least`. */
export function overlap(one: Int32Array, other: Int32Array, least: number): number {
  const longer = Math.max(one.length, other.length);
  if (longer === 0 || Math.min(one.length, other.length) < longer * least) return 0;
  const mayMiss = longer * (1 - least);
  let [shared, a, b] = [0, 0, 0];
  while (a < one.length && b < other.length) {
    const difference = (one[a] ?? 0) - (other[b] ?? 0);
    if (difference === 0) shared += 1;
    if (difference <= 0) a += 1;
    if (difference >= 0) b += 1;
    if (Math.max(a, b) - shared > mayMiss + 1e-9) return 0;
  }
  return shared >= longer * least ? shared / longer : 0;
}

/** FNV-1a over UTF-16 units. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash;
}

function sortedOnce(hashes: number[]): Int32Array {
  const sorted = Int32Array.from(hashes).sort();
  let length = 0;
  for (const [at, hash] of sorted.entries()) {
    if (at === 0 || hash !== sorted[length - 1]) sorted[length++] = hash;
  }
  return sorted.subarray(0, length);
}
