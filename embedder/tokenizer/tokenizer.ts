import { Tokenizer } from '@huggingface/tokenizers';
import { type CompiledUnigram, compileUnigram, createUnigram, type Encode } from './unigram.ts';

/**
 * A text as the model reads it. `ids` are token ids, special tokens included and at most a window long (for
 * `builtin/hashing` they are packed features); `tokens` is how many of the window they use; `overflow` says
 * that the text was longer and its end is not in `ids`.
 */
export type EncodedText = { ids: Int32Array<ArrayBuffer>; tokens: number; overflow: boolean };

/** What turns text into a model's input. Synchronous and slow for long text: use it in a worker thread. */
export type TextTokenizer = {
  /** No id it gives is larger: the model must know so many. */
  largestId: number;
  /** Tokens of the text alone, without prefix and special tokens, however long it is. */
  count(text: string): number;
  encode(text: string, prefix: string): EncodedText;
  /** Two texts as a cross-encoder reads them; where they are too long together the second one is cut. */
  encodePair(first: string, second: string): EncodedText;
};

type TokenizerFile = {
  model: { type?: string; vocab?: unknown };
  added_tokens: { id: number; content: string; special: boolean }[];
};
type PlainTokenizerFile = Pick<TokenizerFile, 'model' | 'added_tokens'>;
type TokenizerOptions = { file: unknown; config: unknown; maxTokens: number };

/** No text holds a lone surrogate after `toWellFormed`, so a piece that starts with one is never found in text. */
const UNREACHABLE = '\uD800';

/**
 * Characters that are looked at first when only a window of tokens is wanted: about twice what English needs
 * for a window. It bounds the work for an over-long text, whose end is cut off anyway.
 */
const PROBE_CHARS_PER_TOKEN = 8;

/** A tokenizer of our own form, ready for any thread: what `compileTokenizer` made of the files. */
export type CompiledTokenizer = { unigram: CompiledUnigram; frame: Frame; maxTokens: number };
/** Ids of the special tokens before and after a text; between two of them stands `between`. */
type Frame = { before: number[]; between: number[]; after: number[] };

/**
 * The model's own tokenizer, from its `tokenizer.json` and `tokenizer_config.json` (parsed).
 * Text is brought to NFC first (Korean in NFD would become `<unk>`), lone surrogates become U+FFFD, and what
 * looks like a special token in a text (`</s>`) stays text.
 * @throws Error when the file is not a tokenizer this library can read
 */
export function createTokenizer(options: TokenizerOptions): TextTokenizer {
  const compiled = compileTokenizer(options);
  if (compiled) return createCompiledTokenizer(compiled);
  const { source, specialIds, settings } = readOptions(options);
  const library = new Tokenizer(withoutSpecialTokens(source), settings);
  const frame = frameOf(library, specialIds);
  const encoder = { encode: libraryEncoder(library), largestId: largestIdOf(source) };
  return framed(encoder, frame, options.maxTokens);
}

/** @returns null for a family that is left to the library. @throws Error as `createTokenizer` */
export function compileTokenizer(options: TokenizerOptions): CompiledTokenizer | null {
  const { source, specialIds, settings } = readOptions(options);
  const plain = withoutSpecialTokens(source);
  const unigram = compileUnigram(plain);
  if (!unigram) return null;
  const library = new Tokenizer(withoutVocabulary(plain), settings);
  return { unigram, frame: frameOf(library, specialIds), maxTokens: options.maxTokens };
}

/** A compiled tokenizer at work. */
export function createCompiledTokenizer({ unigram, frame, maxTokens }: CompiledTokenizer): TextTokenizer {
  const largestId = Math.max(unigram.scores.length - 1, ...frame.before, ...frame.between, ...frame.after);
  return framed({ encode: createUnigram(unigram), largestId }, frame, maxTokens);
}

function readOptions({ file, config }: TokenizerOptions) {
  const source = readFile(file);
  const specialIds = new Map(source.added_tokens.filter(isSpecial).map(({ content, id }) => [content, id]));
  return { source, specialIds, settings: readObject(config, 'tokenizer_config.json') };
}

function largestIdOf({ model: { vocab }, added_tokens }: TokenizerFile): number {
  const ids = Array.isArray(vocab) ? [vocab.length - 1] : (Object.values(vocab ?? {}) as number[]);
  return [...ids, ...added_tokens.map(({ id }) => id)].reduce((largest, id) => Math.max(largest, id), 0);
}

