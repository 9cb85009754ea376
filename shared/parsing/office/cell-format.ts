/** Shows the number in a cell; `isDate` formats show days and times. */
export type CellFormat = { isDate: boolean; show: (value: number) => string };

type Token = { code: string } | { literal: string };

/** Formats that files name by number only (ECMA-376 part 1, 18.8.30, with those of Korean Excel). */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  18: 'h:mm',
  19: 'h:mm:ss',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  32: 'h:mm',
  33: 'h:mm:ss',
  37: '#,##0',
  38: '#,##0',
  39: '#,##0.00',
  40: '#,##0.00',
  41: '#,##0',
  42: '#,##0',
  43: '#,##0.00',
  44: '#,##0.00',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss',
};
const BUILT_IN_DATES = [14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58];

const TOKEN = /"([^"]*)"|\\(.)|[_*].|\[\$([^\]-]*)[^\]]*\]|\[(h+|m+|s+)\]|\[[^\]]*\]|am\/pm|a\/p|./giu;
const DAY_SECONDS = 86_400;
/** 9999-12-31, the last day that Excel knows. */
const LAST_SERIAL = 2_958_465;

/** The code of a format that has a number only; null means that numbers are shown as they are. */
export function builtInFormat(id: number): string | null {
  return BUILT_IN_DATES.includes(id) ? 'yyyy-mm-dd' : (BUILT_IN[id] ?? null);
}

/**
 * Reads a number format (`#,##0"원"`, `yyyy"년" m"월"`). Numbers keep its digits, separators and units; dates
 * and times come out as in ISO 8601, whatever order the format gives; what is more than that, such as fractions or
 * conditions, shows the plain number. `is1904`: days count from 1904 rather than 1900.
 */
export function cellFormat(code: string | null, is1904: boolean): CellFormat {
  const plain: CellFormat = { isDate: false, show: plainNumber };
  if (code === null || /^general$|\[[<>=]/iu.test(code)) return plain;
  const tokens = firstSection(code.replace(/general/giu, '0.##########'));
  const codes = tokens.map((token) => ('code' in token ? token.code : '')).join('');
  if (/E[+-]|@/iu.test(codes)) return plain;
  if (/[ymdhse]/iu.test(codes)) return { isDate: true, show: (value) => showDate(value, codes, is1904) };
  const show = numberFormat(tokens);
  return show === null ? plain : { isDate: false, show };
}

/** Fifteen digits, as Excel keeps them: 0.1 + 0.2 is 0.3. */
export function plainNumber(value: number): string {
  return String(Number(value.toPrecision(15)));
}

/** What positive numbers are shown with: negative ones get a minus sign. */
function firstSection(code: string): Token[] {
  const tokens: Token[] = [];
  for (const [token, quoted, escaped, currency, elapsed] of code.slice(0, 255).matchAll(TOKEN)) {
    if (token === ';') break;
    const literal = quoted ?? escaped ?? currency;
    if (literal !== undefined) tokens.push({ literal });
    else if (elapsed !== undefined) tokens.push({ code: `[${elapsed}]` });
    else if (!/^([_*[].+|a(m\/pm|\/p))$/isu.test(token)) tokens.push({ code: token });
  }
  return tokens;
}

function numberFormat(tokens: Token[]): ((value: number) => string) | null {
  const parts = ['', '', ''] as [string, string, string];
  let at = 0;
  for (const token of tokens) {
    const digit = 'code' in token && /[#0?.,]/u.test(token.code);
    if (digit && at === 2) return null;
    if (digit) at = 1;
    else if (at === 1) at = 2;
    parts[at] += 'code' in token ? token.code : token.literal;
  }
  const [before, digits, after] = parts;
  if (!/[#0?]/u.test(digits)) return null;
  const [whole = '', decimals = ''] = digits.split('.', 2);
  const thousands = /,*$/u.exec(digits)?.[0].length ?? 0;
  const isPercent = tokens.some((token) => 'code' in token && token.code === '%');
  const scale = (isPercent ? 100 : 1) / 1000 ** thousands;
  const shape = new Intl.NumberFormat('en', {
    useGrouping: /,[#0?]/u.test(whole),
    minimumIntegerDigits: Math.min(21, Math.max(1, whole.replace(/[^0]/gu, '').length)),
    minimumFractionDigits: Math.min(20, decimals.replace(/[^0]/gu, '').length),
    maximumFractionDigits: Math.min(20, decimals.replace(/[^#0?]/gu, '').length),
  });
  return (value) => {
    const number = shape.format(Math.abs(Number((value * scale).toPrecision(15))));
    const sign = value < 0 && /[1-9]/u.test(number) ? '-' : '';
    return `${sign}${before}${number}${after}`.trim();
  };
}

function showDate(serial: number, codes: string, is1904: boolean): string {
  if (serial < 0 || serial > LAST_SERIAL) return plainNumber(serial);
  const hasTime = /[hs]/iu.test(codes);
  const hasDate = /[yde]/iu.test(codes) || !hasTime;
  const seconds = Math.round(serial * DAY_SECONDS);
  if (!hasDate) return time(/\[/u.test(codes) ? seconds : seconds % DAY_SECONDS, codes);
  const moment = new Date((epochDay(serial, is1904) * DAY_SECONDS + seconds) * 1000).toISOString();
  const isMonth = !/d/iu.test(codes) && /[ye]/iu.test(codes);
  const date = moment.slice(0, isMonth ? 7 : 10);
  return hasTime ? `${date} ${time(seconds % DAY_SECONDS, codes)}` : date;
}

/** Days from 1970 to the day before the first; Excel takes 1900 for a leap year, so days before March count from one later. */
function epochDay(serial: number, is1904: boolean): number {
  if (is1904) return -24_107;
  return serial < 60 ? -25_568 : -25_569;
}

function time(seconds: number, codes: string): string {
  const shown = codes.includes('[') ? seconds : seconds % 3600;
  if (!/h/iu.test(codes)) return `${twoDigits(shown / 60)}:${twoDigits(seconds % 60)}`;
  const minutes = `${twoDigits(seconds / 3600)}:${twoDigits((seconds % 3600) / 60)}`;
  return /s/iu.test(codes) ? `${minutes}:${twoDigits(seconds % 60)}` : minutes;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
