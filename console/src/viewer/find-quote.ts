/** A part of a text. Offsets are UTF-16 units. */
export type Span = { start: number; end: number };

/** The first place of a quote in a text, whatever its white space; null when it is not there. */
export function findQuote(text: string, quote: string): Span | null {
  const wanted = quote.normalize('NFC').replace(/\s+/gu, '');
  if (wanted === '') return null;
  const offsets: number[] = [];
  let visible = '';
  for (const { index, 0: char } of text.matchAll(/\S/g)) {
    offsets.push(index);
    visible += char;
  }
  const at = visible.indexOf(wanted);
  const start = offsets[at];
  const last = offsets[at + wanted.length - 1];
  return start === undefined || last === undefined ? null : { start, end: last + 1 };
}
