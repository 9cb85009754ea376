import { availableParallelism } from 'node:os';
import { hashedVector } from './hashing.ts';
import { HASHING_MODEL, identityOf, type ModelManifest, modelPaths } from './manifest.ts';
import type { ModelRequest, ModelResult, ModelSource } from './model-worker.ts';
import { checkedVectors } from './pooling.ts';
import type { EncodedText } from './tokenizer.ts';
import type { TokenizerRequest, TokenizerResult, TokenizerSource } from './tokenizer-worker.ts';
import { verifyModelFiles } from './verify-file.ts';
import { WorkerChannel, type WorkerCrashed } from './worker-channel.ts';

/** A loaded model. All heavy work happens in worker threads; the event loop only waits. */
export type EmbeddingModel = {
  manifest: ModelManifest;
  identity: string;
  /** Tokens of its own a text may have: the window without special tokens and the longest prefix. */
  maxInputTokens: number;
  /** Tokens of each text alone. */
  count(texts: string[]): Promise<number[]>;
  /** Texts with the prefix in front, as the model reads them. */
  encode(texts: string[], prefix: string): Promise<EncodedText[]>;
  /** One normalised float32 vector per text. @throws Error rather than return a wrong one */
  embed(batch: Int32Array[]): Promise<Float32Array[]>;
  close(): Promise<void>;
};

type OpenOptions = {
  manifest: ModelManifest;
  modelsDir: string;
  /** Called when a worker thread died; it is being replaced. */
  onCrash?: (error: WorkerCrashed) => void;
};

/**
 * Verifies a model's files, loads it and warms it up.
 * @throws Error with one clear sentence when a file is missing, damaged or not the model it should be
 */
export async function openModel(options: OpenOptions): Promise<EmbeddingModel> {
  const { manifest, modelsDir } = options;
  if (manifest.id === HASHING_MODEL.id) return openHashingModel(options);
  await verifyModelFiles(modelsDir, manifest);
  const { dimensions, padTokenId, maxTokens } = manifest;
  const { weights, ...tokenizerFiles } = modelPaths(modelsDir, manifest);
  const opened = await Promise.allSettled([
    openTokenizer({ kind: 'files', ...tokenizerFiles, maxTokens }, options),
    WorkerChannel.open<ModelRequest, ModelResult>({
      name: 'model worker',
      url: new URL('./model-worker.ts', import.meta.url),
      data: { weights, dimensions, padTokenId, threads: availableParallelism() } satisfies ModelSource,
      ...crashHook(options),
    }),
  ]);
  const [tokenizer, session] = await allOrNone(opened);
  return {
    ...(await describe(manifest, tokenizer)),
    embed: async (batch) => checkedVectors(await session.call(batch), { texts: batch.length, dimensions }),
    async close() {
      await Promise.all([tokenizer.close(), session.close()]);
    },
  };
}

async function openHashingModel(options: OpenOptions): Promise<EmbeddingModel> {
  const { dimensions, maxTokens } = options.manifest;
  const tokenizer = await openTokenizer({ kind: 'hashing', dimensions, maxTokens }, options);
  return {
    ...(await describe(options.manifest, tokenizer)),
    // Adding up features takes microseconds a text; finding them is the work, and that is the worker's.
    embed: async (batch) => batch.map((features) => hashedVector(features, dimensions)),
    close: () => tokenizer.close(),
  };
}

type TokenizerChannel = WorkerChannel<TokenizerRequest, TokenizerResult>;

function openTokenizer(source: TokenizerSource, options: OpenOptions): Promise<TokenizerChannel> {
  return WorkerChannel.open<TokenizerRequest, TokenizerResult>({
    name: 'tokenizer worker',
    url: new URL('./tokenizer-worker.ts', import.meta.url),
    data: source,
    ...crashHook(options),
  });
}

async function describe(
  manifest: ModelManifest,
  tokenizer: TokenizerChannel,
): Promise<Omit<EmbeddingModel, 'embed' | 'close'>> {
  const count = async (texts: string[]) => {
    const result = await tokenizer.call({ op: 'count', texts });
    return 'counts' in result ? result.counts : [];
  };
  const encode = async (texts: string[], prefix: string) => {
    const result = await tokenizer.call({ op: 'encode', texts, prefix });
    return 'encoded' in result ? result.encoded : [];
  };
  const sample = ['a'];
  const [alone = 0] = await count(sample);
  const framed = await Promise.all(
    Object.values(manifest.prefixes).map(async (prefix) => (await encode(sample, prefix))[0]?.tokens ?? 0),
  );
  const maxInputTokens = manifest.maxTokens - (Math.max(...framed) - alone);
  return { manifest, identity: identityOf(manifest), maxInputTokens, count, encode };
}

type Closable = { close(): Promise<void> };

/** Both channels, or neither left running when one could not start. */
async function allOrNone<A extends Closable, B extends Closable>(
  opened: [PromiseSettledResult<A>, PromiseSettledResult<B>],
): Promise<[A, B]> {
  const [first, second] = opened;
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value];
  for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
  throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason;
}

function crashHook({ onCrash }: OpenOptions): Pick<OpenOptions, 'onCrash'> {
  return onCrash ? { onCrash } : {};
}
