/** Widths of U+0020 to U+007E in Helvetica, in thousandths of an em. Those of other proportional fonts are in proportion. */
const LATIN_WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const FIRST_LATIN = 0x20;
const OTHER_WIDTH = 550;
const WIDE = 1_000;
/** A font has fixed widths if they explain the width of a text this well. */
const MATCH = 0.03;

type WidthOf = (code: number) => number;

/** Ranges of characters that fill an em: Hangul, Chinese, Japanese, full-width forms, symbols, emoji. */
const WIDE_RANGES = [
  [0x1100, 0x115f],
  [0x2460, 0x27bf],
  [0x2e80, 0xd7ff],
  [0xd800, 0xdbff],
  [0xf900, 0xfaff],
  [0xff01, 0xff60],
] as const;

/** Kinds of fonts: proportional, Latin half as wide as Hangul, all characters equally wide. */
const proportional: WidthOf = (code) =>
  isWide(code) ? WIDE : isWidthless(code) ? 0 : (LATIN_WIDTHS[code - FIRST_LATIN] ?? OTHER_WIDTH);
const halfWidth: WidthOf = (code) => (isWide(code) ? WIDE : isWidthless(code) ? 0 : WIDE / 2);
const fullWidth: WidthOf = (code) => (isWidthless(code) ? 0 : WIDE);

/**
 * Where each character of a text starts, as shares of the text's width. Estimated: a PDF's text has the width of
 * the whole only. `ems` is that width in font sizes; it tells fonts with fixed widths from others.
 */
export function measureAdvances(text: string, ems: number): number[] {
  const widthOf = [halfWidth, fullWidth].find((kind) => explains(text, ems, kind)) ?? proportional;
  const starts: number[] = [];
  let total = 0;
  for (let i = 0; i < text.length; i += 1) {
    starts.push(total);
    total += widthOf(text.charCodeAt(i));
  }
  return total === 0 ? starts : starts.map((start) => start / total);
}

function explains(text: string, ems: number, widthOf: WidthOf): boolean {
  let total = 0;
  for (let i = 0; i < text.length; i += 1) total += widthOf(text.charCodeAt(i));
  return Math.abs(total / WIDE - ems) < ems * MATCH;
}

function isWide(code: number): boolean {
  return code >= 0x1100 && WIDE_RANGES.some(([from, to]) => code >= from && code <= to);
}

/** Low surrogates, whose pair counts once, and combining marks. */
function isWidthless(code: number): boolean {
  return (code >= 0xdc00 && code <= 0xdfff) || (code >= 0x300 && code <= 0x36f);
}
