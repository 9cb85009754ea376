/**
 * How a marker is spelled: `plain` has brackets with numbers alone, which code and documents have too; `bare` has
 * round ones, as lists have; `coded` is `[P1]`; `raised` is a superscript; `labelled` is every spelling that nothing else has.
 */
type Spelling = 'plain' | 'coded' | 'bare' | 'raised' | 'labelled';
/** Numbers have at most three digits: `[2024]` is a year, not a citation. */
const NUMBER = String.raw`[#^]?\d{1,3}(?:번)?`;
/** What may stand before a number, and in which order soever: `출처: 문서 1`, `according to passage 1`. */
const WORDS = [
  'passages passage sources source src documents document docs doc references reference refs ref citations citation cite cit footnote note context chunk result evidence excerpt quote snippet text item id',
  'see cf also from via per number no',
  '출처 문서 자료 참고 참조 근거 인용 구절 패시지 지문 문단 발췌 각주 본문 참고문서 참고자료 근거문서',
]
  .join(' ')
  .split(' ');
const PHRASES = ['according to', 'based on', 'as stated in', ...WORDS];
const SEPARATOR = String.raw`(?: ?(?:number|no\.?|num|nr\.?|번호|#))?[ :：_#="'-]{0,3}`;
const LABEL = String.raw`(?:(?:${PHRASES.join('|')})\.?${SEPARATOR}){1,4}`;
const JOINT = String.raw`\s*(?:,\s*(?:and\b)?|，|、|;|\/|·|&|\+|\||\band\b|\bor\b|및|와|과|또는|그리고)\s*`;
const ITEM = String.raw`${NUMBER}(?:\s?[–~-]\s?${NUMBER})?`;
const LIST = String.raw`${ITEM}(?:${JOINT}(?:${LABEL})?${ITEM})*`;
const BRACKETED = String.raw`\[\s?(?:${LABEL})?${ITEM}\s?\](?:${JOINT}\[\s?${ITEM}\s?\])*`;
/** A page or the name of a file behind the number, or a word such as `참조`. */
const PAGE = String.raw`(?:pages?|pp?\.?)\s?\d+(?:\s?[–-]\s?\d+)?|\d+(?:\s?[–-]\s?\d+)?\s?(?:쪽|페이지|p\b)`;
const TAIL = String.raw`(?:["'.]|\s?(?:문서|자료|출처|구절)?\s?(?:을|를)?\s?(?:참조|참고|인용|문서|자료|출처|구절)|\s?[,:;–-]\s?(?:${PAGE})|\s?[,:;–-]\s[^\]\)】\n]{1,60}\.[a-z]{2,5}(?:,\s?(?:${PAGE}))?)`;
/** OpenAI's own spelling: `【1†source】`, `【4:0†file.pdf】`. */
const DAGGER = String.raw`(?::\d+)?(?:[†:][^】\n]*)?`;
const ELEMENTS = 'sup|cite|ref|citation|source|passage';

/** The groups hold the list of numbers. */
const SPELLINGS: [Spelling, string][] = [
  ['labelled', String.raw`\\?\[\s?${LABEL}(${LIST})${TAIL}?\s?\\?\]`],
  ['labelled', String.raw`\\?\[\[\s?(?:${LABEL})?(${LIST})\s?\]\\?\]`],
  ['labelled', String.raw`\[\s?(${BRACKETED})\s?\]`],
  ['plain', String.raw`\\?\[\s?(${LIST})(?:†[^\]\n]*)?\s?\\?\]`],
  ['labelled', String.raw`\\?\[\s?(${LIST})${TAIL}\s?\\?\]`],
  ['coded', String.raw`\[\s?[psd](\d{1,3})(?:,\s?[psd]\d{1,3})*\s?\]`],
  ['labelled', String.raw`[【〔⟦]\s?(?:${LABEL})?(${LIST})${DAGGER}${TAIL}?\s?[】〕⟧]`],
  ['labelled', String.raw`\(\s?${LABEL}(${LIST}|${BRACKETED})${TAIL}?\s?\)`],
  ['labelled', String.raw`\(\s?(${ITEM})(?:\s?(?:문서|자료|출처|구절))(?:\s?(?:참조|참고))?\s?\)`],
  ['labelled', String.raw`\(\s?(${BRACKETED})${TAIL}?\s?\)`],
  ['bare', String.raw`\((\d{1,2}(?:,\s?\d{1,2})*)\)`],
  ['bare', String.raw`(?:\{(?=\d+\})|<(?=\d+>))(\d{1,2})[}>]`],
  ['labelled', String.raw`<(?:${ELEMENTS})>\s?\[?(${LIST})\]?\s?<\/(?:${ELEMENTS})>`],
  ['labelled', String.raw`<(?:${WORDS.slice(0, 12).join('|')})${SEPARATOR}(${LIST})["']?\s?\/?>`],
  ['labelled', String.raw`\\cite\{(${LIST})\}`],
];
const COMPLETE = SPELLINGS.map(([spelling, pattern]) => ({
  spelling,
  pattern: new RegExp(`^${pattern}`, 'iu'),
}));
const SPACES = /^[ \t]*/u;
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUPERSCRIPT = new RegExp(
  `^(?:⁽(?=[^⁾]*⁾))?[${SUPERSCRIPTS}]{1,3}(?:[,·˒⸴][${SUPERSCRIPTS}]{1,3})*⁾?`,
  'u',
);
/** `①` is `1`, in brackets or alone. */
const CIRCLED = '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳';

