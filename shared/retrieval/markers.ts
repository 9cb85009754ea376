/**
 * How a marker is spelled: `plain` has brackets with numbers alone, which code and documents have too; `bare` has
 * round ones, as lists have; `raised` is a superscript; `labelled` is every spelling that nothing else has.
 */
type Spelling = 'plain' | 'bare' | 'raised' | 'labelled';
/** Numbers have at most three digits: `[2024]` is a year, not a citation. */
const NUMBER = String.raw`[#^]?\d{1,3}(?:번)?`;
const LABELS = [
  'passages passage sources source documents document docs doc references reference refs ref citations citation cite cit footnote note context chunk result evidence',
  '출처 문서 자료 참고 참조 근거 인용 구절 패시지 지문 문단 발췌 각주 참고문서 참고자료 근거문서',
]
  .join(' ')
  .split(' ');
const LABEL = String.raw`(?:(?:see |참고 ?)?(?:${LABELS.join('|')})\.?(?: ?(?:number|no\.?|번호|#))?[ :：_#-]{0,3})`;
const JOINT = String.raw`\s*(?:,\s*(?:and\b)?|，|、|;|\/|·|&|\band\b|\bor\b|및|와|과|또는|그리고)\s*`;
const ITEM = String.raw`${NUMBER}(?:\s?[–~-]\s?${NUMBER})?`;
const LIST = String.raw`${ITEM}(?:${JOINT}${LABEL}?${ITEM})*`;
const BRACKETED = String.raw`\[\s?${LABEL}?${ITEM}\s?\](?:${JOINT}\[\s?${ITEM}\s?\])*`;
/** OpenAI's own spelling: `【1†source】`, `【4:0†file.pdf】`. */
const DAGGER = String.raw`(?::\d+)?(?:[†:][^】\n]*)?`;

/** The groups hold the list of numbers. */
const SPELLINGS: [Spelling, string][] = [
  ['labelled', String.raw`\\?\[\s?${LABEL}(${LIST})\s?\\?\]`],
  ['labelled', String.raw`\\?\[\[\s?${LABEL}?(${LIST})\s?\]\\?\]`],
  ['labelled', String.raw`\[\s?(${BRACKETED})\s?\]`],
  ['plain', String.raw`\\?\[\s?(${LIST})(?:†[^\]\n]*)?\s?\\?\]`],
  ['labelled', String.raw`[【〔]\s?${LABEL}?(${LIST})${DAGGER}\s?[】〕]`],
  ['labelled', String.raw`\(\s?${LABEL}(${LIST}|${BRACKETED})\s?\)`],
  ['labelled', String.raw`\(\s?(?:see )?(${BRACKETED})\s?\)`],
  ['bare', String.raw`\((\d{1,2})\)`],
  ['labelled', String.raw`<sup>\s?\[?(${LIST})\]?\s?<\/sup>`],
];
const COMPLETE = SPELLINGS.map(([spelling, pattern]) => ({
  spelling,
  pattern: new RegExp(`^${pattern}`, 'iu'),
}));
const SPACES = /^[ \t]*/u;
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUPERSCRIPT = new RegExp(`^[${SUPERSCRIPTS}]{1,3}(?:[,·][${SUPERSCRIPTS}]{1,3})*`, 'u');

const LIST_FORMING = String.raw`(?:[\d\s\[\]#^,，、;/·&–~-]|번|an?d?\b|or?\b|및|와|과|또는?|그리?고?|[,;&] ?[a-z가-힣]{0,12}[ .:]{0,2})*`;
const LABEL_FORMING = `(?:${['see ', ...LABELS].map(prefixesOf).join('|')})`;
const FORMING = new RegExp(
  `^(?:${[
    String.raw`\\?`,
    String.raw`\\?\[{1,2}\s?(?:${LABEL_FORMING}|${LABEL}?(?:\[?[#^]?|\[?${NUMBER}${LIST_FORMING}(?:†[^\]\n]{0,60})?\\?)?)`,
    String.raw`[【〔]\s?(?:${LABEL_FORMING}|${LABEL}?(?:\d[^】\n]{0,60})?)`,
    String.raw`\(\s?(?:${LABEL_FORMING}|${LABEL}(?:\[|\[?${NUMBER}${LIST_FORMING})?|\d{0,2}|(?:see )?\[(?:\s?${NUMBER}${LIST_FORMING})?)`,
    String.raw`(?:${prefixesOf('<sup>')})|<sup>\s?\[?(?:${NUMBER}${LIST_FORMING})?(?:${prefixesOf('</sup>')})?`,
  ].join('|')})$`,
  'iu',
);

const LONGEST = 90;
const LONGEST_RANGE = 20;

/** A pattern of the beginnings of a word, the word itself included: `se` → `s(?:e)?`. */
function prefixesOf(word: string): string {
  return Array.from(word).reduceRight((rest, letter) => {
    const escaped = letter.replace(/[/()[\]\\^$.*+?|]/u, String.raw`\$&`);
    return rest ? `${escaped}(?:${rest})?` : escaped;
  }, '');
}

/** `length` and `spaces` (before the marker) count UTF-16 units. */
export type Marker = { numbers: number[]; length: number; spaces: number; spelling: Spelling };

/** The marker with which `text` begins, after spaces; `partial` while more text may make it one; null for other text. */
export function readMarker(text: string): Marker | 'partial' | null {
  const spaces = SPACES.exec(text)?.[0].length ?? 0;
  const plain = toHalfWidth(text.slice(spaces));
  if (plain === '') return 'partial';
  const raised = SUPERSCRIPT.exec(plain)?.[0];
  if (raised) return readRaised(plain, raised, spaces);
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
    .split(/[,·]/)
    .map((part) => Number(Array.from(part, (digit) => SUPERSCRIPTS.indexOf(digit)).join('')));
  return { numbers, length: spaces + raised.length, spaces, spelling: 'raised' };
}

/** Full-width digits, brackets and commas become plain ones, each one character. */
function toHalfWidth(text: string): string {
  return text.replace(/[！-～]/gu, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
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
