/** How the lines of a document were broken, derived from its own words. */
export type LineStyle = {
  /** Words between spaces (eojeol) that do not touch a line end, without punctuation. */
  words: ReadonlySet<string>;
  /** Beginnings of those words, up to `MAX_PREFIX` characters. */
  prefixes: ReadonlySet<string>;
  /** Whether Korean lines break inside words, the default of HWP and of browsers. */
  breaksWords: boolean;
};

const MAX_PREFIX = 8;
const PLAIN: LineStyle = { words: new Set(), prefixes: new Set(), breaksWords: false };

const HANGUL_END = /[가-힣]$/u;
const HANGUL_START = /^[가-힣]/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、。，．「」『』（）]/u;
/** Particles and verb endings, with which no word starts: such a line continues the word before. */
const TAIL =
  /^(은|는|을|를|에|의|와|로|으로|에서|에게|께서|까지|부터|라고|이며|으며|하며|하여|합니다|한다|했다|습니다|니다|됩니다|된다|입니다|이다|가|다(?=\.))(?=[\s.,)」』”’"'\]]|$)/u;
const COMPLETE = /(?:[가-힣](?:은|는|을|를|에|에서|에게|으로|하고|하며|하여|까지|부터)|및|또는|의)$/u;
/** Ends of lines with which no sentence ends: commas, divided words, Korean particles, English function words. */
const OPEN = [
  /[,，、]$|\p{L}-$|[가-힣](?:은|는|을|를|에서|에게|으로|하고|하며|하여|까지|부터)$|(?:^|\s)(?:및|또는)$/u,
  /\s(?:the|an?|of|to|and|or|in|on|at|by|for|with|from|within|shall|will|is|are|be|any|each|its|such)$/u,
];
const COUNTER = /^(년|월|일|개|명|원|시|분|초|회|조|항|호|차|주|층|점|만|억|천|백|인|퍼센트|영업일|시간)/u;

/**
 * Joins the lines of one paragraph. English words divided by a hyphen are joined. Between Korean lines the document's
 * own words decide whether a space is set. Chinese and Japanese lines are joined without a space.
 */
export function joinLines(lines: readonly string[], style: LineStyle = PLAIN): string {
  let text = '';
  for (const line of lines) {
    const next = line.trim();
    if (next === '') continue;
    text = text === '' ? next : joinPair(text, next, style);
  }
  return text;
}

/** Ends of sentences, introductions and entries of a table of contents. */
const CLOSED = /[.?!。！？:：;…][)\]"'”’」』）]*$|… \d+$/u;

/** Whether a line ends as sentences do. */
export function isClosedEnd(line: string): boolean {
  return CLOSED.test(line);
}

/** Whether the words at a break show that `right` is the rest of a sentence that began in `left`. */
export function isOpenEnd(left: string, right: string): boolean {
  if (isClosedEnd(left)) return false;
  if (/^\p{Ll}/u.test(right) || OPEN.some((end) => end.test(left))) return true;
  return (/\d$/u.test(left) && COUNTER.test(right)) || (HANGUL_END.test(left) && TAIL.test(right));
}

/** Characters before a break that are looked at. All of them would make joining many lines quadratic. */
const MAX_END = 200;

/** Joins the text of a paragraph with its next line. The result ends with all of `right`. */
export function joinPair(left: string, right: string, style: LineStyle): string {
  const end = Math.max(0, left.length - MAX_END);
  return left.slice(0, end) + joinEnd(left.slice(end), right, style);
}

function joinEnd(left: string, right: string, style: LineStyle): string {
  if (left.endsWith('\u00ad')) return left.slice(0, -1) + right;
  if (/[\p{L}\p{N}]-$/u.test(left) && /^[\p{L}\p{N}]/u.test(right)) return joinHyphen(left, right, style);
  if (/https?:\/\/\S+[/_=&?-]$/u.test(left)) return left + right;
  if (UNSPACED.test(left.at(-1) ?? '') && UNSPACED.test(right[0] ?? '')) return left + right;
  return isInsideWord(left, right, style) ? left + right : `${left} ${right}`;
}

