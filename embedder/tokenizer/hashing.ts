import type { EncodedText, TextTokenizer } from './tokenizer.ts';

/**
 * `builtin/hashing`: signed feature hashing (Weinberger et al., 2009, arXiv:0902.2206) of words and character
 * n-grams. It compares spelling, not meaning; inflected forms share n-grams (`embedding` and `embeddings`, `회사는` and
 * `회사에서`). It is deterministic and needs no download. Tokenizing gives packed features instead of token ids, and
 * `hashedVector` adds these up.
 */

const HANGUL = /^\p{Script=Hangul}+$/u;
const IDEOGRAPHIC = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u;
/** Runs of one kind (Hangul; ideographs and kana; other letters; digits), or one other visible character. */
const RUNS =
  /\p{Script=Hangul}+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|(?:(?!\p{Script=Hangul}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana})[\p{L}\p{M}])+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Estimated characters per token of a sentence model: 2 syllables, 1 ideograph, 5 letters or 3 digits. */
const HANGUL_PER_TOKEN = 2;
const LETTERS_PER_TOKEN = 5;
const DIGITS_PER_TOKEN = 3;

/** Words that occur in most texts and hardly tell them apart: they get a low weight. */
const STOP_WORDS = new Set(
  (
    'a an and are as at be been but by can did do does for from had has have how i if in into is it its may more ' +
    'not of on or our should so than that the their then there these they this to was we were what when where ' +
    'which who will with would you your'
  ).split(' '),
);
/** Syllable pairs of Korean particles and verb endings; they get the same low weight. */
const STOP_BIGRAMS = new Set(
  '니다 습니 입니 합니 됩니 는다 이다 하는 하고 하여 해서 에서 에는 에게 으로 까지 부터 있는 있다 있습 인가 가요 나요 어요 아요 세요 이며 에도 과의 된다 한다'.split(
    ' ',
  ),
);
const STOP_WEIGHT = 0.15;
const SYMBOL_WEIGHT = 0.1;

/** A packed feature is weight (in 1/1024) · 2¹⁰ + sign · 2⁹ + dimension, for up to 512 dimensions. */
const WEIGHT_UNIT = 1 / 1024;
const MAX_DIMENSIONS = 512;
const MAX_WEIGHT_UNITS = 2 ** 21 - 1;

/** Counts tokens as a tokenizer does, and encodes a text into packed features. */
export function createHashingTokenizer(options: { dimensions: number; maxTokens: number }): TextTokenizer {
  if (options.dimensions > MAX_DIMENSIONS) throw new Error(`At most ${MAX_DIMENSIONS} dimensions.`);
  return {
    // A packed feature may be any positive 32-bit integer.
    largestId: 2 ** 31 - 1,
    count(text) {
      let tokens = 0;
      for (const [run] of normalize(text).matchAll(RUNS)) tokens += tokensOf(run);
      return tokens;
    },
    encode: (text, prefix) => encodeFeatures(normalize(prefix + text), options),
    encodePair: (first, second) => encodeFeatures(normalize(`${first} ${second}`), options),
  };
}

/** The L2-normalised vector of packed features. */
export function hashedVector(features: Int32Array, dimensions: number): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimensions);
  for (const packed of features) {
    const sign = packed & 0x200 ? -1 : 1;
    const at = packed & 0x1ff;
    vector[at] = (vector[at] ?? 0) + sign * (packed >>> 10) * WEIGHT_UNIT;
  }
  const norm = Math.hypot(...vector);
  // All features may cancel out: such a text gets a fixed vector of norm 1.
  if (norm === 0) vector[0] = 1;
  else for (let i = 0; i < dimensions; i += 1) vector[i] = (vector[i] ?? 0) / norm;
  return vector;
}

