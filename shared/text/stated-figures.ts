import { datesIn, timesIn, weekdaysIn } from './dates.ts';
import { maskSpans } from './mask.ts';
import { numbersIn, ratesIn } from './numbers.ts';
import { isMeasure } from './units.ts';

type Place = {
  /** As it is written, with its unit. */
  text: string;
  /** UTF-16 offsets into the text. */
  start: number;
  end: number;
};

/**
 * A figure of a text in a notation-free form: `1만5천 원` and `15,000원` are the number 15000 of the dimension `krw`.
 * - number: in the base unit of its dimension; '' is none, `count` and `count:<group>` are counters. `written` is the
 *   number before its `unit`. A rate is the number 1: `per hour`, `시간당`, `매일`, `daily`
 * - date: the parts that are written; two of the same text for a range
 * - time: minutes since midnight; `exact` is false where morning and afternoon are not told apart
 * - weekday: 0 is Sunday
 * - code: a version, telephone number, part number and the like; `value` holds its letters and digits
 */
export type Figure = Place &
  (
    | { kind: 'number'; value: number; dimension: string; written: number; unit: string; isRate: boolean }
    | { kind: 'date'; year?: number; month?: number; day?: number }
    | { kind: 'time'; minutes: number; exact: boolean }
    | { kind: 'weekday'; day: number }
    | { kind: 'code'; value: string }
  );
export type NumberFigure = Extract<Figure, { kind: 'number' }>;
type DateFigure = Extract<Figure, { kind: 'date' }>;
type TimeFigure = Extract<Figure, { kind: 'time' }>;

const CODE = new RegExp(
  [
    String.raw`(?<![\p{L}\p{N}.-])(?:v\d+(?:\.\d+)+|\d+(?:\.(?:\d+|x)){2,}|\d+\.x`,
    String.raw`0\d{1,2}-\d{3,4}(?:-\d{4})?|\d{2,4}-\d{3,4}-\d{4}|1\d{3}-\d{4}`,
    String.raw`(?=[A-Za-z0-9_-]{0,64}\d)[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*)(?![A-Za-z\d])`,
  ].join('|'),
  'gu',
);

/** All figures of a text, in its order. Nothing is counted twice: `3월 5일` is a date and no number. */
export function figuresIn(text: string): Figure[] {
  const figures: Figure[] = [];
  let rest = text;
  for (const read of [datesIn, timesIn, weekdaysIn, codesIn, numbersIn, ratesIn]) {
    const found = read(rest).map((figure) => ({
      ...figure,
      text: text.slice(figure.start, figure.end).trim(),
    }));
    for (const figure of found) figures.push(figure);
    rest = maskSpans(rest, found, '\u0001');
  }
  return figures.sort((a, b) => a.start - b.start);
}

function codesIn(text: string): Figure[] {
  return [...text.matchAll(CODE)].map(({ 0: code, index }) => ({
    kind: 'code',
    text: code,
    start: index,
    end: index + code.length,
    value: toCode(code),
  }));
}

/** Letters and digits in lower case, so that `PPX-4417` is `ppx4417`. Dots of versions stay. */
function toCode(text: string): string {
  return text.toLowerCase().replace(/^v(?=\d)|[^\p{L}\p{N}.]/gu, '');
}

/**
 * Whether a figure states what `claimed` states: the same value in the same dimension. A figure without unit or with
 * a counter has the same value in any counter. A date has at least the parts of the claimed one.
 */
export function isSameFigure(claimed: Figure, figure: Figure): boolean {
  switch (claimed.kind) {
    case 'number':
      return isSameNumber(claimed, figure);
    case 'date':
      return figure.kind === 'number'
        ? isYear(claimed, figure)
        : figure.kind === 'date' && isSameDate(claimed, figure);
    case 'time':
      return figure.kind === 'time' && isSameTime(claimed, figure);
    case 'weekday':
      return figure.kind === 'weekday' && claimed.day === figure.day;
    default:
      return figure.kind === 'code' && claimed.value === figure.value;
  }
}

function isSameNumber(claimed: NumberFigure, figure: Figure): boolean {
  if (figure.kind === 'date') return isYear(figure, claimed);
  return (
    figure.kind === 'number' &&
    claimed.value === figure.value &&
    fitDimensions(claimed.dimension, figure.dimension)
  );
}

function isSameDate(claimed: DateFigure, { year, month, day }: DateFigure): boolean {
  return (
    (claimed.year ?? year) === year && (claimed.month ?? month) === month && (claimed.day ?? day) === day
  );
}

function isSameTime(claimed: TimeFigure, figure: TimeFigure): boolean {
  const whole = claimed.exact && figure.exact ? 1_440 : 720;
  return claimed.minutes % whole === figure.minutes % whole;
}

/** A year alone is written like a number: `2027`, `2027년`. */
function isYear(date: DateFigure, number: NumberFigure): boolean {
  return number.dimension === '' && date.year === number.value;
}

function fitDimensions(claimed: string, found: string): boolean {
  if (claimed === found || claimed === '' || claimed === 'count')
    return !isMeasure(found) || claimed !== 'count';
  if (isMeasure(claimed) || isMeasure(found)) return false;
  return found === '' || found === 'count';
}
