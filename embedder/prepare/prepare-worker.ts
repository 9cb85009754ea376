import { workerData } from 'node:worker_threads';
import { serveRequests } from '#embedder/workers/worker-side.ts';
import { type PreparedModel, type PrepareOptions, prepareModel } from './prepare-model.ts';

/** A thread of its own, because onnxruntime loads a model synchronously; its memory goes when it ends. */
await serveRequests<null, PreparedModel>(async () => {
  const prepared = await prepareModel(workerData as PrepareOptions);
  return async () => ({ result: prepared, transfer: [] });
});
