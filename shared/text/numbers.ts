import {
  DAY_WORD,
  daysOf,
  ENGLISH_NUMBER,
  MIXED_NUMBER,
  NATIVE_NUMBER,
  ORDINAL_WORD,
  parseEnglish,
  parseNative,
  parseOrdinal,
  parseSino,
} from './number-words.ts';
import type { NumberFigure } from './stated-figures.ts';
import { currencyBefore, readUnit, type Unit } from './units.ts';

type Groups = Record<string, string | undefined>;

/** A plain number; the dot at the end of a sentence is not part of it. */
const PLAIN = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;
const SINO_UNIT =
  '일(?![일십백천])|년|개월|주|분(?!의)|초|시간|원|퍼센트|프로|도|명|개|회|층|권|세|인|달러|킬로|미터|그램|리터|페이지|쪽';
const SINO_RUN = `(?:[일이삼사오육칠팔구]?[십백천만억][일이삼사오육칠팔구십백천만억 ]{0,24}?|[삼육칠팔](?=개월|년|주|퍼센트)|[일이사오구](?=개월|주일|년간|퍼센트))(?= ?(?:${SINO_UNIT}))`;
const NUMBER = new RegExp(
  [
    String.raw`(?<halfYear>(?<![가-힣])반년|\bhalf a year\b)`,
    `(?<mixed>${MIXED_NUMBER})`,
    String.raw`(?<english>(?<![\p{L}])${ENGLISH_NUMBER}(?![\p{L}]))`,
    `(?<plain>${PLAIN})(?<ordinal>(?:st|nd|rd|th)\\b)?`,
    `(?<!\\p{L})(?<ordinalWord>${ORDINAL_WORD})(?![a-z])`,
    `(?<!\\p{L})(?<days>${DAY_WORD})(?!달)`,
    `(?<!\\p{L})(?<native>${NATIVE_NUMBER})(?![가-힣]* ?(?:시(?!간)))`,
    `(?<!\\p{L})(?<sino>${SINO_RUN})`,
  ].join('|'),
  'giu',
);
const SIGN_BEFORE =
  /(?:(?<negative>영하|minus|마이너스|[-−](?<![\p{L}\p{N}][-−]))\s?|(?<age>(?<![가-힣])만)\s|(?<currency>[$₩€£¥]|\b[A-Z]{3})\s?)$/u;
const AND_A_HALF = /^ and a half(?= )/u;
const HALF_AFTER = /^\s반(?![가-힣]{2})/u;
const NO_PARTICLE = /^[가-힣](?<![이가은는을를의에로도만과와씩당안간쯤부까마으입였인])/u;
const IN_DAYS: Unit & { length: number } = { dimension: 'day', factor: 1, length: 0 };
/** `10~20분`, `10 to 20 minutes`: the first number has the unit of the second. */
const RANGE_AFTER = /^\s?(?:[~–-]|에서|내지|to|or|and)\s?\d[\d,.]{0,24}/u;

/** The numbers of a text, in digits or words, with their units. */
export function numbersIn(text: string): NumberFigure[] {
  return [...text.matchAll(NUMBER)].flatMap((match) => {
    if (match.groups?.['halfYear']) return [halfYear(match)];
    const value = valueOf(match.groups ?? {});
    return value === null ? [] : (placeNumber(text, match, value) ?? []);
  });
}

function halfYear({ 0: text, index: start }: RegExpExecArray): NumberFigure {
  const end = start + text.length;
  const half = { value: 6, dimension: 'month', written: 0.5, unit: text.slice(-1), isRate: false };
  return { kind: 'number', text, start, end, ...half };
}

const RATE =
  /(?:\b(?:per|an?|each|every) |\/ ?)(?<per>second|minute|hour|day|week|month|quarter|year)(?![a-z])|(?<![가-힣])(?<each>매일|매주|매달|매월|매년|매시간)|(?<=^|[^가-힣])(?<korean>초|분|시간|일|주|월|연|년)당(?![가-힣]{3})|\b(?<adverb>hourly|daily|weekly|monthly|quarterly|yearly|annually)\b/giu;
const RATES: Record<string, string> = {
  매일: '일',
  매주: '주',
  매달: '개월',
  매월: '개월',
  매년: '년',
  매시간: '시간',
  월: '개월',
  연: '년',
  daily: 'day',
  annually: 'year',
};

