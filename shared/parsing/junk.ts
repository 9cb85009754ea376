/** Stands where data was left out. It holds no letters, so that nobody finds it. */
export const LEFT_OUT = '[…]';

/** Runs of the letters of base64, of its form for URLs, and of hexadecimal digits. No word of a language is as long. */
const ENCODED = /[A-Za-z0-9+/_=-]{200,}/gu;
/** The same in lines, as mail programs and certificates write it; lines of a paragraph are joined by blanks. */
const ENCODED_LINES = /(?<!\S)(?:[A-Za-z0-9+/]{50,}={0,2}\s+){4,}[A-Za-z0-9+/]+={0,2}(?!\S)/gu;
const LONG_RUN = /\S{1000,}/gu;
const LONG_LINE = /[^\n]{1000,}/gu;
const MARKS_OF_CODE = /[;(){}=]/gu;

/** Changes between small letters, capitals and digits, as a share of all pairs. Base64 has 0.6, paths and words 0.02. */
const MIN_CHANGES = 0.3;
const HEXADECIMAL = /^(?:[0-9a-f]+|[0-9A-F]+)$/u;
/** Languages without blanks are not written in ASCII. */
const MIN_ASCII = 0.95;
/** Prose has blanks for a sixth of its characters, and hardly any marks of code. Minified scripts have a fifth of marks. */
const MAX_BLANKS = 0.1;
const MIN_MARKS = 0.08;

/**
 * Replaces what no reader searches: base64 and other encoded data, runs of a thousand letters without a blank, lines of
 * minified code. It would fill an index with noise. Recognised by length and by the statistics of the characters; text of
 * Chinese, Japanese, Korean or Thai, which may have no blanks, stays.
 */
export function leaveOutJunk(text: string): string {
  return text
    .replace(ENCODED_LINES, (run) => (isEncoded(run.replace(/\s+/gu, '')) ? LEFT_OUT : run))
    .replace(ENCODED, (run) => (isEncoded(run) ? LEFT_OUT : run))
    .replace(LONG_RUN, (run) => (asciiShare(run) >= MIN_ASCII ? LEFT_OUT : run))
    .replace(LONG_LINE, (line) => (isMinified(line) ? LEFT_OUT : line));
}

/** Whether a text is nothing but junk that was left out. */
export function isLeftOut(text: string): boolean {
  return text.includes(LEFT_OUT) && !/[\p{L}\p{N}]/u.test(text);
}

function isEncoded(run: string): boolean {
  if (HEXADECIMAL.test(run)) return true;
  let changes = 0;
  for (let i = 1; i < run.length; i += 1) {
    const [left, right] = [kindOf(run.charCodeAt(i - 1)), kindOf(run.charCodeAt(i))];
    if (left !== right && left !== 'sign' && right !== 'sign') changes += 1;
  }
  return changes >= run.length * MIN_CHANGES;
}

function kindOf(code: number): 'digit' | 'capital' | 'small' | 'sign' {
  if (code >= 0x30 && code <= 0x39) return 'digit';
  if (code >= 0x41 && code <= 0x5a) return 'capital';
  return code >= 0x61 && code <= 0x7a ? 'small' : 'sign';
}

function asciiShare(text: string): number {
  let ascii = 0;
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) < 0x80) ascii += 1;
  return ascii / text.length;
}

function isMinified(line: string): boolean {
  const blanks = line.split(' ').length - 1;
  if (blanks > line.length * MAX_BLANKS) return false;
  return (line.match(MARKS_OF_CODE)?.length ?? 0) >= line.length * MIN_MARKS;
}
