import { Tokenizer } from '@huggingface/tokenizers';
import { type CompiledUnigram, compileUnigram, createUnigram, type Encode } from './unigram.ts';

/**
 * A text as the model reads it. `ids` are token ids with special tokens, at most a window long; for `builtin/hashing`
 * they are packed features. `tokens` is the part of the window that they use. `overflow` is true when the text was
 * longer than the window and was cut.
 */
export type EncodedText = { ids: Int32Array<ArrayBuffer>; tokens: number; overflow: boolean };

/** Turns text into a model's input. Synchronous and slow for long text: use it in a worker thread. */
export type TextTokenizer = {
  /** The largest id that `encode` may return; the model must have weights for it. */
  largestId: number;
  /** Tokens of the text without prefix and special tokens; not limited by the window. */
  count(text: string): number;
  encode(text: string, prefix: string): EncodedText;
  /** Two texts as a cross-encoder reads them. The second is cut when both exceed the window. */
  encodePair(first: string, second: string): EncodedText;
};

type TokenizerFile = {
  model: { type?: string; vocab?: unknown; unk_token?: string | null };
  added_tokens: { id: number; content: string; special: boolean }[];
};
type PlainTokenizerFile = Pick<TokenizerFile, 'model' | 'added_tokens'>;
type TokenizerOptions = { file: unknown; config: unknown; maxTokens: number };

/** A lone surrogate, which `toWellFormed` removes from every text: a piece that starts with it never matches. */
const UNMATCHABLE = '\uD800';

/**
 * Characters per wanted token that are encoded first; English needs about half as many. This bounds the work for a
 * text that is longer than the window and cut anyway.
 */
const PROBE_CHARS_PER_TOKEN = 8;

/** A tokenizer compiled by `compileTokenizer`; threads can share it. */
export type CompiledTokenizer = { unigram: CompiledUnigram; frame: Frame; maxTokens: number };
/** Ids of the special tokens before and after a text, and between the two texts of a pair. */
type Frame = { before: number[]; between: number[]; after: number[] };

/**
 * Creates the model's tokenizer from its parsed `tokenizer.json` and `tokenizer_config.json`. It normalises text to NFC
 * first (Korean in NFD would become `<unk>`) and replaces lone surrogates by U+FFFD. A literal special token in a text,
 * such as `</s>`, stays text.
 * @throws Error when the file is not a tokenizer that the library can read
 */
export function createTokenizer(options: TokenizerOptions): TextTokenizer {
  const compiled = compileTokenizer(options);
  if (compiled) return createCompiledTokenizer(compiled);
  const { source, specialIds, settings } = readOptions(options);
  const library = createLibrary(withoutSpecialTokens(source), settings);
  const frame = readFrame(library, specialIds);
  const encoder = { encode: libraryEncoder(library), largestId: largestIdOf(source) };
  return withFrame(encoder, frame, options.maxTokens);
}

/** @returns null for a family that only the library can tokenize. @throws Error as `createTokenizer` */
export function compileTokenizer(options: TokenizerOptions): CompiledTokenizer | null {
  const { source, specialIds, settings } = readOptions(options);
  const plain = withoutSpecialTokens(source);
  const unigram = compileUnigram(plain);
  if (!unigram) return null;
  const library = createLibrary(withoutVocabulary(plain), settings);
  return { unigram, frame: readFrame(library, specialIds), maxTokens: options.maxTokens };
}

/** Creates the tokenizer from its compiled form. */
export function createCompiledTokenizer({ unigram, frame, maxTokens }: CompiledTokenizer): TextTokenizer {
  const largestId = Math.max(unigram.scores.length - 1, ...frame.before, ...frame.between, ...frame.after);
  return withFrame({ encode: createUnigram(unigram), largestId }, frame, maxTokens);
}

/** The types that the library reads; files of older exports name none. */
const LIBRARY_TYPES = ['Unigram', 'WordPiece', 'BPE'];

function createLibrary(source: PlainTokenizerFile, settings: object): Tokenizer {
  const { type } = source.model;
  if (type !== undefined && !LIBRARY_TYPES.includes(type)) {
    throw new Error(`tokenizer.json is of type ${type}; this service reads ${LIBRARY_TYPES.join(', ')}.`);
  }
  try {
    return new Tokenizer(source, settings);
  } catch (cause) {
    const reason = (cause as Error).message.replace(/\.$/, '');
    throw new Error(`tokenizer.json has a part that this service cannot read (${reason}).`, { cause });
  }
}

