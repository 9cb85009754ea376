import { parentPort, workerData } from 'node:worker_threads';
import { openSession, type SessionSource } from '#embedder/onnx/onnx-session.ts';
import { meanPool } from '#embedder/onnx/pooling.ts';
import { packBatch } from '#embedder/workers/packed-batch.ts';

export type CeilingData = { source: SessionSource; dimensions: number };
export type CeilingRequest = { batches: Int32Array[][]; counter: Int32Array };

const { source, dimensions } = workerData as CeilingData;
const port = parentPort;
if (!port) throw new Error('This file is the code of a worker thread.');
const run = await openSession(source, { kind: 'vectors', width: dimensions });

/** Takes batches from a list that all workers share; reports when none is left. */
port.on('message', async ({ batches, counter }: CeilingRequest) => {
  for (let at = Atomics.add(counter, 0, 1); at < batches.length; at = Atomics.add(counter, 0, 1)) {
    const batch = packBatch(batches[at] ?? []);
    meanPool(await run(batch), batch.lengths);
  }
  port.postMessage('done');
});
port.postMessage('ready');
