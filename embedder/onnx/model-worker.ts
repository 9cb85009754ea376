import { constants, platform, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import type { PackedBatch } from '#embedder/workers/packed-batch.ts';
import { serveRequests } from '#embedder/workers/worker-side.ts';
import { openSession, type SessionSource } from './onnx-session.ts';
import { meanPool } from './pooling.ts';

/** `dimensions` of a sentence vector; 1 for a reranker, whose output is one score per text. */
export type ModelSource = SessionSource & { dimensions: number; head: 'pooled' | 'score' };
export type ModelRequest = PackedBatch;
/** One normalised row per text, or one score, all in one array. */
export type ModelResult = Float32Array<ArrayBuffer>;

const source = workerData as ModelSource;
if (source.threads === 1) yieldToEventLoop();

await serveRequests<ModelRequest, ModelResult>(async () => {
  const run = await openSession(source, (texts, positions) =>
    source.head === 'pooled' ? [texts, positions, source.dimensions] : [texts, 1],
  );
  const embed = async (batch: ModelRequest) => {
    const output = await run(batch);
    const rows = source.head === 'pooled' ? meanPool(output, batch.lengths) : Float32Array.from(output.data);
    return { result: rows, transfer: [rows.buffer] };
  };
  // The first run allocates and would be the slowest: it is ours, and finds a model of another shape.
  const { padTokenId } = source;
  await embed({ ids: Int32Array.of(padTokenId, padTokenId), lengths: Int32Array.of(2) });
  return (batch) => embed(batch).catch((cause: unknown) => explain(batch, cause));
});

/**
 * A run holds its core for tens of milliseconds; whatever the event loop has to do is done in less than one, and
 * should not have to wait for it. Measured: 2 % more texts a second. Not in the interactive
 * lane: a person waits for its text. Only Linux has a priority for each thread.
 */
function yieldToEventLoop(): void {
  if (platform() === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}

/** onnxruntime names the node and the reason, but not what it was given. */
function explain({ lengths }: ModelRequest, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause);
  throw new Error(
    `The model failed on a batch of ${lengths.length} texts, the longest of ${Math.max(...lengths)} tokens: ${reason}`,
    { cause },
  );
}