function readOptions({ file, config }: TokenizerOptions) {
  const source = readTokenizerFile(file);
  const specialIds = new Map(source.added_tokens.filter(isSpecial).map(({ content, id }) => [content, id]));
  return { source, specialIds, settings: readObject(config, 'tokenizer_config.json') };
}

function largestIdOf({ model: { vocab }, added_tokens }: TokenizerFile): number {
  const ids = Array.isArray(vocab) ? [vocab.length - 1] : (Object.values(vocab ?? {}) as number[]);
  return [...ids, ...added_tokens.map(({ id }) => id)].reduce((largest, id) => Math.max(largest, id), 0);
}

type Encoder = { encode: Encode; largestId: number };

function withFrame({ encode, largestId }: Encoder, frame: Frame, maxTokens: number): TextTokenizer {
  const { before, between, after } = frame;
  const room = maxTokens - before.length - after.length;
  return {
    largestId,
    encodePair(first, second) {
      // The query takes at most half of the window, so that at least half is left for the text.
      const query = encode(normalize(first), room >> 1);
      const head = [...before, ...query.slice(0, room >> 1), ...between];
      const left = maxTokens - head.length - after.length;
      const ids = encode(normalize(second), left);
      const all = Int32Array.from([...head, ...ids.slice(0, left), ...after]);
      const overflow = ids.length > left || query.length > room >> 1;
      return { ids: all, tokens: all.length, overflow };
    },
    count: (text) => encode(normalize(text), Number.POSITIVE_INFINITY).length,
    encode(text, prefix) {
      const ids = encode(normalize(prefix + text), room);
      const all = Int32Array.from([...before, ...ids.slice(0, room), ...after]);
      return { ids: all, tokens: all.length, overflow: ids.length > room };
    },
  };
}

/** Encodes with the library, for the tokenizer families that `compileUnigram` does not support. */
function libraryEncoder(tokenizer: Tokenizer): Encode {
  const idsOf = (text: string) => {
    const { ids } = tokenizer.encode(text, { add_special_tokens: false });
    // The library gives no id to a character that a vocabulary without an unknown token lacks: it is left out.
    return ids.every(Number.isInteger) ? ids : ids.filter(Number.isInteger);
  };
  return (text, enough) => {
    const probe = enough * PROBE_CHARS_PER_TOKEN;
    if (text.length <= probe) return idsOf(text);
    const ids = idsOf(text.slice(0, probe).toWellFormed());
    // Cutting the text may change the last few pieces, so 16 more than needed are required.
    return ids.length > enough + 16 ? ids : idsOf(text);
  };
}

/** The compiled form replaces the library except for its template of special tokens; its vocabulary takes 0.2 GB. */
function withoutVocabulary(source: PlainTokenizerFile): PlainTokenizerFile {
  return {
    ...source,
    model: { ...source.model, unk_id: 0, vocab: [[UNMATCHABLE, 0]] },
  } as PlainTokenizerFile;
}

function normalize(text: string): string {
  return text.toWellFormed().normalize('NFC');
}

/**
 * Makes literal special tokens in a text ordinary text. The library splits text at every special token of the list,
 * so they leave the list. The vocabulary also holds them as pieces, in a unigram model with the best score, so those are
 * renamed to pieces that never match. The unknown token stays, because the model looks it up by its name.
 */
function withoutSpecialTokens(source: TokenizerFile): PlainTokenizerFile {
  const special = new Set(source.added_tokens.filter(isSpecial).map(({ content }) => content));
  const added_tokens = source.added_tokens.filter((token) => !isSpecial(token));
  const renamed = (piece: string) =>
    special.has(piece) && piece !== source.model.unk_token ? UNMATCHABLE + piece : piece;
  const vocab = Array.isArray(source.model.vocab)
    ? (source.model.vocab as [string, number][]).map(([piece, score]) => [renamed(piece), score])
    : Object.fromEntries(
        Object.entries(source.model.vocab ?? {}).map(([piece, id]) => [renamed(piece), id as number]),
      );
  return { ...source, added_tokens, model: { ...source.model, vocab } };
}

/** The special tokens that the tokenizer's templates add around a text and between two texts, as ids. */
function readFrame(tokenizer: Tokenizer, specialIds: Map<string, number>): Frame {
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

function readTokenizerFile(value: unknown): TokenizerFile {
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
