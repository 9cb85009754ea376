/**
 * The first place of a quote in a text; null when it is not there. White space counts for nothing: a quote that was
 * copied, wrapped or joined otherwise is found too. Offsets are UTF-16 units.
 */
export function findQuote(text: string, quote: string): { start: number; end: number } | null {
  const wanted = quote.replace(/\s+/gu, '');
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
