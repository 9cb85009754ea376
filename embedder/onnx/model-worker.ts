import { constants, platform, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import type { PackedBatch } from '#embedder/workers/packed-batch.ts';
import { serveRequests } from '#embedder/workers/worker-side.ts';
import { type OutputTensor, openSession, type SessionSource } from './onnx-session.ts';
import { firstPool, meanPool } from './pooling.ts';

/** `dimensions` of a sentence vector; 1 for a reranker, whose output is one score per text. */
export type ModelSource = SessionSource & { dimensions: number; head: 'mean' | 'cls' | 'score' };
export type ModelRequest = PackedBatch;
/** One normalised vector, or one score, per text, all in one array. */
export type ModelResult = Float32Array<ArrayBuffer>;

const source = workerData as ModelSource;
if (source.threads === 1) yieldToEventLoop();

await serveRequests<ModelRequest, ModelResult>(async () => {
  const { head, dimensions } = source;
  const run = await openSession(
    source,
    head === 'score' ? { kind: 'scores', width: 1 } : { kind: 'vectors', width: dimensions },
  );
  const compute = async (batch: ModelRequest) => {
    const rows = toRows(await run(batch), batch.lengths);
    return { result: rows, transfer: [rows.buffer] };
  };
  // Warm-up: the first run allocates and is the slowest. It also refuses a model whose output has another shape.
  const { padTokenId } = source;
  await compute({ ids: Int32Array.of(padTokenId, padTokenId), lengths: Int32Array.of(2) });
  return (batch) => compute(batch).catch((cause: unknown) => rethrowWithBatch(batch, cause));
});

/** One row per text. An output of one vector per text was pooled by the graph; it may still need its norm. */
function toRows(output: OutputTensor, lengths: Int32Array): Float32Array<ArrayBuffer> {
  if (source.head === 'score') return Float32Array.from(output.data);
  const isPooled = output.dims.length === 2;
  return source.head === 'mean' && !isPooled ? meanPool(output, lengths) : firstPool(output);
}

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
