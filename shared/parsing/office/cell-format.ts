import { format, getFormatDateInfo, getFormatFromId, getFormatInfo, tokenize } from 'numfmt';

/** Shows the number in a cell as text. Formats of kind `date` show days and times. */
export type CellFormat = { kind: 'date' | 'number'; show: (value: number) => string };

/** The year from which a workbook counts its days. */
export type DateSystem = 1900 | 1904;

type Token = ReturnType<typeof tokenize>[number];

const MAX_CODE_CHARS = 255;
/** Built-in formats whose order of year, month and day depends on Excel's language. */
const BUILT_IN_DATES = [14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58];
/** Built-in format for hours and minutes in Korean Excel. numfmt adds seconds. */
const KOREAN_TIME = 32;
const LAST_BUILT_IN = 49;
/** 9999-12-31, the last day in Excel. */
const LAST_SERIAL = 2_958_465;
/** Days from 1900-01-01 to 1904-01-01, with the 29 February 1900 that Excel counts. */
const DAYS_1900_TO_1904 = 1462;

/**
 * The format code of a built-in format (ECMA-376 part 1, 18.8.30); null shows numbers unchanged. The currency sign is
 * left out: it depends on Excel's language, which is not in the file.
 */
export function builtInFormat(id: number): string | null {
  if (BUILT_IN_DATES.includes(id)) return 'yyyy-mm-dd';
  if (id === KOREAN_TIME) return 'h:mm';
  return id <= LAST_BUILT_IN ? getFormatFromId(id, 'en').replaceAll('$', '') : null;
}

/**
 * Reads a number format (`#,##0"원"`, `yyyy"년" m"월"`). Numbers keep its digits, separators and units. Dates and
 * times are written as in ISO 8601, so that questions and documents spell a day alike. Fractions, exponents,
 * conditions and invalid codes show the plain number.
 */
export function cellFormat(code: string | null, dateSystem: DateSystem): CellFormat {
  const plain: CellFormat = { kind: 'number', show: plainNumber };
  if (code === null || /^general$/iu.test(code)) return plain;
  const tokens = positiveSection(code);
  if (tokens.some(({ type }) => type === 'CONDITION')) return plain;
  const type = typeOf(patternOf(tokens));
  if (type === 'date' || type === 'datetime' || type === 'time') return dateFormat(tokens, dateSystem);
  const isNumber = ['currency', 'grouped', 'number', 'percent'].includes(type);
  return isNumber && tokens.some(isDigit) ? numberFormat(tokens) : plain;
}

/** Fifteen significant digits, as in Excel: 0.1 + 0.2 is 0.3. */
export function plainNumber(value: number): string {
  return String(Number(value.toPrecision(15)));
}

/** The section for positive numbers. It serves negative ones too, with a minus sign instead of brackets. */
function positiveSection(code: string): Token[] {
  const tokens = tokenize(code.slice(0, MAX_CODE_CHARS));
  const end = tokens.findIndex(({ type }) => type === 'BREAK');
  return (end === -1 ? tokens : tokens.slice(0, end)).flatMap((token) =>
    token.type === 'GENERAL' ? tokenize('0.##########') : [token],
  );
}

/**
 * `[$€-407]` becomes `"€"`: by its language, numfmt would write `1.234,56` where Excel writes `1,234.56`. The
 * padding of columns (`_)`, `* `) is dropped, since it would separate the minus sign from its number.
 */
function patternOf(tokens: Token[]): string {
  const parts = tokens.map(({ type, value, raw }) => {
    if (type === 'LOCALE') return `"${value.split('-', 1)[0] ?? ''}"`;
    return type === 'SKIP' || type === 'FILL' ? '' : raw;
  });
  return parts.join('');
}

function typeOf(pattern: string): ReturnType<typeof getFormatInfo>['type'] {
  try {
    return getFormatInfo(pattern).type;
  } catch {
    return 'error';
  }
}

/** Shows 0 in `#,###` as `0`, 0.5 in `.0` as `0.5` and 7 in `0.##` as `7`; Excel shows nothing, `.5` and `7.`. */
function numberFormat(tokens: Token[]): CellFormat {
  const digits = tokens.map((token) => (token.type === 'QMARK' ? { ...token, raw: '#' } : token));
  const point = digits.findIndex(({ type }) => type === 'POINT');
  const ones = digits.slice(0, point === -1 ? digits.length : point).findLastIndex(isDigit);
  if (ones === -1) digits.splice(point, 0, ...tokenize('0'));
  const pattern = patternOf(digits.map((token, i) => (i === ones ? { ...token, raw: '0' } : token)));
  const show = (value: number) => {
    const text = format(pattern, value, { locale: 'en' });
    return (point === -1 ? text : text.replace(/(\d)\.(?!\d)/u, '$1')).trim();
  };
  return { kind: 'number', show };
}

function isDigit({ type }: Token): boolean {
  return type === 'HASH' || type === 'ZERO' || type === 'QMARK';
}

function dateFormat(tokens: Token[], dateSystem: DateSystem): CellFormat {
  const { year, day, hours, seconds } = getFormatDateInfo(patternOf(tokens));
  const hasTime = hours || seconds;
  const hasDate = year || day || !hasTime;
  const isElapsed = !hasDate && tokens.some(({ type }) => type === 'DURATION');
  const date = year && !day ? 'yyyy-mm' : 'yyyy-mm-dd';
  const time = timePattern({ hours, seconds }, isElapsed ? 'elapsed' : 'clock');
  const pattern = [...(hasDate ? [date] : []), ...(hasTime ? [time] : [])].join(' ');
  const shift = hasDate && dateSystem === 1904 ? DAYS_1900_TO_1904 : 0;
  const show = (value: number) =>
    value < 0 || value > LAST_SERIAL ? plainNumber(value) : format(pattern, value + shift, { locale: 'en' });
  return { kind: 'date', show };
}

/** `elapsed` time does not wrap after a day or an hour (`[h]`, `[mm]`). */
function timePattern(parts: { hours: boolean; seconds: boolean }, kind: 'clock' | 'elapsed'): string {
  const largest = parts.hours ? 'hh' : 'mm';
  const smaller = parts.hours ? `:mm${parts.seconds ? ':ss' : ''}` : ':ss';
  return (kind === 'elapsed' ? `[${largest}]` : largest) + smaller;
}
