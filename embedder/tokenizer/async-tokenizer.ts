import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unpackBatch } from '#embedder/workers/packed-batch.ts';
import { WorkerChannel, WorkerCrashed } from '#embedder/workers/worker-channel.ts';
import { readCompiled } from './compiled-file.ts';
import { createCompiledTokenizer, type EncodedText } from './tokenizer.ts';
import type { TokenizerFiles } from './tokenizer-files.ts';
import type { TokenizerRequest, TokenizerResult, TokenizerSource } from './tokenizer-worker.ts';

/** A tokenizer that never holds the event loop up. */
export type AsyncTokenizer = {
  /** No id it gives is larger. */
  largestId(): Promise<number>;
  /** Tokens of each text alone. */
  count(texts: string[]): Promise<number[]>;
  /** Texts with the prefix in front, as the model reads them. */
  encode(texts: string[], prefix: string): Promise<EncodedText[]>;
  /** Each text behind `first`, as a cross-encoder reads the two. */
  encodePairs(first: string, texts: string[]): Promise<EncodedText[]>;
  close(): Promise<void>;
};
type OpenOptions = { onCrash?: (error: WorkerCrashed) => void };

/** Raised whenever the compiled form changes. */
const FORM = 3;

/**
 * Up to this much text is tokenized on the spot: at 1.5 million tokens a second that is about a millisecond, and on a
 * busy machine another thread would first have to wait for a core.
 */
const INLINE_CHARS = 2_000;

/** Where the compiled tokenizer is kept, and the hash of its file. */
export type TokenizerCache = { cacheDir: string; sha256: string };

/**
 * Opens the tokenizer of a model's files: compiled once, kept on disk, and shared by the event loop and a thread for
 * long texts.
 * @throws Error when the files are no tokenizer
 */
export async function openTokenizer(
  files: TokenizerFiles,
  cache: TokenizerCache,
  options: OpenOptions,
): Promise<AsyncTokenizer> {
  const found = await compiledTokenizer(files, cache);
  const compiled = found && { ...found, maxTokens: files.maxTokens };
  const thread = await openThread(
    compiled ? { kind: 'compiled', compiled } : { kind: 'files', files },
    options,
  );
  if (!compiled) return thread;
  const inline = createCompiledTokenizer(compiled);
  return {
    largestId: async () => inline.largestId,
    count: async (texts) =>
      isShort(texts) ? texts.map((text) => inline.count(text)) : await thread.count(texts),
    encode: async (texts, prefix) =>
      isShort(texts) ? texts.map((text) => inline.encode(text, prefix)) : await thread.encode(texts, prefix),
    encodePairs: (first, texts) => thread.encodePairs(first, texts),
    close: () => thread.close(),
  };
}

/** A tokenizer in a thread. */
export async function openThread(source: TokenizerSource, options: OpenOptions): Promise<AsyncTokenizer> {
  const channel = await WorkerChannel.open<TokenizerRequest, TokenizerResult>({
    name: 'tokenizer worker',
    url: new URL('./tokenizer-worker.ts', import.meta.url),
    data: source,
    ...options,
  });
  const call = async (request: TokenizerRequest) => {
    try {
      return await channel.call(request);
    } catch (error) {
      // A dead thread is mostly nobody's fault: what it was at gets a second run, but not a third.
      if (!(error instanceof WorkerCrashed)) throw error;
      return await channel.call(request);
    }
  };
  return {
    largestId: async () => (await call({ op: 'largest' })).tokens[0] ?? 0,
    count: async (texts) => Array.from((await call({ op: 'count', texts })).tokens),
    encode: async (texts, prefix) => unpack(await call({ op: 'encode', texts, prefix })),
    encodePairs: async (first, texts) => unpack(await call({ op: 'pair', first, texts })),
    close: () => channel.close(),
  };
}

function unpack({ batch, tokens, overflow }: TokenizerResult): EncodedText[] {
  const ids = batch ? unpackBatch(batch) : [];
  return ids.map((each, at) => ({ ids: each, tokens: tokens[at] ?? 0, overflow: overflow[at] === 1 }));
}

async function compiledTokenizer(files: TokenizerFiles, { cacheDir, sha256 }: TokenizerCache) {
  const name = `tokenizer-${sha256.slice(0, 16)}-v${FORM}.bin`;
  const kept = join(cacheDir, name);
  const found = await readCompiled(kept);
  if (found !== undefined) return found;
  const isWritable = await mkdir(cacheDir, { recursive: true }).then(
    () => access(cacheDir, constants.W_OK).then(yes, no),
    no,
  );
  const target = isWritable ? kept : join(tmpdir(), `${randomUUID()}-${name}`);
  await compile(files, target);
  const compiled = await readCompiled(target);
  if (!isWritable) await rm(target, { force: true });
  if (compiled === undefined) throw new Error(`The compiled tokenizer ${target} cannot be read.`);
  return compiled;
}

const yes = () => true;
const no = () => false;

/** @throws Error with the compiler's message */
async function compile({ tokenizer, tokenizerConfig }: TokenizerFiles, target: string): Promise<void> {
  const script = fileURLToPath(new URL('./compile-tokenizer.ts', import.meta.url));
  try {
    await promisify(execFile)(process.execPath, [script, tokenizer, tokenizerConfig, target]);
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new Error(stderr?.trim() || message, { cause });
  }
}

function isShort(texts: string[]): boolean {
  let chars = 0;
  for (const { length } of texts) chars += length;
  return chars <= INLINE_CHARS;
}
