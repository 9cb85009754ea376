import { closeSync, openSync, readSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openSession, type RunBatch } from '#embedder/onnx/onnx-session.ts';
import { checkedVectors, meanPool } from '#embedder/onnx/pooling.ts';
import type { PackedBatch } from '#embedder/workers/packed-batch.ts';
import { fuseAttention } from './fuse-attention.ts';
import { type Graph, type GraphTensor, readGraph, writeGraph } from './onnx-graph.ts';

/** The spare session: of how many threads, for vectors of how many dimensions. */
export type Spare = { threads: number; dimensions: number };
/** `graph` has been optimised and lies in `folder`, its weights beside it. */
type ExpressOptions = Spare & { folder: string; graph: string; padTokenId: number };

/** The files of the other form, beside the first. */
export const EXPRESS = { graph: 'express.onnx', data: 'express.onnx.data' };

/** ONNX's advice for values that are mapped into memory. */
const PAGE_BYTES = 4_096;
/** As the vectors of a text alone and in a batch. */
const SAME_COSINE = 0.999;
/** Tokens of the text that decides, and how often it is run. */
const LONE_TOKENS = 40;
const REPEATS = 15;

/** Whether the other form was kept, or why not. */
export const EXPRESS_OUTCOMES = ['kept', 'unknown form', 'other vectors', 'slower'] as const;
export type ExpressOutcome = (typeof EXPRESS_OUTCOMES)[number];

/**
 * Writes the model's graph once more in the form that is best for a lone text on several threads, and keeps it only
 * where it gives the same vectors and is measured to be faster on this machine.
 */
export async function writeExpress(options: ExpressOptions): Promise<ExpressOutcome> {
  // A graph that is almost of the known form may fail anywhere: nothing is lost but the gain.
  const outcome = await tryExpress(options).catch(() => 'unknown form' as const);
  if (outcome !== 'kept') {
    const files = Object.values(EXPRESS).map((file) => join(options.folder, file));
    await Promise.all(files.map((file) => rm(file, { force: true })));
  }
  return outcome;
}

async function tryExpress(options: ExpressOptions): Promise<ExpressOutcome> {
  const { folder, graph: name, dimensions } = options;
  const graph = readGraph(await readFile(join(folder, name)));
  const weights = new Weights(folder);
  const fused = fuseAttention(graph, weights.read, weights.append);
  if (!fused) return 'unknown form';
  await writeFile(join(folder, EXPRESS.data), weights.appended());
  await writeFile(join(folder, EXPRESS.graph), writeGraph(fused));
  const runs = await openBoth(options);
  const vocabulary = vocabularyOf(graph);
  const [alone, padded] = [
    batchOf([LONE_TOKENS], vocabulary),
    batchOf([LONE_TOKENS, LONE_TOKENS / 4], vocabulary),
  ];
  for (const batch of [alone, padded]) {
    if (!(await haveSameVectors(runs, batch, dimensions))) return 'other vectors';
  }
  return (await isFaster(runs, alone)) ? 'kept' : 'slower';
}

/** Reads weights of the first form, gathers those of the second. */
class Weights {
  readonly #folder: string;
  readonly #appended: Buffer[] = [];
  #size = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  readonly read = ({ values }: GraphTensor): Buffer => {
    if (values === null) throw new Error('A weight has its values in a form that is not known here.');
    if (Buffer.isBuffer(values)) return values;
    const bytes = Buffer.alloc(values.length);
    const file = openSync(join(this.#folder, basename(values.file)), 'r');
    try {
      readSync(file, bytes, 0, values.length, values.offset);
    } finally {
      closeSync(file);
    }
    return bytes;
  };

  readonly append = (values: Buffer): { file: string; offset: number; length: number } => {
    const place = { file: EXPRESS.data, offset: this.#size, length: values.length };
    const padding = Buffer.alloc((PAGE_BYTES - (values.length % PAGE_BYTES)) % PAGE_BYTES);
    this.#appended.push(values, padding);
    this.#size += values.length + padding.length;
    return place;
  };

  appended(): Buffer {
    return Buffer.concat(this.#appended);
  }
}

/** Rows of the table that token ids are looked up in. */
function vocabularyOf({ nodes, tensors }: Graph): number {
  const lookup = nodes.find(({ op, inputs }) => op === 'Gather' && inputs[1] === 'input_ids');
  const rows = tensors.get(lookup?.inputs[0] ?? '')?.dims[0];
  if (!rows) throw new Error('The graph does not look its token ids up.');
  return rows;
}

async function openBoth({
  folder,
  graph,
  threads,
  padTokenId,
}: ExpressOptions): Promise<[RunBatch, RunBatch]> {
  const open = (file: string) =>
    openSession({
      weights: join(folder, file),
      optimized: true,
      threads,
      padTokenId,
    });
  return [await open(graph), await open(EXPRESS.graph)];
}

async function haveSameVectors(
  runs: [RunBatch, RunBatch],
  batch: PackedBatch,
  dimensions: number,
): Promise<boolean> {
  const expected = { texts: batch.lengths.length, dimensions };
  const [first, other] = await Promise.all(
    runs.map(async (run) => checkedVectors(meanPool(await run(batch), batch.lengths), expected)),
  );
  return (first ?? []).every((vector, row) => {
    const cosine = vector.reduce((sum, value, at) => sum + value * (other?.[row]?.[at] ?? 0), 0);
    return cosine >= SAME_COSINE;
  });
}

/** In turn, the best of each: whatever else the machine does can only slow a run down. */
async function isFaster([first, other]: [RunBatch, RunBatch], batch: PackedBatch): Promise<boolean> {
  const best = new Map([first, other].map((run) => [run, Number.POSITIVE_INFINITY]));
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    for (const [run, ms] of best) {
      const started = performance.now();
      await run(batch);
      best.set(run, Math.min(ms, performance.now() - started));
    }
  }
  return (best.get(other) ?? 0) < (best.get(first) ?? 0);
}

/** Texts of ids from all over the vocabulary. */
function batchOf(lengths: number[], vocabulary: number): PackedBatch {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const ids = Int32Array.from({ length: tokens }, (_, at) => Math.floor((vocabulary * (at + 0.5)) / tokens));
  return { ids, lengths: Int32Array.from(lengths) };
}
