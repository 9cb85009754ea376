import { workerData } from 'node:worker_threads';
import { serveRequests } from '#embedder/workers/worker-side.ts';
import { type PreparedModel, type PrepareOptions, prepareModel } from './prepare-model.ts';

/** Prepares a model in a thread, because onnxruntime loads models synchronously. Ending the thread frees its memory. */
await serveRequests<null, PreparedModel>(async () => {
  const prepared = await prepareModel(workerData as PrepareOptions);
  return async () => ({ result: prepared, transfer: [] });
});
