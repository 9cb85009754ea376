import { answerKinds } from './kinds.ts';
import { cellsOf, type Statement } from './statements.ts';
import { figureTerms, termsOf } from './terms.ts';

/** A cell of a row with the name of its column; '' where the table names none. */
export type Cell = { column: string; value: string };

/** `단가(원): 4500`, as rows of CSV files and sheets are written. */
const NAMED_CELL = /^([^:|]{1,40}):\s+(\S.*)$/u;
/** At least so many cells of a row must have names, for a colon in one cell may be a part of its text. */
const MIN_NAMED_CELLS = 2;

const MOST =
  /(?:제일|가장|최고)\s*(?:긴|길|오래|비싼|비싸|큰|크|많|높|무거|늦)|최대|최장|\b(?:longest|most|largest|biggest|highest|heaviest|greatest)\b/iu;
const LEAST =
  /(?:제일|가장|최저)\s*(?:짧|빠른|빨리|싼|싸|저렴|작|적|낮|가벼|이른)|최소|최단|\b(?:shortest|fastest|cheapest|least|smallest|lowest|lightest|earliest)\b/iu;

const WHO = /누구|누가|\b(?:who|whose|whom)\b/iu;
const PERSON_COLUMN = /이름|성명|담당|맡은|\b(?:name|owner|contact|responsible)\b/iu;
/** Values that many rows have and many questions name. */
const SAYS_NOTHING = /^(?:all|any|yes|no|none|free|없음|있음|모두|전체|가능|불가)$/u;
const LATEST = /(?:제일|가장)\s*최근|최신|마지막|\b(?:latest|newest|most recent|last)\b/iu;

/** The cells of a row, named by the row itself or by its table's header. */
function readRow({ text, run }: Statement): Cell[] {
  const cells = cellsOf(text);
  const named = cells.map((cell) => NAMED_CELL.exec(cell));
  if (named.filter(Boolean).length >= MIN_NAMED_CELLS) {
    return cells.map((cell, i) => ({ column: named[i]?.[1]?.trim() ?? '', value: named[i]?.[2] ?? cell }));
  }
  const columns = run?.columns.length === cells.length ? run.columns : [];
  return cells.map((value, i) => ({ column: columns[i] ?? '', value }));
}

/**
 * The cells of a row that answer a question: those whose column it names, or else those that hold the kind of fact
 * asked for. A cell whose value the question itself names is what was asked about, not the answer.
 */
export function askedCells(question: string, row: Statement): Cell[] {
  const cells = openCells(question, row);
  const named = namedCells(question, row);
  const [first] = named;
  if (first && first.column === readRow(row)[0]?.column)
    return asksFor(question, first.column) ? [first] : named.slice(1);
  if (named.length > 0) return named;
  if (WHO.test(question)) return cells.filter(({ column }) => PERSON_COLUMN.test(column)).slice(0, 1);
  const kinds = answerKinds(question);
  const fitting = cells.filter(
    ({ column, value }) =>
      column !== readRow(row)[0]?.column && kinds.some((kind) => kind.test(`${value} ${unitOf(column)}`)),
  );
  return fitting.length === 1 ? fitting : [];
}

/** The named cells of a row whose values the question does not name. */
function openCells(question: string, row: Statement): Cell[] {
  return readRow(row).filter(
    ({ column, value }) => column !== '' && value !== '' && !isNamed(value, question),
  );
}

/** Those whose column the question names. */
function namedCells(question: string, row: Statement): Cell[] {
  const asked = termsOf(question);
  return openCells(question, row).filter(({ column }) =>
    sharesTerm(termsOf(column.replaceAll(/\([^)]*\)/gu, '')), asked),
  );
}

/** Whether a question asks which one of a column's values it is: `which plan`, `어떤 요금제`, `부품이 뭐예요`. */
function asksFor(question: string, column: string): boolean {
  const word = escape(column.split(/[\s(]/u)[0]?.slice(0, 2) ?? '');
  return new RegExp(
    `(?:which|what|어떤|어느|무슨)\\s+\\S*${word}|${word}\\S*\\s*(?:뭐|무엇|누구|은\\?|는\\?)`,
    'iu',
  ).test(question);
}

/** `단가(원)` → `원`, so that the number under it reads as an amount. */
function unitOf(column: string): string {
  return /\(([^)]*)\)/u.exec(column)?.[1] ?? '';
}

function sharesTerm(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...some].some((term) => others.has(term));
}