const LABEL_FORMING = `(?:${PHRASES.map(prefixesOf).join('|')})`;
const OPEN_LABEL = `(?:${LABEL})?(?:${LABEL_FORMING}(?:\\.?${SEPARATOR})?)?`;
const LIST_FORMING = String.raw`(?:[\d\s\[\]#^,，、;/·&+|–~-]|번|an?d?\b|or?\b|및|와|과|또는?|그리?고?|[,;&] ?[a-z가-힣]{0,12}[ .:]{0,2})*`;
const TAIL_FORMING = String.raw`(?:["'.]|\s?(?:문|자|출|구|참|인|을|를)[가-힣 ]{0,10}|\s?[,:;–-](?:\s[^\n\])】]{0,70})?|\s?[,;]\s?p[ages.]{0,5}\s?[\d–-]{0,8}|[쪽페이지p]{1,3})?`;
const NUMBERED = String.raw`(?:${LABEL})?\[?\s?[#^]?\d{1,3}(?!\d)${LIST_FORMING}(?:†[^\]\n]{0,60}|${TAIL_FORMING})?\\?`;
const FORMING = new RegExp(
  `^(?:${[
    String.raw`\\(?:${prefixesOf('cite{')}\d{0,3}[\d, ]{0,20})?`,
    String.raw`\\?\[{1,2}\s?(?:${OPEN_LABEL}(?:\[?[#^]?)?|[psd]\d{0,3}(?:,\s?(?:[psd]\d{0,3})?)*|${NUMBERED})`,
    String.raw`[【〔⟦]\s?(?:${OPEN_LABEL}|(?:${LABEL})?\d[^】\n]{0,60})`,
    String.raw`\(\s?(?:${OPEN_LABEL}|${LABEL}\[?\s?(?:[#^]?\d{1,3}(?!\d)${LIST_FORMING}${TAIL_FORMING})?|\d{0,2}(?:,\s?\d{0,2})*|${ITEM}\s?(?:문|자|출|구)?[가-힣 ]{0,5}|\[\s?(?:${OPEN_LABEL}|(?:${LABEL})?${NUMBER}${LIST_FORMING}${TAIL_FORMING})?)`,
    String.raw`\{\d{0,2}|⁽[${SUPERSCRIPTS}]{0,3}`,
    String.raw`<(?:\d{0,2}|(?:${ELEMENTS.split('|').map(prefixesOf).join('|')})|(?:${ELEMENTS})>\s?\[?(?:${NUMBER}[^\n]{0,40})?|${OPEN_LABEL}(?:\d{1,3}(?!\d)[\d, "'/]{0,20})?)`,
  ].join('|')})$`,
  'iu',
);

const LONGEST = 90;
const LONGEST_RANGE = 20;

/** A pattern of the beginnings of a word, the word itself included: `se` → `s(?:e)?`. */
function prefixesOf(word: string): string {
  return Array.from(word).reduceRight((rest, letter) => {
    const escaped = letter.replace(/[/()[\]{}\\^$.*+?|]/u, String.raw`\$&`);
    return rest ? `${escaped}(?:${rest})?` : escaped;
  }, '');
}

/** `length` and `spaces` (before the marker) count UTF-16 units. */
export type Marker = { numbers: number[]; length: number; spaces: number; spelling: Spelling };

/** The spaces with which `text` begins, and what is written when no marker follows: them, or one character. */
export function headOf(text: string): { head: string; spaces: string } {
  const spaces = SPACES.exec(text)?.[0] ?? '';
  return { spaces, head: spaces || String.fromCodePoint(text.codePointAt(0) ?? 0) };
}

/** The marker with which `text` begins, after spaces; `partial` while more text may make it one; null for other text. */
export function readMarker(text: string): Marker | 'partial' | null {
  const spaces = SPACES.exec(text)?.[0].length ?? 0;
  const plain = toPlain(text.slice(spaces));
  if (plain === '') return 'partial';
  const raised = SUPERSCRIPT.exec(plain)?.[0];
  if (raised) return readRaised(plain, raised, spaces);
  const circled = CIRCLED.indexOf(plain.charAt(0));
  if (circled >= 0) return { numbers: [circled + 1], length: spaces + 1, spaces, spelling: 'bare' };
  for (const { spelling, pattern } of COMPLETE) {
    const match = pattern.exec(plain);
    if (match)
      return { numbers: readNumbers(match[1] ?? ''), length: spaces + match[0].length, spaces, spelling };
  }
  return plain.length <= LONGEST && FORMING.test(plain) ? 'partial' : null;
}

/** More digits may follow those at the end of the text. */
function readRaised(plain: string, raised: string, spaces: number): Marker | 'partial' {
  if (raised.length === plain.length) return 'partial';
  const numbers = raised
    .replace(/[⁽⁾]/g, '')
    .split(/[,·˒⸴]/)
    .map((part) => Number(Array.from(part, (digit) => SUPERSCRIPTS.indexOf(digit)).join('')));
  return { numbers, length: spaces + raised.length, spaces, spelling: 'raised' };
}

/** Full-width digits, brackets and commas become plain ones, and a circled digit in brackets too; each one character. */
function toPlain(text: string): string {
  return text
    .replace(/[！-～]/gu, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/(?<=^[[(]\s?)[①-⑨]/u, (char) => String(CIRCLED.indexOf(char) + 1));
}

/** The numbers of a list in their order, each once; ranges are filled. */
function readNumbers(list: string): number[] {
  const numbers: number[] = [];
  for (const [, from = '', to = from] of list.matchAll(/(\d{1,3})번?(?:\s?[–~-]\s?[#^]?(\d{1,3}))?/gu)) {
    const [first, last] = [Number(from), Number(to)];
    if (last > first && last - first <= LONGEST_RANGE)
      for (let number = first; number <= last; number += 1) numbers.push(number);
    else numbers.push(first, last);
  }
  return [...new Set(numbers)];
}
