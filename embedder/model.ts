import { join } from 'node:path';
import { type AsyncTokenizer, openThread, openTokenizer } from './async-tokenizer.ts';
import { ASSUMED_COSTS, type BatchCosts } from './batch-cost.ts';
import type { Lane } from './batcher.ts';
import { hashedVector } from './hashing.ts';
import { HASHING_MODEL, identityOf, type ModelManifest, modelFolder, modelPaths } from './manifest.ts';
import { checkedVectors } from './pooling.ts';
import type { PreparedModel, PrepareOptions } from './prepare-model.ts';
import { SessionPool } from './session-pool.ts';
import type { EncodedText } from './tokenizer.ts';
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
  embed(batch: Int32Array[], lane?: Lane): Promise<Float32Array[]>;
  /** Batches that may run side by side, whether a spare session takes lone texts, and what batches cost. */
  capacity: { workers: number; express: 'yes' | 'no'; costs: BatchCosts };
  close(): Promise<void>;
};

type OpenOptions = {
  manifest: ModelManifest;
  modelsDir: string;
  /** Where the optimised graph is kept; beside the model unless said otherwise. */
  cacheDir?: string | undefined;
  /** One-thread sessions; as many as there are cores unless said otherwise. */
  workers?: number | undefined;
  /** Called once it is known what the sessions load. */
  onPrepared?: (prepared: PreparedModel) => void;
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
  const { dimensions, maxTokens } = manifest;
  const { weights: _, ...files } = modelPaths(modelsDir, manifest);
  const opening = Promise.allSettled([
    openTokenizer({ ...files, maxTokens }, cacheOf(options, 'tokenizer.json'), crashHook(options)),
    openSessions(options),
  ]);
  // While both load the files are checked; what is found there explains best why something did not load.
  const damage = await verifyModelFiles(modelsDir, manifest).catch((error: unknown) => error);
  const [encoder, sessions] = await allOrNone(await opening, damage);
  const { pool, costs } = sessions;
  return {
    ...(await describe(manifest, encoder)),
    capacity: { workers: pool.workers, express: pool.hasExpress ? 'yes' : 'no', costs },
    embed: async (batch, lane = 'worker') =>
      checkedVectors(await pool.run(batch, lane), { texts: batch.length, dimensions }),
    async close() {
      await Promise.all([encoder.close(), pool.close()]);
    },
  };
}

type Sessions = { pool: SessionPool; costs: BatchCosts; close(): Promise<void> };

async function openSessions(options: OpenOptions): Promise<Sessions> {
  const { manifest, modelsDir, workers } = options;
  const { weights } = modelPaths(modelsDir, manifest);
  const { padTokenId, dimensions } = manifest;
  const prepared = await prepare({
    weights,
    padTokenId,
    ...cacheOf(options, '.onnx'),
  });
  options.onPrepared?.(prepared);
  const pool = await SessionPool.open({
    source: { ...prepared, padTokenId, dimensions, head: 'pooled' },
    workers,
    ...crashHook(options),
  });
  return { pool, costs: prepared.costs, close: () => pool.close() };
}

/** Where things made of a model's file are kept, and of which file. */
function cacheOf({ cacheDir, modelsDir, manifest }: OpenOptions, file: string) {
  const sha256 = manifest.files.find(({ path }) => path.endsWith(file))?.sha256 ?? '';
  return { sha256, cacheDir: cacheDir ?? join(modelFolder(modelsDir, manifest), 'optimized') };
}

async function prepare(data: PrepareOptions): Promise<PreparedModel> {
  const url = new URL('./prepare-worker.ts', import.meta.url);
  const channel = await WorkerChannel.open<null, PreparedModel>({ name: 'preparing worker', url, data });
  return await channel.call(null).finally(() => channel.close());
}

async function openHashingModel(options: OpenOptions): Promise<EmbeddingModel> {
  const { dimensions, maxTokens } = options.manifest;
  const encoder = await openThread({ kind: 'hashing', dimensions, maxTokens }, crashHook(options));
  return {
    ...(await describe(options.manifest, encoder)),
    capacity: { workers: 1, express: 'no', costs: ASSUMED_COSTS },
    // Adding up features takes microseconds a text; finding them is the work, and that is the worker's.
    embed: async (batch) => batch.map((features) => hashedVector(features, dimensions)),
    close: () => encoder.close(),
  };
}

async function describe(
  manifest: ModelManifest,
  { count, encode }: AsyncTokenizer,
): Promise<Omit<EmbeddingModel, 'embed' | 'close' | 'capacity'>> {
  const sample = ['a'];
  const [alone = 0] = await count(sample);
  const framed = await Promise.all(
    Object.values(manifest.prefixes).map(async (prefix) => (await encode(sample, prefix))[0]?.tokens ?? 0),
  );
  const maxInputTokens = manifest.maxTokens - (Math.max(...framed) - alone);
  return { manifest, identity: identityOf(manifest), maxInputTokens, count, encode };
}

type Closable = { close(): Promise<void> };

/** Both parts, or neither left running when one could not start or the files are damaged. */
async function allOrNone<A extends Closable, B extends Closable>(
  opened: [PromiseSettledResult<A>, PromiseSettledResult<B>],
  damage: unknown,
): Promise<[A, B]> {
  const [first, second] = opened;
  if (!damage && first.status === 'fulfilled' && second.status === 'fulfilled') {
    return [first.value, second.value];
  }
  for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
  if (damage) throw damage;
  throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason;
}

function crashHook({ onCrash }: OpenOptions): Pick<OpenOptions, 'onCrash'> {
  return onCrash ? { onCrash } : {};
}