type Encoder = { encode: Encode; largestId: number };

function framed({ encode, largestId }: Encoder, frame: Frame, maxTokens: number): TextTokenizer {
  const { before, between, after } = frame;
  const room = maxTokens - before.length - after.length;
  return {
    largestId,
    encodePair(first, second) {
      // A query longer than half of the window would leave nothing to compare it with.
      const query = encode(clean(first), room >> 1);
      const head = [...before, ...query.slice(0, room >> 1), ...between];
      const left = maxTokens - head.length - after.length;
      const ids = encode(clean(second), left);
      const all = Int32Array.from([...head, ...ids.slice(0, left), ...after]);
      const overflow = ids.length > left || query.length > room >> 1;
      return { ids: all, tokens: all.length, overflow };
    },
    count: (text) => encode(clean(text), Number.POSITIVE_INFINITY).length,
    encode(text, prefix) {
      const ids = encode(clean(prefix + text), room);
      const all = Int32Array.from([...before, ...ids.slice(0, room), ...after]);
      return { ids: all, tokens: all.length, overflow: ids.length > room };
    },
  };
}

/** The tokenizer families that are not ours go through the library: synchronous and slow, but complete. */
function libraryEncoder(tokenizer: Tokenizer): Encode {
  const idsOf = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  return (text, enough) => {
    const probe = enough * PROBE_CHARS_PER_TOKEN;
    if (text.length <= probe) return idsOf(text);
    const ids = idsOf(text.slice(0, probe).toWellFormed());
    // The cut may have changed the pieces next to it, never those a whole word away: ask for some more than needed.
    return ids.length > enough + 16 ? ids : idsOf(text);
  };
}

/** What is left for the library when the pieces are ours: the template. Its own table of them would take 0.2 GB. */
function withoutVocabulary(source: PlainTokenizerFile): object {
  return { ...source, model: { ...source.model, unk_id: 0, vocab: [[UNREACHABLE, 0]] } };
}

function clean(text: string): string {
  return text.toWellFormed().normalize('NFC');
}

/**
 * The library cuts text at special tokens wherever they are written. Taking them off the list is half of it: a
 * unigram vocabulary also holds them as pieces, with the best score of all, so those are made unreachable.
 */
function withoutSpecialTokens(source: TokenizerFile): PlainTokenizerFile {
  const special = new Set(source.added_tokens.filter(isSpecial).map(({ content }) => content));
  const added_tokens = source.added_tokens.filter((token) => !isSpecial(token));
  if (!Array.isArray(source.model.vocab)) return { ...source, added_tokens };
  const vocab = (source.model.vocab as [string, number][]).map(([piece, score]) =>
    special.has(piece) ? [UNREACHABLE + piece, score] : [piece, score],
  );
  return { ...source, added_tokens, model: { ...source.model, vocab } };
}

/** What the tokenizer's templates put around a text and between two, as ids. */
function frameOf(tokenizer: Tokenizer, specialIds: Map<string, number>): Frame {
  const idOf = (token: string) => {
    const id = specialIds.get(token);
    if (id === undefined) throw new Error(`tokenizer.json: its template uses '${token}', which has no id.`);
    return id;
  };
  const tokensOf = (...texts: string[][]) => {
    const [first = [], second = null] = texts;
    return (tokenizer.post_processor?.(first, second, true).tokens as string[] | undefined) ?? texts.flat();
  };
  const single = tokensOf(['first']);
  const at = single.indexOf('first');
  const pair = tokensOf(['first'], ['second']);
  const between = pair.slice(pair.indexOf('first') + 1, Math.max(pair.indexOf('second'), 0));
  return {
    before: single.slice(0, at).map(idOf),
    between: between.map(idOf),
    after: single.slice(at + 1).map(idOf),
  };
}

function isSpecial(token: { special: boolean }): boolean {
  return token.special;
}

function readFile(value: unknown): TokenizerFile {
  const file = readObject(value, 'tokenizer.json') as Partial<TokenizerFile>;
  if (!file.model || !Array.isArray(file.added_tokens)) {
    throw new Error('tokenizer.json: `model` or `added_tokens` is missing.');
  }
  return file as TokenizerFile;
}

function readObject(value: unknown, name: string): object {
  if (value === null || typeof value !== 'object') throw new Error(`${name} is not a JSON object.`);
  return value;
}
