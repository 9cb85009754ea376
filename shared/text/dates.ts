import { maskSpans } from './mask.ts';
import type { Figure } from './stated-figures.ts';

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  '(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:\\.|\\b))';
const DAY = String.raw`\d{1,2}(?:st|nd|rd|th)?(?!\d)`;
const RANGE = String.raw`\s?(?:부터|에서|[~–-]|to|until|and|through|[,·및과와])\s?`;
const WEEKDAYS = '일월화수목금토';
const ENGLISH_WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');

type Found = { start: number; end: number; figures: DateParts[] };
type DateParts = { year?: number; month?: number; day?: number };
type Reader = { pattern: RegExp; read: (groups: Record<string, string | undefined>) => DateParts[] };

const READERS: Reader[] = [
  {
    // 2024-03-05, 2024.03.05, 2024/3/5, 2026. 3. 1.
    pattern:
      /(?<![\d.-])(?<y>(?:19|20)\d{2})(?<sep>[-/.]) ?(?<m>\d{1,2})\k<sep> ?(?<d>\d{1,2})(?![\d-])\.?/gu,
    read: ({ y, m, d }) => [parts(y, m, d)],
  },
  // 3/5/2024
  {
    pattern: /(?<![\d/])(?<m>\d{1,2})\/(?<d>\d{1,2})\/(?<y>(?:19|20)\d{2})(?![\d/])/gu,
    read: ({ y, m, d }) => [parts(y, m, d)],
  },
  // 2025-10
  { pattern: /(?<!\d|\d-)(?<y>(?:19|20)\d{2})-(?<m>\d{1,2})(?![\d-])/gu, read: ({ y, m }) => [parts(y, m)] },
  {
    // 2024년 3월 5일, 3월 9일부터 11일까지, 3월
    pattern: new RegExp(
      String.raw`(?:(?<y>(?:19|20)\d{2}|['’]\d{2})년\s?)?(?<!\d)(?<m>1[0-2]|0?[1-9])월(?:\s?(?<d>\d{1,2})일)?(?:${RANGE}(?<d2>\d{1,2})일)?`,
      'gu',
    ),
    read: ({ y, m, d, d2 }) => (d2 ? [parts(y, m, d), parts(y, m, d2)] : [parts(y, m, d)]),
  },
  { pattern: /(?<!\d)(?<y>(?:19|20)\d{2})년(?!차)/gu, read: ({ y }) => [parts(y)] },
  {
    // March 5, 2024; March 5–7
    pattern: new RegExp(
      String.raw`\b(?<m>${MONTH}) (?<d>${DAY})(?:${RANGE}(?<d2>${DAY}))?(?:,? (?<y>(?:19|20)\d{2}))?`,
      'giu',
    ),
    read: ({ y, m, d, d2 }) => (d2 ? [parts(y, m, d), parts(y, m, d2)] : [parts(y, m, d)]),
  },
  {
    // 5 March 2024, 5th of March. In small letters `may` and `march` are verbs: `up to 15 may attend`.
    pattern: new RegExp(
      String.raw`(?<!\d)(?:(?<d2>${DAY})${RANGE})?(?<d>${DAY})(?: of)? (?!(?-i:may|march)\b)(?<m>${MONTH})(?:,? (?<y>(?:19|20)\d{2}))?`,
      'giu',
    ),
    read: ({ y, m, d, d2 }) => (d2 ? [parts(y, m, d), parts(y, m, d2)] : [parts(y, m, d)]),
  },
  {
    pattern: new RegExp(String.raw`\b(?<m>${MONTH}) (?<y>(?:19|20)\d{2})`, 'giu'),
    read: ({ y, m }) => [parts(y, m)],
  },
  {
    // A month alone. `May` and `March` are verbs too: a preposition tells.
    pattern: new RegExp(
      String.raw`(?<=\b(?:in|by|of|until|till|since|from|to|and|or|before|after|during|each|every|late|early|mid|through) )(?<m>${MONTH})(?=[\s.,;:!?)]|$)`,
      'gu',
    ),
    read: ({ m }) => [parts(undefined, m)],
  },
];

/** The dates of a text: years, months and days, in whichever order and language they are written. */
export function datesIn(text: string): Figure[] {
  let rest = text;
  const dates: Figure[] = [];
  for (const { pattern, read } of READERS) {
    const found: Found[] = [];
    for (const match of rest.matchAll(pattern)) {
      found.push({
        start: match.index,
        end: match.index + match[0].length,
        figures: read(match.groups ?? {}).filter(isPossible),
      });
    }
    for (const { start, end, figures } of found) {
      if (figures.length === 0) continue;
      dates.push(
        ...figures.map((date) => ({
          kind: 'date' as const,
          text: text.slice(start, end).trim(),
          start,
          end,
          ...date,
        })),
      );
    }
    rest = maskSpans(
      rest,
      found.filter(({ figures }) => figures.length > 0),
      '\u0001',
    );
  }
  return dates;
}