function joinHyphen(left: string, right: string, style: LineStyle): string {
  const [before = ''] = /[\p{L}\p{N}-]+$/u.exec(left) ?? [];
  const [after = ''] = /^[\p{L}\p{N}-]+/u.exec(right) ?? [];
  const divided = /\p{Ll}-$/u.test(left) && /^\p{Ll}/u.test(right) && /\p{Script=Latin}/u.test(after);
  if (!divided || style.words.has(before + after)) return left + right;
  return left.slice(0, -1) + right;
}

function isInsideWord(left: string, right: string, style: LineStyle): boolean {
  if (/\d$/u.test(left)) return COUNTER.test(right);
  if (/(^|\s)제$/u.test(left)) return /^\d/u.test(right);
  if (!HANGUL_START.test(right)) return false;
  if (TAIL.test(right)) return /[\p{L}\p{N})”’"'」』]$/u.test(left);
  if (!HANGUL_END.test(left) || !style.breaksWords) return false;
  const { before, after } = wordsAtBreak(left, right);
  if (style.words.has(before + after)) return true;
  if (COMPLETE.test(before) || (style.words.has(before) && style.words.has(after))) return false;
  if (style.prefixes.has((before + after.slice(0, 2)).slice(0, MAX_PREFIX)) && after.length > 1) return true;
  // Undecided: a Korean word has 3–4 syllables, so most breaks fall inside one.
  return !style.words.has(before);
}

function wordsAtBreak(left: string, right: string): { before: string; after: string } {
  return {
    before: /[가-힣\w]+$/u.exec(left)?.[0] ?? '',
    after: /^[가-힣\w]+/u.exec(right)?.[0] ?? '',
  };
}

/**
 * Derives the line-breaking style of a document from its paragraphs (lists of lines). Collects the words that do not
 * touch a line end. Then compares each Korean line break with them: a break between words has a known word on both
 * sides, a break inside a word forms one only when its sides are joined.
 */
export function detectLineStyle(paragraphs: readonly (readonly string[])[]): LineStyle {
  const words = new Set<string>();
  const prefixes = new Set<string>();
  for (const lines of paragraphs) lines.forEach((line, i) => collectWords(line, i, lines.length, words));
  for (const word of words) {
    for (let n = 2; n <= Math.min(word.length, MAX_PREFIX); n += 1) prefixes.add(word.slice(0, n));
  }
  return { words, prefixes, breaksWords: detectBrokenWords(paragraphs, words) };
}

/** Whether at least a third of the decided breaks lie inside a word. */
function detectBrokenWords(paragraphs: readonly (readonly string[])[], words: ReadonlySet<string>): boolean {
  let whole = 0;
  let divided = 0;
  for (const [left, right] of paragraphs.flatMap((lines) => koreanBreaks(lines))) {
    const { before, after } = wordsAtBreak(left, right);
    if (words.has(before + after) || TAIL.test(right)) divided += 1;
    else if (words.has(before) && words.has(after)) whole += 1;
  }
  return divided > 0 && divided * 2 >= whole;
}

/** Pairs of successive lines with Hangul on both sides of the break. */
function koreanBreaks(lines: readonly string[]): [string, string][] {
  const trimmed = lines.map((line) => line.trim());
  return trimmed.slice(1).flatMap((right, i): [string, string][] => {
    const left = trimmed[i] ?? '';
    return HANGUL_END.test(left) && HANGUL_START.test(right) ? [[left, right]] : [];
  });
}

function collectWords(line: string, index: number, count: number, words: Set<string>): void {
  const parts = line.trim().split(/\s+/u);
  const inner = parts.slice(index === 0 ? 0 : 1, index === count - 1 ? parts.length : -1);
  for (const part of inner) {
    const word = /[\p{L}\p{N}-]+/u.exec(part)?.[0];
    if (word && word.length > 1) words.add(word);
  }
}
