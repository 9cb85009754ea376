const SINO = '일이삼사오육칠팔구';
const SINO_PLACES: Record<string, number> = { 십: 10, 백: 100, 천: 1_000 };
const MYRIADS: Record<string, number> = { 만: 1e4, 억: 1e8, 조: 1e12 };

const NATIVE_ONES: Record<string, number> = {
  하나: 1,
  한: 1,
  둘: 2,
  두: 2,
  셋: 3,
  세: 3,
  석: 3,
  넷: 4,
  네: 4,
  넉: 4,
  다섯: 5,
  여섯: 6,
  일곱: 7,
  여덟: 8,
  아홉: 9,
};
const NATIVE_TENS: Record<string, number> = {
  열: 10,
  스물: 20,
  스무: 20,
  서른: 30,
  마흔: 40,
  쉰: 50,
  예순: 60,
  일흔: 70,
  여든: 80,
  아흔: 90,
};
const ONES = Object.keys(NATIVE_ONES).join('|');
const TENS = Object.keys(NATIVE_TENS).join('|');

/** Numbers in Korean's own words: `열네`, `스물두`, `다섯`. */
export const NATIVE_NUMBER = `(?:(?:${TENS})(?:${ONES})?|${ONES})`;
/**
 * Digits with their commas. A pattern tries them at each digit, so their number is limited: without a limit its time grows
 * with the square of a run of digits.
 */
const DIGITS = String.raw`\d[\d,]{0,24}`;
/** Digits with Korean places (`3억 2천만`, `1만5천`, `12만 3,456`). `3조` without a currency is an article. */
export const MIXED_NUMBER = String.raw`${DIGITS}(?:\.\d{1,24})?[천백십]?(?: ?(?:[만억]|조(?= ?[원달\d]))(?: ?${DIGITS}[천백십]?)*)+|${DIGITS}(?:\.\d{1,24})?[천백](?:\d{1,24}[백십])*`;

const DAYS = new Map<string, number>([
  ...'하루 이틀 사흘 나흘 닷새 엿새 이레 여드레 아흐레 열흘'
    .split(' ')
    .map((word, index): [string, number] => [word, index + 1]),
  ['열하루', 11],
  ['열이틀', 12],
  ['열사흘', 13],
  ['열나흘', 14],
  ['보름', 15],
]);

/** Days that have a word of their own, `하루` to `보름`. The longest stand first. */
export const DAY_WORD = [...DAYS.keys()].sort((a, b) => b.length - a.length).join('|');

/** The number of days that a word of `DAY_WORD` means; null for other words. */
export function daysOf(word: string): number | null {
  return DAYS.get(word) ?? null;
}

/** The value of `NATIVE_NUMBER`; null for other text. */
export function parseNative(word: string): number | null {
  const parts = new RegExp(`^(${TENS})?(${ONES})?$`, 'u').exec(word);
  if (!word || !parts) return null;
  return (NATIVE_TENS[parts[1] ?? ''] ?? 0) + (NATIVE_ONES[parts[2] ?? ''] ?? 0);
}

/** The value of `MIXED_NUMBER` and of Sino-Korean words (`십사`, `삼백이십`, `이만 오천`); null for other text. */
export function parseSino(text: string): number | null {
  const pieces = text.replace(/[\s,]/g, '').match(/\d+(?:\.\d+)?|./gu) ?? [];
  let total = 0;
  let section = 0;
  let digit: number | null = null;
  for (const piece of pieces) {
    const sino = SINO.indexOf(piece);
    if (/^\d/.test(piece)) digit = Number(piece);
    else if (sino >= 0) digit = sino + 1;
    else if (SINO_PLACES[piece]) {
      section += (digit ?? 1) * SINO_PLACES[piece];
      digit = null;
    } else if (MYRIADS[piece]) {
      total += (section + (digit ?? (section === 0 ? 1 : 0))) * MYRIADS[piece];
      section = 0;
      digit = null;
    } else return null;
  }
  return pieces.length > 0 ? total + section + (digit ?? 0) : null;
}

const ENGLISH = new Map<string, number>([
  ...'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, index): [string, number] => [word, index]),
  ...'twenty thirty forty fifty sixty seventy eighty ninety'
    .split(' ')
    .map((word, index): [string, number] => [word, (index + 2) * 10]),
  ['dozen', 12],
]);
const SCALES = new Map([
  ['hundred', 100],
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
]);
const ENGLISH_WORD = [...ENGLISH.keys()].sort((a, b) => b.length - a.length).join('|');
const SCALE = [...SCALES.keys()].join('|');
/** Scales that stand only behind digits. */
const SHORT_SCALES: Record<string, string> = { k: 'thousand', bn: 'billion' };

/** `twenty`, `thirty-two`, `one hundred and fifty`, `1.4 million`, `15k`. */
export const ENGLISH_NUMBER = String.raw`(?:(?:${DIGITS}(?:\.\d{1,24})?(?:[ -](?:${SCALE})|[ -]?bn|k))|(?:${ENGLISH_WORD})(?:(?:[ -]| and )(?:${ENGLISH_WORD}|${SCALE}))*|\ba (?:${SCALE}|dozen))`;

/** The value of `ENGLISH_NUMBER`; null for other text. */
export function parseEnglish(text: string): number | null {
  let total = 0;
  let section = 0;
  const words = text
    .toLowerCase()
    .replace(/(?<=\d)[ -]?(k|bn)$/, (_, scale: string) => ` ${SHORT_SCALES[scale]}`)
    .split(/[\s-]+/)
    .filter((word) => word !== 'and' && word !== 'a');
  for (const word of words) {
    const scale = SCALES.get(word);
    const value = ENGLISH.get(word) ?? (/^\d/.test(word) ? Number(word.replaceAll(',', '')) : null);
    if (scale === 100) section = (section || 1) * 100;
    else if (scale) {
      total += (section || 1) * scale;
      section = 0;
    } else if (value === null) return null;
    else section += value;
  }
  return total + section;
}

const ORDINALS = new Map<string, number>([
  ...'first second third fourth fifth sixth seventh eighth ninth tenth'
    .split(' ')
    .map((word, index): [string, number] => [word, index + 1]),
  ...'첫째 둘째 셋째 넷째 다섯째 여섯째 일곱째 여덟째 아홉째 열째'
    .split(' ')
    .map((word, index): [string, number] => [word, index + 1]),
]);

/** `third`, `셋째`. The ambiguous `first` and `second` are left out. */
export const ORDINAL_WORD = [...ORDINALS.keys()].filter((word) => !/^(?:first|second)$/.test(word)).join('|');

/** The value of `ORDINAL_WORD`; null for other text. */
export function parseOrdinal(word: string): number | null {
  return ORDINALS.get(word.toLowerCase()) ?? null;
}