function parts(y?: string, m?: string, d?: string): DateParts {
  const year = y === undefined ? Number.NaN : Number(y.replace(/^['’]/u, '20'));
  const month = m === undefined ? Number.NaN : monthOf(m);
  const day = d === undefined ? Number.NaN : Number.parseInt(d, 10);
  return {
    ...(!Number.isNaN(year) && { year }),
    ...(!Number.isNaN(month) && { month }),
    ...(!Number.isNaN(day) && { day }),
  };
}

function monthOf(text: string): number {
  return /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
}

function isPossible({ month = 1, day = 1 }: DateParts): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

const CLOCK = new RegExp(
  [
    String.raw`(?<part>오전|오후|아침|새벽|낮|점심|저녁|밤|정오|자정)?\s?(?<![\d.])(?<h>\d{1,2}|열한|열두|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)\s?시(?!간|[가-힣]{0,1}간)(?:\s?(?<min>\d{1,2})분(?!기)|\s?(?<half>반))?`,
    String.raw`(?:(?<part2>오전|오후|아침|새벽|낮|점심|저녁|밤)\s?)?(?<![\d.:])(?<h2>\d{1,2}):(?<min2>[0-5]\d)(?![\d:])(?:\s?(?<half2>[ap])\.?m\b\.?)?`,
    String.raw`(?<![\d.:])(?<h3>\d{1,2})\s?(?<half3>[ap])\.?m\b\.?`,
    String.raw`(?<noon>(?<![가-힣])정오(?![가-힣]{2})|\bnoon\b)|(?<midnight>(?<![가-힣])자정(?![가-힣]{2})|\bmidnight\b)`,
  ].join('|'),
  'giu',
);
const HOURS = ['', '한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉', '열', '열한', '열두'];
const AFTER_NOON = /^(?:오후|저녁|밤|낮|점심|p)/iu;

/** The times of day in a text. `exact` is false where morning and afternoon are not told apart (`3시`, `8:12`). */
export function timesIn(text: string): Figure[] {
  return [...text.matchAll(CLOCK)].flatMap((match) => {
    const clock = readClock(match.groups ?? {});
    if (!clock) return [];
    const lead = match[0].length - match[0].trimStart().length;
    const start = match.index + lead;
    const end = match.index + match[0].trimEnd().length;
    return [{ kind: 'time' as const, text: text.slice(start, end), start, end, ...clock }];
  });
}

function readClock(groups: Record<string, string | undefined>): { minutes: number; exact: boolean } | null {
  if (groups['noon']) return { minutes: 720, exact: true };
  if (groups['midnight']) return { minutes: 0, exact: true };
  const part = firstOf(groups, ['part', 'part2', 'half2', 'half3']);
  const written = firstOf(groups, ['h', 'h2', 'h3']) ?? '';
  const hour = /^\d/.test(written) ? Number(written) : HOURS.indexOf(written);
  const minute = groups['half'] ? 30 : Number(firstOf(groups, ['min', 'min2']) ?? 0);
  if (hour > 24 || minute > 59) return null;
  if (!part)
    return { minutes: (hour % 24) * 60 + minute, exact: hour > 12 || hour === 0 || /^0\d/.test(written) };
  return { minutes: toHour24(hour, part) * 60 + minute, exact: true };
}

function firstOf(groups: Record<string, string | undefined>, names: string[]): string | undefined {
  return names.map((name) => groups[name]).find((value) => value !== undefined);
}

/** `밤 12시` is midnight, `낮 12시` noon; `밤 2시` and `새벽 2시` are at night. */
function toHour24(hour: number, part: string): number {
  if (hour > 12) return hour % 24;
  if (part === '밤' && (hour === 12 || hour < 5)) return hour % 12;
  if (/^[낮점]/u.test(part) && hour >= 10) return hour;
  return (hour % 12) + (AFTER_NOON.test(part) ? 12 : 0);
}

const WEEKDAY = /(?<ko>[일월화수목금토])요일|\b(?<en>Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)days?\b/gu;

/** The days of the week in a text; `day` is 0 for Sunday. */
export function weekdaysIn(text: string): Figure[] {
  return [...text.matchAll(WEEKDAY)].map((match) => {
    const { ko, en } = match.groups ?? {};
    const day = ko ? WEEKDAYS.indexOf(ko) : ENGLISH_WEEKDAYS.indexOf((en ?? '').slice(0, 3).toLowerCase());
    const start = match.index;
    return { kind: 'weekday' as const, text: match[0], start, end: start + match[0].length, day };
  });
}
