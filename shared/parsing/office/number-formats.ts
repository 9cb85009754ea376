type Format = (value: number) => string;

/** The first item of a set is 1. */
function fromSet(set: string): Format {
  const items = set.split('');
  return (value) => items[value - 1] ?? String(value);
}

/** `a`–`z`, then `aa`, `bb`, as word processors number beyond a set: the letter repeated. */
function repeated(set: string): Format {
  const items = set.split('');
  return (value) => {
    const times = Math.floor((value - 1) / items.length) + 1;
    return value < 1 || times > 10 ? String(value) : (items[(value - 1) % items.length] ?? '').repeat(times);
  };
}

/** Each decimal digit by its own sign: 12 is `일이`. */
function digits(set: string): Format {
  const items = set.split('');
  return (value) =>
    String(value)
      .split('')
      .map((digit) => items[Number(digit)] ?? digit)
      .join('');
}

/** Counting words with signs for ten, hundred and thousand: 12 is `십이`, 20 `이십`. */
function counting(ones: string, units: string): Format {
  const names = ones.split('');
  const places = ['', ...units.split('')];
  return (value) => {
    if (value < 1 || value > 9_999) return String(value);
    const decimals = String(value).split('').map(Number);
    return decimals
      .map((digit, i) => {
        const place = places[decimals.length - 1 - i] ?? '';
        return digit === 0 ? '' : `${digit === 1 && place !== '' ? '' : (names[digit - 1] ?? '')}${place}`;
      })
      .join('');
  };
}

const ROMAN: readonly [number, string][] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

function roman(value: number): string {
  if (value < 1 || value > 3_999) return String(value);
  let rest = value;
  let text = '';
  for (const [worth, letters] of ROMAN) {
    while (rest >= worth) {
      text += letters;
      rest -= worth;
    }
  }
  return text;
}

/** Characters in a row of Unicode, one per number, in stretches of `[first number, last number, first character]`. */
function stretches(...rows: [from: number, to: number, first: number][]): Format {
  return (value) => {
    const row = rows.find(([from, to]) => value >= from && value <= to);
    return row ? String.fromCodePoint(row[2] + value - row[0]) : String(value);
  };
}

const CONSONANTS = [0, 2, 3, 5, 6, 7, 9, 11, 12, 14, 15, 16, 17, 18];
const VOWELS = [0, 4, 8, 13, 18, 20];
const FIRST_SYLLABLE = 0xac00;
const SYLLABLES_PER_CONSONANT = 588;
const SYLLABLES_PER_VOWEL = 28;

/** `가`–`하`, then `거`–`허`, `고`–`호`, as Korean offices number. */
function ganada(value: number): string {
  const consonant = CONSONANTS[(value - 1) % CONSONANTS.length];
  const vowel = VOWELS[Math.floor((value - 1) / CONSONANTS.length)];
  if (consonant === undefined || vowel === undefined) return String(value);
  return String.fromCodePoint(
    FIRST_SYLLABLE + consonant * SYLLABLES_PER_CONSONANT + vowel * SYLLABLES_PER_VOWEL,
  );
}

const NATIVE_ONES = ['', '하나', '둘', '셋', '넷', '다섯', '여섯', '일곱', '여덟', '아홉'];
const NATIVE_TENS = ['', '열', '스물', '서른', '마흔', '쉰', '예순', '일흔', '여든', '아흔'];

function nativeKorean(value: number): string {
  if (value < 1 || value > 99) return String(value);
  return `${NATIVE_TENS[Math.floor(value / 10)] ?? ''}${NATIVE_ONES[value % 10] ?? ''}`;
}

function ordinal(value: number): string {
  const isTeen = Math.floor(value / 10) % 10 === 1;
  return `${value}${isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')}`;
}

const LATIN = 'abcdefghijklmnopqrstuvwxyz';
const HANJA = '一二三四五六七八九';
const STEMS = '甲乙丙丁戊己庚辛壬癸';
const hanja = counting(HANJA, '十百千');
const circled = stretches([0, 0, 0x24ea], [1, 20, 0x2460], [21, 35, 0x3251], [36, 50, 0x32b1]);

/** Formats by their names in WordprocessingML (ECMA-376 part 1, 17.18.59); HWPX has names of its own for the same. */
const FORMATS: Readonly<Record<string, Format>> = {
  none: () => '',
  decimalZero: (value) => String(value).padStart(2, '0'),
  decimalFullWidth: digits('０１２３４５６７８９'),
  decimalFullWidth2: digits('０１２３４５６７８９'),
  decimalEnclosedCircle: circled,
  decimalEnclosedCircleChinese: circled,
  decimalEnclosedFullstop: stretches([1, 20, 0x2488]),
  decimalEnclosedParen: stretches([1, 20, 0x2474]),
  upperLetter: repeated(LATIN.toUpperCase()),
  lowerLetter: repeated(LATIN),
  upperRoman: roman,
  lowerRoman: (value) => roman(value).toLowerCase(),
  ordinal,
  hex: (value) => value.toString(16).toUpperCase(),
  numberInDash: (value) => `- ${value} -`,
  ganada,
  chosung: repeated('ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ'),
  koreanDigital: digits('영일이삼사오육칠팔구'),
  koreanDigital2: digits(`零${HANJA}`),
  koreanCounting: counting('일이삼사오육칠팔구', '십백천'),
  koreanLegal: nativeKorean,
  ideographDigital: digits(`〇${HANJA}`),
  japaneseDigitalTenThousand: digits(`〇${HANJA}`),
  taiwaneseDigital: digits(`○${HANJA}`),
  chineseCounting: hanja,
  chineseCountingThousand: hanja,
  japaneseCounting: hanja,
  taiwaneseCounting: hanja,
  taiwaneseCountingThousand: hanja,
  ideographTraditional: fromSet(STEMS),
  ideographZodiac: fromSet('子丑寅卯辰巳午未申酉戌亥'),
  ideographEnclosedCircle: stretches([1, 10, 0x3280]),
  aiueo: repeated(
    'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン',
  ),
  aiueoFullWidth: repeated(
    'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン',
  ),
  russianLower: repeated('абвгдежзиклмнопрстуфхцчшщыэюя'),
  russianUpper: repeated('АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ'),
  enclosedUpperLetter: stretches([1, 26, 0x24b6]),
  enclosedLowerLetter: stretches([1, 26, 0x24d0]),
  enclosedGanada: stretches([1, 14, 0x326e]),
  enclosedChosung: stretches([1, 14, 0x3260]),
  koreanStems: fromSet('갑을병정무기경신임계'),
};

/** A number as a word processor shows it. Unknown formats, and numbers beyond a set, are decimal. */
export function formatNumber(value: number, format: string): string {
  return Object.hasOwn(FORMATS, format) ? (FORMATS[format]?.(value) ?? '') : String(value);
}
