import { resolve } from 'node:path';
import { cheapestBatchTokens } from '#embedder/batching/batch-cost.ts';
import type { BatchStats, QueueLimits } from '#embedder/batching/batcher.ts';
import { HASHING_MODEL, type ModelManifest } from '#embedder/download/manifest.ts';
import { findManifest } from '#embedder/download/model-folder.ts';
import { isOnDisk } from '#embedder/download/verify-file.ts';
import type { PreparedModel } from '#embedder/prepare/prepare-model.ts';
import { config } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';
import { type EmbeddingModel, openModel } from './model.ts';
import { openReranker, type Reranker, readRerankManifest } from './reranker.ts';

/**
 * Loads the model of the manifest, or of the setting `EMBEDDING_MODEL`: from the models folder, or from a folder of its
 * own. When a known model was not downloaded, loads `builtin/hashing` instead and logs a warning. A damaged model is an error.
 * @throws Error with one clear sentence when the model cannot be used
 */
export async function loadModel(
  manifest: ModelManifest | undefined,
  onCrash: () => void,
): Promise<EmbeddingModel> {
  const settings = config('embedder_server');
  const modelsDir = resolve(settings.MODELS_DIR);
  const wanted = manifest ?? (await findManifest(settings.EMBEDDING_MODEL));
  // A model of one's own is never replaced by another: a missing file is an error.
  const found = wanted.folder !== undefined || (await isOnDisk(modelsDir, wanted));
  if (!found) {
    log.warn(
      `No model ${wanted.id} in ${modelsDir}: serving ${HASHING_MODEL.id}, which compares spelling, not meaning. ` +
        '`npm run model` downloads the model.',
    );
  }
  return await openModel({
    manifest: found ? wanted : HASHING_MODEL,
    modelsDir,
    workers: settings.EMBEDDER_WORKERS,
    cacheDir: settings.EMBEDDER_CACHE_DIR,
    onPrepared: logPrepared,
    onCrash(error) {
      onCrash();
      log.error(error.message, error);
    },
  });
}

type RerankerOptions = {
  manifest: ModelManifest | undefined;
  limits: QueueLimits;
  onBatch: (stats: BatchStats) => void;
  onCrash: () => void;
};

/**
 * Loads the cross-encoder of the manifest, or of the file in `RERANK_MANIFEST`.
 * @returns undefined when neither is given
 * @throws Error with one clear sentence when it cannot be used
 */
export async function loadReranker(options: RerankerOptions): Promise<Reranker | undefined> {
  const { RERANK_MANIFEST, MODELS_DIR, EMBEDDER_WORKERS, EMBEDDER_CACHE_DIR } = config('embedder_server');
  const { limits, onBatch } = options;
  const manifest =
    options.manifest ?? (RERANK_MANIFEST ? await readRerankManifest(RERANK_MANIFEST) : undefined);
  if (!manifest) return undefined;
  return await openReranker({
    manifest,
    limits,
    onBatch,
    modelsDir: resolve(MODELS_DIR),
    workers: EMBEDDER_WORKERS,
    cacheDir: EMBEDDER_CACHE_DIR,
    onPrepared: logPrepared,
    onCrash(error) {
      options.onCrash();
      log.error(error.message, error);
    },
  });
}

function logPrepared({ weights, cache, costs }: PreparedModel): void {
  const measured = costs.map(({ paddedTokens, ms }) => `${paddedTokens} tokens ${ms} ms`).join(', ');
  const details = { weights, batch_costs: measured, max_batch_tokens: cheapestBatchTokens(costs) };
  if (cache === 'found') log.info('Optimised graph and calibration found in the cache', details);
  else if (cache === 'written') log.info('Graph optimised, batches calibrated, both cached', details);
  else
    log.warn('The optimised graph could not be cached: slower start, more memory', { ...details, ...cache });
}
