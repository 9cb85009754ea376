/**
 * Controls, soft hyphens, zero-width spaces, byte-order marks, interlinear marks, and bidirectional overrides, which
 * can make a text look different from its content. ZWJ and ZWNJ stay: emoji and several scripts need them.
 */
const INVISIBLE =
  /(?![\n\t])\p{Cc}|[\u00ad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]/gu;
/** Hyphens of other shape or line breaking. They become `-`, so that `HB‑200` is found as `HB-200`. */
const HYPHEN = /[\u2010\u2011\ufe63\uff0d]/gu;
const LINE_BREAK = /\r\n?|[\v\f\u0085\u2028\u2029]/gu;
const SPACE_LIKE = /[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

/**
 * Normalises text: NFC (Korean from macOS is decomposed), well-formed UTF-16 (PostgreSQL refuses lone surrogates and
 * NUL), `\n` line breaks, single spaces. Code and lists keep their indentation; headings become one line.
 */
export function normalizeText(
  text: string,
  kind: 'heading' | 'paragraph' | 'list' | 'table' | 'code',
): string {
  const clean = cleanText(text);
  if (kind === 'code') {
    const lines = trimLineEnds(clean.replaceAll('\t', '  '));
    return trimBreaks(lines.replace(/\n{3,}/gu, '\n\n'));
  }
  const spaced = clean.replace(SPACE_LIKE, ' ');
  if (kind === 'heading') return spaced.replace(/\s+/gu, ' ').trim();
  // List items keep the indentation that shows their depth.
  const indent = kind === 'list' ? /(?<=\S) {2,}/gu : / {2,}/gu;
  const single = spaced.replace(indent, ' ');
  const lines = trimLineEnds(kind === 'list' ? single : single.replace(/^ +/gmu, ''));
  return trimBreaks(lines.replace(/\n{2,}/gu, '\n'));
}

/**
 * Removes white space at the end of each line. No pattern does it: `\s+$` starts anew at each blank of a run that does
 * not end its line, and 45,000 tabs before a letter took 26 s.
 */
function trimLineEnds(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Removes line breaks at the start and all white space at the end. */
function trimBreaks(text: string): string {
  return text.replace(/^\n+/u, '').trimEnd();
}

function cleanText(text: string): string {
  return text
    .replace(LINE_BREAK, '\n')
    .replace(INVISIBLE, '')
    .replace(HYPHEN, '-')
    .toWellFormed()
    .normalize('NFC');
}

/** The number of UTF-16 units that are not white space in a text once it is normalised. */
export function countVisible(text: string): number {
  return cleanText(text).replace(/\s+/gu, '').length;
}