function isNamed(value: string, question: string): boolean {
  const bare = squeeze(value);
  if (bare.length < 2 || SAYS_NOTHING.test(bare)) return false;
  // A Latin word or a number must stand alone: `all` is not named by `wall`, nor `12` by `3120`.
  const whole = /^[\p{sc=Latin}\d]/u.test(bare)
    ? new RegExp(`(?<![a-z\\d])${escape(bare)}(?![a-z\\d])`, 'u')
    : null;
  return whole
    ? whole.test(question.toLowerCase().replaceAll(',', '')) || whole.test(squeeze(question))
    : squeeze(question).includes(bare);
}

function squeeze(text: string): string {
  return text.toLowerCase().replaceAll(/[\s,]/gu, '');
}

/** Whether the question names what a row is about: its first cell, or the second where the first is a code. */
export function namesRow(question: string, row: Statement): boolean {
  return readRow(row)
    .slice(0, 2)
    .some(
      (cell) => (/\p{L}/u.test(cell.value) && isNamed(cell.value, question)) || isNumbered(cell, question),
    );
}

/** `exit code 9` names the row with 9 under `Code`. */
function isNumbered({ column, value }: Cell, question: string): boolean {
  const word = column.split(/[\s(]/u).findLast((part) => part.length > 1);
  if (word === undefined || !/^\d{1,4}$/u.test(value)) return false;
  return new RegExp(`${escape(word)}\\s*(?:no\\.?|#|번호)?\\s*${value}(?!\\d)`, 'iu').test(question);
}

/** Whether a question asks for a row that stands out: the longest, the cheapest, the latest. */
export function asksExtreme(question: string): boolean {
  return [MOST, LEAST, LATEST].some((pattern) => pattern.test(question));
}

/** How many cells of a row have a value that the question names: `품질팀`, `401`, `재고가 0인`. */
export function countNamedCells(question: string, row: Statement): number {
  const [head = ''] = question.split('\n');
  const asked = new Set([...figureTerms(head), ...numbersOf(head)]);
  return readRow(row).filter(({ column, value }) => {
    if (isNamed(value, head)) return /\p{L}/u.test(value) || numbersOf(head).includes(squeeze(value));
    const figures = [...figureTerms(value), ...numbersOf(value)];
    if (value === '0') return namesZero(head, column);
    return figures.some((figure) => /\d{2}/u.test(figure) && asked.has(figure));
  }).length;
}

/** `재고가 0인`: a zero counts only next to the name of its column. */
function namesZero(question: string, column: string): boolean {
  const name = column.replaceAll(/\([^)]*\)/gu, '').trim();
  return name !== '' && new RegExp(`${escape(name)}\\D{0,4}(?<!\\d)0(?![\\d.])`, 'u').test(question);
}

function numbersOf(text: string): string[] {
  return [...text.matchAll(/(?<![\p{L}\d.-])\d[\d,]*(?:\.\d+)?(?![\d-])/gu)].map(([number]) =>
    number.replaceAll(',', ''),
  );
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}

/**
 * The row with the largest or smallest number in the column asked for, or with the latest date; null when the question
 * asks for none of them.
 */
export function extremeRow<S extends Statement>(question: string, rows: S[]): S | null {
  if (rows.length < 2) return null;
  if (LATEST.test(question)) return largest(rows, lastDateOf);
  if (MOST.test(question)) return largest(rows, (row) => numberOf(question, row));
  return LEAST.test(question) ? largest(rows, (row) => -numberOf(question, row)) : null;
}

/** The row with the largest value; null when no row has one (`''`, NaN). */
function largest<S>(rows: S[], valueOf: (row: S) => string | number): S | null {
  const valued = rows.map((row) => ({ row, value: valueOf(row) }));
  const known = valued.filter(({ value }) => value !== '' && !Number.isNaN(value));
  const [first] = known;
  if (!first) return null;
  return known.reduce((best, each) => (each.value > best.value ? each : best), first).row;
}

/** The number in the column that the question names; NaN without one. */
function numberOf(question: string, row: Statement): number {
  const [key] = readRow(row);
  const cell = namedCells(question, row).find(({ column }) => column !== key?.column);
  const digits = /\d[\d,]*(?:\.\d+)?/u.exec(cell?.value ?? '')?.[0];
  return digits === undefined ? NaN : Number(digits.replaceAll(',', ''));
}

function lastDateOf({ text }: Statement): string {
  return (
    figureTerms(text)
      .filter((term) => /^d:\d{4}-\d\d-/u.test(term))
      .sort()
      .at(-1) ?? ''
  );
}
