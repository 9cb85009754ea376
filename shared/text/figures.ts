import type { Span } from './sentences.ts';

/**
 * A date, time, duration, amount or share in a text. `terms` are the same for every notation of it, in Korean and
 * in English; the first one is the most exact.
 */
export type Figure = Span & { terms: string[] };

type Match = RegExpExecArray;
type Reader = [pattern: RegExp, read: (match: Match) => string[] | null];

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?';
const DAY = '(\\d{1,2})(?:st|nd|rd|th)?';

/** Korean numerals before a counter (두 명, 세 번), and days that have words of their own (사흘). */
const NATIVE = '한 두 세 네 다섯 여섯 일곱 여덟 아홉 열'.split(' ');
const DAY_WORDS = '하루 이틀 사흘 나흘 닷새 엿새 이레 여드레 아흐레 열흘'.split(' ');
const ENGLISH = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const COUNT = `(\\d{1,4}|(?<![가-힣])(?:${NATIVE.join('|')})|\\b(?:${ENGLISH.join('|')})\\b)`;

/** Units of time with the unit that stands for them in terms, and how many of those they are. */
const DURATIONS: [unit: string, term: string, factor: number][] = [
  ['초|seconds?|secs?', 's', 1],
  ['분|minutes?|mins?', 'min', 1],
  ['시간|hours?|hrs?', 'h', 1],
  ['일|days?', 'd', 1],
  ['주일|주|weeks?', 'd', 7],
  ['개월|달|months?', 'mo', 1],
  ['년|years?|yrs?', 'mo', 12],
];

const KOREAN_SCALE = '(?:[십백천]?[만억]|조(?=\\s?[원\\d])|천)';
const SCALES: Record<string, number> = {
  십: 10,
  백: 100,
  천: 1e3,
  만: 1e4,
  억: 1e8,
  조: 1e12,
  thousand: 1e3,
  k: 1e3,
};
Object.assign(SCALES, { million: 1e6, billion: 1e9, bn: 1e9 });

const READERS: Reader[] = [
  [
    /(?<![\d.\-/])(\d{4})(?:\s*[-./]\s*|년\s*)(\d{1,2})(?:\s*[-./]\s*|월\s*)(\d{1,2})(?![\d-])(?:일|\.)?/giu,
    ([, year, month, day]) => dateTerms(year, month, day),
  ],
  [/(?<![\d/])(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\d)/gu, ([, m, d, y]) => dateTerms(y, m, d)],
  [
    new RegExp(`\\b${MONTH}\\s+${DAY}(?![\\d:])(?:,?\\s+(\\d{4})(?!\\d))?`, 'giu'),
    ([, month, day, year]) => dateTerms(year, monthOf(month), day),
  ],
  [
    new RegExp(`(?<!\\d)${DAY}\\s+(?:of\\s+)?${MONTH}(?:,?\\s+(\\d{4})(?!\\d))?`, 'giu'),
    ([, day, month, year]) => dateTerms(year, monthOf(month), day),
  ],
  [/(?<!\d)(\d{4})(?:년\s*|-)(\d{1,2})(?:월|(?![\d-]))/gu, ([, year, month]) => dateTerms(year, month)],
  [new RegExp(`\\b${MONTH}\\s+(\\d{4})(?!\\d)`, 'giu'), ([, m, year]) => dateTerms(year, monthOf(m))],
  [/(?<!\d)(\d{1,2})월\s*(\d{1,2})일/gu, ([, month, day]) => dateTerms(undefined, month, day)],
  [/(?<!\d)(\d{1,2})월(?!\s*\d)/gu, ([, month]) => dateTerms(undefined, month)],
  [
    /(?:(오전|오후|새벽|아침|낮|저녁|밤)\s*)?(?<!\d)(\d{1,2})시(?!간)(?:\s*(?:(\d{1,2})분|(반)))?/gu,
    ([, half, hour, minute, thirty]) => timeTerms(half, hour, thirty ? '30' : minute),
  ],
  [
    /(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])(?:\s*([ap])\.?m\b\.?)?/giu,
    ([, hour, minute, half]) => timeTerms(half, hour, minute),
  ],
  [/(?<![\d:.])(\d{1,2})\s*([ap])\.?m\b\.?/giu, ([, hour, half]) => timeTerms(half, hour)],
  [/(?<![가-힣])정오(?=[\s에는까부])|\bnoon\b/giu, () => ['t:12:00']],
  [/(?<![가-힣])자정|\bmidnight\b/giu, () => ['t:00:00']],
  [
    new RegExp(
      `(?<![\\d.,제])\\d+(?:[.,]\\d+)*\\s?${KOREAN_SCALE}(?:\\s?\\d+(?:,\\d{3})*(?:\\s?${KOREAN_SCALE})?)*(?=\\s?[원달불유엔명개건]|[^가-힣]|$)`,
      'gu',
    ),
    ([amount]) => [String(readAmount(amount))],
  ],
  [
    /(?<![\d.,\p{L}])(\d+(?:\.\d+)?)\s?(thousand|million|billion|bn|k)\b/giu,
    ([, count, scale]) => [String(Math.round(Number(count) * (SCALES[scale?.toLowerCase() ?? ''] ?? 1)))],
  ],
  [/(?<![\d.])(\d+(?:\.\d+)?)\s?(?:%|퍼센트|프로(?![가-힣])|percent\b|per cent\b)/giu, ([, n]) => [`p:${n}`]],
  ...DURATIONS.map(
    ([unit, term, factor]): Reader => [
      new RegExp(`(?<![\\d.,제-])${COUNT}[\\s-]?(?:${unit})(?!\\p{sc=Latin}|[차째도자])`, 'giu'),
      ([, count]) => [`q:${countOf(count) * factor}${term}`],
    ],
  ),
  [
    new RegExp(`(?<![가-힣])(${DAY_WORDS.join('|')})(?![가-힣]{3})`, 'gu'),
    ([, word]) => [`q:${DAY_WORDS.indexOf(word ?? '') + 1}d`],
  ],
  [/(?<![가-힣])(?:보름|일주일)(?![가-힣]{3})/gu, ([word]) => [word === '보름' ? 'q:15d' : 'q:7d']],
  [/(?<![가-힣])반년|\bhalf a year\b/giu, () => ['q:6mo']],
  [
    new RegExp(
      `(?<![가-힣])(${NATIVE.join('|')})\\s?([명번개대장권회곳])(?=[^가-힣]|[이가은는을를의에]|$)`,
      'gu',
    ),
    ([, count, counter]) => [`${countOf(count)}${counter}`],
  ],
];