function encodeFeatures(
  text: string,
  { dimensions, maxTokens }: { dimensions: number; maxTokens: number },
): EncodedText {
  const weights = new Map<string, number>();
  const add = (feature: string, weight: number) => weights.set(feature, (weights.get(feature) ?? 0) + weight);
  let tokens = 0;
  let overflow = false;
  for (const [run] of text.matchAll(RUNS)) {
    const left = maxTokens - tokens;
    overflow = tokensOf(run) > left;
    const kept = overflow ? run.slice(0, left * unitsPerToken(run)).toWellFormed() : run;
    if (kept) addFeatures(kept, add);
    tokens += tokensOf(kept);
    if (overflow) break;
  }
  if (weights.size === 0) add('(blank)', 1);
  const ids = Int32Array.from(weights, ([feature, weight]) => pack(feature, weight, dimensions));
  return { ids, tokens: Math.max(tokens, 1), overflow };
}

function addFeatures(run: string, add: (feature: string, weight: number) => void): void {
  if (HANGUL.test(run)) addHangul(run, add);
  else if (IDEOGRAPHIC.test(run)) addIdeographs(run, add);
  else if (/^\p{N}/u.test(run)) add(`n:${run}`, 1);
  else if (/^\p{L}/u.test(run)) addWord(run, add);
  else add(`s:${run}`, SYMBOL_WEIGHT);
}

/** Weighs syllable bigrams, which carry most of what morphemes would. The first pair holds the stem and counts most. */
function addHangul(run: string, add: (feature: string, weight: number) => void): void {
  if (run.length === 1) {
    add(`h:${run}`, 0.4);
    return;
  }
  for (let i = 0; i + 2 <= run.length; i += 1) {
    const pair = run.slice(i, i + 2);
    const weight = STOP_BIGRAMS.has(pair) ? STOP_WEIGHT : i === 0 ? 1 : 0.7;
    add(`h:${pair}`, weight);
  }
  if (run.length > 2) add(`h:${run}`, 0.5);
}

function addIdeographs(run: string, add: (feature: string, weight: number) => void): void {
  const characters = Array.from(run);
  for (const [i, character] of characters.entries()) {
    add(`c:${character}`, 0.3);
    if (i + 1 < characters.length) add(`c:${character}${characters[i + 1]}`, 1);
  }
}

/**
 * Adds the word and its trigrams, with `<` and `>` at its ends. Each trigram weighs 1/√count: together they have the
 * norm of one word.
 */
function addWord(run: string, add: (feature: string, weight: number) => void): void {
  if (STOP_WORDS.has(run)) {
    add(`w:${run}`, STOP_WEIGHT);
    return;
  }
  add(`w:${run}`, 1);
  const marked = Array.from(`<${run}>`);
  const count = marked.length - 2;
  for (let i = 0; i < count; i += 1) add(`g:${marked.slice(i, i + 3).join('')}`, 1 / Math.sqrt(count));
}

function tokensOf(run: string): number {
  return Math.ceil(run.length / unitsPerToken(run));
}

function unitsPerToken(run: string): number {
  if (HANGUL.test(run)) return HANGUL_PER_TOKEN;
  if (IDEOGRAPHIC.test(run)) return 1;
  return /^\p{N}/u.test(run) ? DIGITS_PER_TOKEN : LETTERS_PER_TOKEN;
}

/** Each repetition of a feature counts less than the one before: 1 + ln(weight). */
function pack(feature: string, weight: number, dimensions: number): number {
  const damped = weight > 1 ? 1 + Math.log(weight) : weight;
  const units = Math.min(MAX_WEIGHT_UNITS, Math.max(1, Math.round(damped / WEIGHT_UNIT)));
  const hash = hashOf(feature);
  return (units << 10) | ((hash >>> 31) << 9) | (hash % dimensions);
}

/** FNV-1a over UTF-16 units with MurmurHash3's finalizer, which spreads short strings over all bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function normalize(text: string): string {
  return text.toWellFormed().normalize('NFC').toLowerCase();
}
