import { constants, platform, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import type { PackedBatch } from '#embedder/workers/packed-batch.ts';
import { serveRequests } from '#embedder/workers/worker-side.ts';
import { openSession, type SessionSource } from './onnx-session.ts';
import { meanPool } from './pooling.ts';

/** `dimensions` of a sentence vector; 1 for a reranker, whose output is one score per text. */
export type ModelSource = SessionSource & { dimensions: number; head: 'pooled' | 'score' };
export type ModelRequest = PackedBatch;
/** One normalised vector, or one score, per text, all in one array. */
export type ModelResult = Float32Array<ArrayBuffer>;

const source = workerData as ModelSource;
if (source.threads === 1) yieldToEventLoop();

await serveRequests<ModelRequest, ModelResult>(async () => {
  const run = await openSession(source, (texts, positions) =>
    source.head === 'pooled' ? [texts, positions, source.dimensions] : [texts, 1],
  );
  const compute = async (batch: ModelRequest) => {
    const output = await run(batch);
    const rows = source.head === 'pooled' ? meanPool(output, batch.lengths) : Float32Array.from(output.data);
    return { result: rows, transfer: [rows.buffer] };
  };
  // Warm-up: the first run allocates and is the slowest. It also refuses a model whose output has another shape.
  const { padTokenId } = source;
  await compute({ ids: Int32Array.of(padTokenId, padTokenId), lengths: Int32Array.of(2) });
  return (batch) => compute(batch).catch((cause: unknown) => rethrowWithBatch(batch, cause));
});

/**
 * Lowers this thread's priority. A run holds its core for tens of milliseconds, while the event loop needs less than
 * one and should not wait for a run. Measured: 2 % more texts a second. The interactive lane keeps its priority,
 * because a person waits for its text. Only Linux has a priority per thread.
 */
function yieldToEventLoop(): void {
  if (platform() === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}

/** onnxruntime's error names the node and the reason, but not the batch. */
function rethrowWithBatch({ lengths }: ModelRequest, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause);
  throw new Error(
    `The model failed on a batch of ${lengths.length} texts, the longest of ${Math.max(...lengths)} tokens: ${reason}`,
    { cause },
  );
}
