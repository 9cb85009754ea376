import { workerData } from 'node:worker_threads';
import { type Output, openSession, type SessionSource } from './onnx-session.ts';
import type { PackedBatch } from './packed-batch.ts';
import { meanPool } from './pooling.ts';
import { serveRequests } from './worker-side.ts';

/** `dimensions` of a sentence vector; 1 for a reranker, whose output is one score per text. */
export type ModelSource = SessionSource & { dimensions: number; head: 'pooled' | 'score' };
export type ModelRequest = PackedBatch;
/** One normalised row per text, or one score, all in one array. */
export type ModelResult = Float32Array<ArrayBuffer>;

const source = workerData as ModelSource;

await serveRequests<ModelRequest, ModelResult>(async () => {
  const run = await openSession(source);
  const embed = async (batch: ModelRequest) => {
    const output = await run(batch);
    const rows = source.head === 'pooled' ? pooled(output, batch) : scores(output, batch);
    return { result: rows, transfer: [rows.buffer] };
  };
  // The first run allocates and would be the slowest: it is ours, and finds a model of another shape.
  const { padTokenId } = source;
  await embed({ ids: Int32Array.of(padTokenId, padTokenId), lengths: Int32Array.of(2) });
  return embed;
});

function pooled(output: Output, { lengths }: PackedBatch): ModelResult {
  const positions = output.dims[1] ?? 0;
  checkDims(output, [lengths.length, lengths.reduce((a, b) => Math.max(a, b), 0), source.dimensions]);
  return meanPool({ data: output.data, positions, dimensions: source.dimensions }, Array.from(lengths));
}

function scores(output: Output, { lengths }: PackedBatch): ModelResult {
  checkDims(output, [lengths.length, 1]);
  return Float32Array.from(output.data);
}

function checkDims({ name, dims }: Output, wanted: number[]): void {
  if (dims.join() === wanted.join()) return;
  throw new Error(
    `The model's output '${name}' is float32 [${dims.join(', ')}], expected float32 [${wanted.join(', ')}].`,
  );
}
