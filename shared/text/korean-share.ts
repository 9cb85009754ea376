/** Letters of which a text shows its language. */
const SAMPLE_CHARS = 400;
/** The share of Hangul from which a text is Korean: product names and code in it are Latin. */
const KOREAN_SHARE = 0.3;

/** The share of Hangul in the letters of a text's beginning, in [0, 1]. */
export function koreanShare(text: string): number {
  const sample = text.slice(0, SAMPLE_CHARS);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  return (sample.match(/[가-힣]/gu)?.length ?? 0) / Math.max(1, letters);
}

/** Whether a passage is written in Korean, by its letters. */
export function isKorean(text: string): boolean {
  return koreanShare(text) >= KOREAN_SHARE;
}