/** What a rate is counted by: `per hour`, `시간당`, `매일`, `daily`, each as the number 1 with its unit. */
export function ratesIn(text: string): NumberFigure[] {
  return [...text.matchAll(RATE)].flatMap((match) => {
    const { per, each, korean, adverb } = match.groups ?? {};
    const word = (per ?? each ?? korean ?? adverb ?? '').toLowerCase();
    if (/^an? second$/i.test(match[0])) return [];
    const unit = readUnit(RATES[word] ?? word.replace(/ly$/, ''));
    if (!unit) return [];
    const { 0: written, index: start } = match;
    const place = { text: written, start, end: start + written.length };
    const { factor: value, dimension } = unit;
    return [{ kind: 'number', ...place, value, dimension, written: 1, unit: word, isRate: true }];
  });
}

function valueOf(groups: Groups): number | null {
  const { mixed, english, plain, ordinalWord, days, native, sino } = groups;
  if (mixed) return parseSino(mixed);
  if (english) return parseEnglish(english);
  if (plain) return Number(plain.replaceAll(',', ''));
  if (ordinalWord) return parseOrdinal(ordinalWord);
  if (days) return daysOf(days);
  return native ? parseNative(native) : parseSino(sino ?? '');
}

/** A number with its sign and unit; null for a word that is a numeral only before a counter (`한`, `이`, `네`). */
function placeNumber(text: string, match: RegExpExecArray, value: number): NumberFigure | null {
  const { groups = {}, index } = match;
  const word = match[0].trimEnd();
  const sign = readSign(text, index);
  const unit = readAmountUnit(text.slice(index + word.length), groups);
  if (!unit.isFound && !sign.currency && needsUnit(groups, word)) return null;
  if (word.length === 1 && isInsideWord(text.slice(index + 1), unit.length)) return null;
  const written = (sign.negative ? -1 : 1) * (value + unit.half);
  const end = index + word.length + unit.length;
  return {
    kind: 'number',
    text: '',
    start: sign.start,
    end,
    value: Number((written * unit.factor).toPrecision(12)),
    written,
    dimension: sign.currency ?? unit.dimension,
    unit: text.slice(end - unit.length, end).trim(),
    isRate: false,
  };
}

type AmountUnit = Unit & { length: number; isFound: boolean; half: number };

/** The unit after a numeral, with a half before or after it (`two and a half hours`, `두 시간 반`). */
function readAmountUnit(tail: string, groups: Groups): AmountUnit {
  const before = AND_A_HALF.exec(tail)?.[0] ?? '';
  const unit = groups['days'] ? IN_DAYS : unitOf(tail.slice(before.length), groups);
  const { dimension, factor, length } = unit ?? { dimension: '', factor: 1, length: 0 };
  const after = (unit && HALF_AFTER.exec(tail.slice(before.length + length))?.[0]) ?? '';
  return {
    dimension,
    factor,
    length: before.length + length + after.length,
    isFound: unit !== null,
    half: before || after ? 0.5 : 0,
  };
}

/** `두통약` is no `두 통`: after a counter that is glued to its numeral only a particle may follow. */
function isInsideWord(afterNumeral: string, unitLength: number): boolean {
  return /^[가-힣]/u.test(afterNumeral) && NO_PARTICLE.test(afterNumeral.slice(unitLength));
}

type Sign = { start: number; negative: boolean; currency: string | null };

/** What stands before a number and belongs to it: `영하`, `만` (of an age), `$`, `USD`. */
function readSign(text: string, index: number): Sign {
  const before = SIGN_BEFORE.exec(text.slice(Math.max(0, index - 8), index));
  const { negative, age, currency: code } = before?.groups ?? {};
  const currency = code ? currencyBefore(code) : null;
  const belongs = before && (negative || age || currency);
  return { start: belongs ? index - before[0].length : index, negative: Boolean(negative), currency };
}

function unitOf(tail: string, groups: Groups): ReturnType<typeof readUnit> {
  if (groups['ordinal'] || groups['ordinalWord']) return null;
  const unit = readUnit(tail);
  if (unit) return unit;
  const range = RANGE_AFTER.exec(tail);
  const shared = range && readUnit(tail.slice(range[0].length));
  return shared ? { ...shared, length: 0 } : null;
}

/** `한 달`, `이 층`: one syllable is a numeral only before a counter. So is a Sino-Korean word (`만`, `천`, `이십`). */
function needsUnit({ native, sino }: Groups, word: string): boolean {
  return sino !== undefined || (native !== undefined && (word.length < 3 || NATIVE_ONE.test(word)));
}

const NATIVE_ONE = /^(?:다섯|여섯|일곱|여덟|아홉|하나|스물|서른|마흔)$/u;
