import type { Reply } from './route.ts';

type Cell = string | number | boolean | Date | null;

/** Rows of one CSV file. */
export const MAX_CSV_ROWS = 5_000;

/** Excel reads a file as UTF-8 only with this mark. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A table as a CSV file (RFC 4180) for download. A cell that a spreadsheet would run as a formula gets an apostrophe in
 * front (OWASP, CSV injection).
 */
export function csvReply(filename: string, rows: Record<string, Cell>[], columns: string[]): Reply {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))];
  return {
    status: 200,
    body: BYTE_ORDER_MARK + lines.map((cells) => `${cells.map(toCell).join(',')}\r\n`).join(''),
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${filename}"`,
    },
  };
}

/** Whether a client asks for CSV instead of JSON. */
export function wantsCsv(accept: string | undefined): boolean {
  return /\btext\/csv\b/i.test(accept ?? '');
}

function toCell(value: Cell): string {
  const text = value instanceof Date ? value.toISOString() : String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
