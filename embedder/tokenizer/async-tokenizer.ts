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

/** A tokenizer that does not block the event loop. */
export type AsyncTokenizer = {
  /** The largest id that `encode` may return. */
  largestId(): Promise<number>;
  /** Tokens of each text without prefix and special tokens. */
  count(texts: string[]): Promise<number[]>;
  /** Each text with the prefix, as the model reads it. */
  encode(texts: string[], prefix: string): Promise<EncodedText[]>;
  /** Each text paired with `first`, as a cross-encoder reads the two. */
  encodePairs(first: string, texts: string[]): Promise<EncodedText[]>;
  close(): Promise<void>;
};
type ThreadOptions = { onCrash?: (error: WorkerCrashed) => void };

/** Increased whenever the compiled form changes. */
const FORM_VERSION = 4;

/**
 * Up to this much text is tokenized in the event loop. That takes about 1 ms at 1.5 million tokens a second; on a busy
 * machine another thread would first have to wait for a core.
 */
const INLINE_CHARS = 2_000;

/** The folder of the compiled tokenizer, and the SHA-256 of the `tokenizer.json` that it comes from. */
type TokenizerCache = { cacheDir: string; sha256: string };

/**
 * Opens the tokenizer of a model's files. It is compiled once, cached on disk, and shared by the event loop and a
 * thread for long texts.
 * @throws Error when the files are not a tokenizer
 */
export async function openTokenizer(
  files: TokenizerFiles,
  cache: TokenizerCache,
  options: ThreadOptions,
): Promise<AsyncTokenizer> {
  const found = await findOrCompile(files, cache);
  const compiled = found && { ...found, maxTokens: files.maxTokens };
  const thread = await openTokenizerThread(
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

/** Starts a thread that holds a tokenizer. */
export async function openTokenizerThread(
  source: TokenizerSource,
  options: ThreadOptions,
): Promise<AsyncTokenizer> {
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
      // A crash is usually not the request's fault: retry it once.
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

async function findOrCompile(files: TokenizerFiles, { cacheDir, sha256 }: TokenizerCache) {
  const name = `tokenizer-${sha256.slice(0, 16)}-v${FORM_VERSION}.bin`;
  const kept = join(cacheDir, name);
  const found = await readCompiled(kept);
  if (found !== undefined) return found;
  const isWritable = await mkdir(cacheDir, { recursive: true }).then(
    () => access(cacheDir, constants.W_OK).then(yes, no),
    no,
  );
  const target = isWritable ? kept : join(tmpdir(), `${randomUUID()}-${name}`);
  await runCompiler(files, target);
  const compiled = await readCompiled(target);
  if (!isWritable) await rm(target, { force: true });
  if (compiled === undefined) throw new Error(`The compiled tokenizer ${target} cannot be read.`);
  return compiled;
}

const yes = () => true;
const no = () => false;

/** Compiles in a process of its own. @throws Error with the compiler's message */
async function runCompiler({ tokenizer, tokenizerConfig }: TokenizerFiles, target: string): Promise<void> {
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
