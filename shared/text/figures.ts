import type { Span } from './sentences.ts';
import { type Figure, figuresIn, type NumberFigure } from './stated-figures.ts';
import { isCurrency, isMeasure } from './units.ts';

/**
 * A date, time, duration, amount or share in a text, to be searched for. `terms` are the same for every notation of
 * it, in Korean and in English; the first one is the most exact.
 */
type SearchedFigure = Span & { terms: string[] };

/** Every figure has one of these. The reading costs more than this look. */
const MAY_HOLD =
  /\d|[한두세석네넉섯곱덟홉열틀흘새레루름물른흔쉰순든백천만억]|[일이삼사오육칠팔구십](?=[\s일개주년퍼십원])|정오|자정|반년|noon|midnight|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|half|dozen)\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/iu;
/** `3분기` is the third of a year, and no nine months. */
const PART_OF_YEAR = /분기|quarter/iu;
const [MINUTE, HOUR] = [60, 3_600];

/** The figures of a text by which it is found, in order: dates, times, durations, amounts and shares. */
export function findFigures(text: string): SearchedFigure[] {
  if (!MAY_HOLD.test(text)) return [];
  const found: SearchedFigure[] = [];
  for (const figure of figuresIn(text)) {
    const terms = termsOf(figure);
    if (terms.length === 0) continue;
    const last = found.at(-1);
    // Both ends of a range: `March 5–7`.
    if (last && figure.start < last.end)
      last.terms.push(...terms.filter((term) => !last.terms.includes(term)));
    else found.push({ start: figure.start, end: figure.start + figure.text.length, terms });
  }
  return found;
}

function termsOf(figure: Figure): string[] {
  switch (figure.kind) {
    case 'date':
      return dateTerms(figure);
    case 'time':
      return [`t:${two(Math.floor(figure.minutes / 60))}:${two(figure.minutes % 60)}`];
    case 'number':
      return figure.isRate ? [] : numberTerms(figure);
    default:
      return [];
  }
}

/** `d:2024-03-05` with its month and day `d:03-05`, year and month `d:2024-03`, and month `d:03`, as far as known. */
function dateTerms({ year, month, day }: { year?: number; month?: number; day?: number }): string[] {
  if (month === undefined) return [];
  const [m, d] = [two(month), day === undefined ? '' : two(day)];
  return [
    ...(year !== undefined && d ? [`d:${year}-${m}-${d}`] : []),
    ...(d ? [`d:${m}-${d}`] : []),
    ...(year !== undefined ? [`d:${year}-${m}`] : []),
    `d:${m}`,
  ];
}

function numberTerms(figure: NumberFigure): string[] {
  const { dimension, value, text } = figure;
  if (dimension === 'second') return [`q:${durationOf(value)}`];
  if (dimension === 'day') return [`q:${value}d`];
  if (dimension === 'month') return PART_OF_YEAR.test(text) ? [] : [`q:${value}mo`];
  if (dimension === 'percent') return [`p:${value}`];
  if (isMeasure(dimension) && !isCurrency(dimension)) return [];
  // Digits are search terms as they are written.
  if (text.replaceAll(',', '').includes(String(value))) return [];
  return amountTerms(figure);
}

/** An amount in words as its digits: `1만5천원` as `15000`, and `세 번` as `3번`. Counts in English need no unit. */
function amountTerms({ dimension, value, text, unit }: NumberFigure): string[] {
  if (dimension.startsWith('count')) return /^[가-힣]/u.test(unit) ? [`${value}${unit.charAt(0)}`] : [];
  return isCurrency(dimension) || /\d/u.test(text) ? [String(value)] : [];
}

function durationOf(seconds: number): string {
  if (seconds >= HOUR && seconds % HOUR === 0) return `${seconds / HOUR}h`;
  return seconds >= MINUTE && seconds % MINUTE === 0 ? `${seconds / MINUTE}min` : `${seconds}s`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