/**
 * The dates, times, durations, amounts and shares of a text, in order. Where two readings overlap, the longer one
 * counts: `2024년 3월 5일` is a date and no duration.
 */
export function findFigures(text: string): Figure[] {
  if (
    !/\d|[한두세네섯곱덟홉열틀흘새레루름]|주일|정오|자정|반년|noon|midnight|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)\b/iu.test(
      text,
    )
  )
    return [];
  const found = READERS.flatMap(([pattern, read]) =>
    [...text.matchAll(pattern)].flatMap((match): Figure[] => {
      const terms = read(match);
      return terms ? [{ start: match.index, end: match.index + match[0].trimEnd().length, terms }] : [];
    }),
  );
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Figure[] = [];
  for (const figure of found) {
    const last = kept.at(-1);
    if (!last || figure.start >= last.end) kept.push(figure);
    else if (figure.end - figure.start > last.end - last.start) kept[kept.length - 1] = figure;
  }
  return kept;
}

/** `d:2024-03-05` with its month and day `d:03-05`, year and month `d:2024-03`, and month `d:03`, as far as known. */
function dateTerms(year?: string, month?: string | number, day?: string): string[] | null {
  const [y, m, d] = [year ?? '', two(month), two(day)];
  if (Number(m) < 1 || Number(m) > 12 || Number(d || 1) > 31 || Number(d || 1) < 1) return null;
  return [
    ...(y && d ? [`d:${y}-${m}-${d}`] : []),
    ...(d ? [`d:${m}-${d}`] : []),
    ...(y ? [`d:${y}-${m}`] : []),
    `d:${m}`,
  ];
}

function timeTerms(half: string | undefined, hour?: string, minute = '0'): string[] | null {
  const isLate = /^(?:오후|저녁|밤|p)$/iu.test(half ?? '') || (half === '낮' && Number(hour) < 6);
  const isEarly = /^(?:오전|새벽|아침|a)$/iu.test(half ?? '');
  const given = Number(hour);
  const hours = isLate && given < 12 ? given + 12 : isEarly && given === 12 ? 0 : given;
  return hours > 24 || Number(minute) > 59 ? null : [`t:${two(hours % 24)}:${two(minute)}`];
}

/** The value of an amount that mixes digits and Korean units: `1만5천`, `2억 3,000만`. */
function readAmount(amount: string): number {
  let total = 0;
  let section = 0;
  for (const [, digits = '', unit = ''] of amount.matchAll(/(\d+(?:[.,]\d+)*)\s?([십백천만억조]*)/gu)) {
    const number = Number(/^\d+\.\d+$/u.test(digits) ? digits : digits.replaceAll(/[.,]/g, ''));
    const factors = Array.from(unit, (letter) => SCALES[letter] ?? 1);
    section += number * factors.filter((factor) => factor <= 1e3).reduce((a, b) => a * b, 1);
    const large = factors.find((factor) => factor > 1e3);
    if (large === undefined) continue;
    total += section * large;
    section = 0;
  }
  return Math.round(total + section);
}

function monthOf(name: string | undefined): number {
  return MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1;
}

function countOf(word: string | undefined): number {
  const lower = (word ?? '').toLowerCase();
  const named = Math.max(NATIVE.indexOf(lower), ENGLISH.indexOf(lower)) + 1;
  return named > 0 ? named : Number(lower);
}

function two(value: string | number | undefined): string {
  return value === undefined ? '' : String(value).padStart(2, '0');
}
