import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { BatchCosts } from '#embedder/batching/batch-cost.ts';
import { type ModelManifest, modelFolder, modelPaths } from '#embedder/download/manifest.ts';
import { verifyModelFiles } from '#embedder/download/verify-file.ts';
import type { ModelSource } from '#embedder/onnx/model-worker.ts';
import type { PreparedModel, PrepareOptions } from '#embedder/prepare/prepare-model.ts';
import { type AsyncTokenizer, openTokenizer } from '#embedder/tokenizer/async-tokenizer.ts';
import { WorkerChannel, WorkerCrashed } from '#embedder/workers/worker-channel.ts';
import { SessionPool } from './session-pool.ts';

export type ModelOptions = {
  manifest: ModelManifest;
  modelsDir: string;
  /** Folder of the optimised graph and the compiled tokenizer; by default beside the model. */
  cacheDir?: string | undefined;
  /** Number of one-thread sessions; by default as many as there are cores. */
  workers?: number | undefined;
  /** Called with the prepared model before the sessions load it. */
  onPrepared?: (prepared: PreparedModel) => void;
  /** Called when a worker thread has crashed and is being replaced. */
  onCrash?: (error: WorkerCrashed) => void;
};

/** How many batches may run side by side: one per worker, and one in the interactive lane where there is one. */
export type Capacity = { workers: number; interactiveSessions: 0 | 1; costs: BatchCosts };
/** The parts of every model that is loaded from files. */
type ModelParts = {
  tokenizer: AsyncTokenizer;
  pool: SessionPool;
  capacity: Capacity;
  /** The cache folder of the optimised graph; null when nothing could be cached. */
  preparedFolder: string | null;
  close(): Promise<void>;
};

/**
 * Verifies a model's files, then loads tokenizer and sessions in parallel. Files are verified first, because the cache
 * is trusted by the hash of the file that it was made from.
 * @throws Error with one clear sentence when a file is missing, damaged or not of this model
 */
export async function openModelParts(options: ModelOptions, head: ModelSource['head']): Promise<ModelParts> {
  const { modelsDir, manifest } = options;
  await verifyModelFiles(modelsDir, manifest);
  try {
    return await openVerified(options, head);
  } catch (cause) {
    if (cause instanceof WorkerCrashed || !(cause instanceof Error)) throw cause;
    const fault = cause.message.trim().replace(/\.?$/, '.');
    throw new Error(`Model ${manifest.id} cannot be used: ${fault} ${remedyOf(manifest, head)}`, { cause });
  }
}

function remedyOf({ folder }: ModelManifest, head: ModelSource['head']): string {
  if (folder) return `Correct ${join(folder, 'manifest.json')} or the files beside it (docs/models.md).`;
  const remedy =
    head === 'score' ? 'correct the file in RERANK_MANIFEST' : 'choose another model with EMBEDDING_MODEL';
  return `Its files are those its manifest pins, so another download does not help: ${remedy}.`;
}

async function openVerified(options: ModelOptions, head: ModelSource['head']): Promise<ModelParts> {
  const { manifest, modelsDir, onCrash } = options;
  const { weights: _, ...files } = modelPaths(modelsDir, manifest);
  const crashHook = onCrash ? { onCrash } : {};
  const opened = await Promise.allSettled([
    openTokenizer({ ...files, maxTokens: manifest.maxTokens }, cacheOf(options, 'tokenizer.json'), crashHook),
    openSessions(options, head),
  ]);
  const [tokenizer, { pool, costs, preparedFolder }] = await allOrNone(opened);
  const close = async () => {
    await Promise.all([tokenizer.close(), pool.close()]);
  };
  try {
    await checkVocabulary(tokenizer, pool);
  } catch (error) {
    await close();
    throw error;
  }
  const { workers, interactiveSessions } = pool;
  const capacity: Capacity = { workers, interactiveSessions, costs };
  return { tokenizer, pool, capacity, preparedFolder, close };
}

/** Runs the tokenizer's largest id, so that a tokenizer of another model is refused at the start. */
async function checkVocabulary(tokenizer: AsyncTokenizer, pool: SessionPool): Promise<void> {
  const largestId = await tokenizer.largestId();
  try {
    await pool.run([Int32Array.of(largestId)], 'worker');
  } catch (cause) {
    if (cause instanceof WorkerCrashed) throw cause;
    throw new Error(
      `Its tokenizer gives ids up to ${largestId}, which its weights do not know: they are of two models.`,
      { cause },
    );
  }
}

type Sessions = Pick<ModelParts, 'pool' | 'preparedFolder' | 'close'> & { costs: BatchCosts };

async function openSessions(options: ModelOptions, head: ModelSource['head']): Promise<Sessions> {
  const { manifest, modelsDir, workers, onCrash } = options;
  const { weights } = modelPaths(modelsDir, manifest);
  const { padTokenId, dimensions } = manifest;
  const prepared = await runPreparation({ weights, padTokenId, ...cacheOf(options, '.onnx') });
  options.onPrepared?.(prepared);
  const source = {
    weights: prepared.weights,
    optimized: prepared.optimized,
    padTokenId,
    dimensions,
    head,
  };
  const pool = await SessionPool.open({ source, workers, ...(onCrash ? { onCrash } : {}) });
  const preparedFolder = prepared.optimized ? dirname(prepared.weights) : null;
  return { pool, costs: prepared.costs, preparedFolder, close: () => pool.close() };
}

/** The cache folder, and the hash of the file that the cached form is made from, with its data files where it has some. */
function cacheOf({ cacheDir, modelsDir, manifest }: ModelOptions, file: string) {
  const [sha256 = '', ...more] = manifest.files
    .filter(({ path }) => path.includes(file))
    .map((each) => each.sha256);
  const hash =
    more.length === 0
      ? sha256
      : createHash('sha256')
          .update([sha256, ...more].join())
          .digest('hex');
  return { sha256: hash, cacheDir: cacheDir ?? join(modelFolder(modelsDir, manifest), 'optimized') };
}

async function runPreparation(data: PrepareOptions): Promise<PreparedModel> {
  const url = new URL('../prepare/prepare-worker.ts', import.meta.url);
  const channel = await WorkerChannel.open<null, PreparedModel>({ name: 'preparing worker', url, data });
  return await channel.call(null).finally(() => channel.close());
}

type Closable = { close(): Promise<void> };

/** Returns both parts. When one failed, closes the other and throws. */
async function allOrNone<A extends Closable, B extends Closable>(
  opened: [PromiseSettledResult<A>, PromiseSettledResult<B>],
): Promise<[A, B]> {
  const [first, second] = opened;
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value];
  for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
  throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason;
}
