import { assertTextSize, finishDocument, type ParsedDocument } from '../document.ts';
import { charsetOf, decodeText } from './decode.ts';

/**
 * A CSV file (RFC 4180; comma, semicolon or tab). The first row names the columns. Every other row becomes one line
 * `name: value | name: value`, so that a passage names its numbers.
 */
export function parseCsv(bytes: Uint8Array, contentType: string): ParsedDocument {
  const source = decodeText(bytes, charsetOf(contentType));
  assertTextSize(source.length);
  const rows = splitRows(source, detectDelimiter(source)).filter((row) =>
    row.some((cell) => cell.trim() !== ''),
  );
  const [header = [], ...records] = rows.map((row) => row.map((cell) => cell.replace(/\s+/gu, ' ').trim()));
  const lines = records.map((row) => labelCells(row, header));
  const text = lines.length === 0 ? header.join(' | ') : lines.join('\n');
  return finishDocument(
    { blocks: [{ text, kind: 'table', page: null }], pages: null, title: null },
    'The table has no rows. Upload a file with at least one row of values.',
  );
}

/** A row as `name: value | name: value`, without empty cells. Columns beyond the header are named by their number. */
export function labelCells(row: string[], header: string[]): string {
  return row
    .map((cell, i) => (cell === '' ? '' : `${header[i] === '' ? '' : `${header[i] ?? `${i + 1}`}: `}${cell}`))
    .filter((cell) => cell !== '')
    .join(' | ');
}

function detectDelimiter(source: string): string {
  const [line = ''] = source.split(/\r?\n/u, 1);
  const count = (mark: string) => line.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function splitRows(source: string, delimiter: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    rows.at(-1)?.push(cell);
    cell = '';
  };
  for (let i = 0; i < source.length; i += 1) {
    const char = source[i] ?? '';
    if (quoted && char === '"' && source[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (char === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (quoted) cell += char;
    else if (char === delimiter) endCell();
    else if (char === '\n') {
      endCell();
      rows.push([]);
    } else if (char !== '\r') cell += char;
  }
  endCell();
  return rows;
}
