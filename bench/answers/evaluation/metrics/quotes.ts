const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The letters and digits of a text in lower case: what is left of it in any notation, markup or line breaks. */
function toComparable(text: string): string {
  const decoded = text
    .replaceAll(/<\/?[a-z][^<>]*>/gi, ' ')
    .replaceAll(/&(#\d+|\w+);/g, (entity, name: string) =>
      name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : (NAMED[name] ?? entity),
    );
  return decoded
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Whether a passage holds a quote, whatever the markup of both. A row of a table may be written with column names
 * between its cells; the cells must then stand in one line, in their order.
 */
export function holdsQuote(passage: string, quote: string): boolean {
  if (toComparable(passage).includes(toComparable(quote))) return true;
  const cells = cellsOf(quote);
  return cells.length > 2 && passage.split('\n').some((line) => holdsInOrder(toComparable(line), cells));
}

/** The cells of a row of a Markdown or CSV table; empty ones are left out. */
function cellsOf(row: string): string[] {
  const cells = row.trim().startsWith('|') ? row.split('|') : row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  return cells.map(toComparable).filter((cell) => cell !== '');
}

function holdsInOrder(line: string, cells: string[]): boolean {
  let from = 0;
  return cells.every((cell) => {
    const at = line.indexOf(cell, from);
    from = at + cell.length;
    return at >= 0;
  });
}
