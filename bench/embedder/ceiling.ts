import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CeilingData, CeilingRequest } from './ceiling-worker.ts';

type Sessions = Omit<CeilingData['source'], 'threads'>;
type CeilingOptions = { source: Sessions; dimensions: number; texts: Int32Array[]; workers: number };
type Ceiling = {
  textsPerSecond: number;
  cpuMsPerText: number;
  tokensPerSecond: number;
  budget: number;
  padding: number;
};

const BUDGET = 256;

/**
 * Measures the throughput of onnxruntime itself on this machine: texts tokenized before, sorted by length over the
 * whole workload, batches of a token budget, one one-thread session per core.
 */
export async function measureCeiling(options: CeilingOptions): Promise<Ceiling> {
  const { source, dimensions, texts, workers } = options;
  const threads = await Promise.all(
    Array.from({ length: workers }, () => startWorker({ source: { ...source, threads: 1 }, dimensions })),
  );
  const tokens = texts.reduce((sum, { length }) => sum + length, 0);
  const batches = batchesOf(texts);
  const padded = batches.reduce((sum, batch) => sum + batch.length * (batch[0]?.length ?? 0), 0);
  // Warm-up over a part, so that onnxruntime's arena reaches its size.
  await measureSeconds(threads, batches.slice(0, Math.ceil(batches.length / 20)));
  const cpu = process.cpuUsage();
  const seconds = await measureSeconds(threads, batches);
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(threads.map((thread) => thread.terminate()));
  return {
    textsPerSecond: texts.length / seconds,
    cpuMsPerText: (user + system) / 1_000 / texts.length,
    tokensPerSecond: tokens / seconds,
    budget: BUDGET,
    padding: padded / tokens - 1,
  };
}

async function startWorker(data: CeilingData): Promise<Worker> {
  const worker = new Worker(new URL('./ceiling-worker.ts', import.meta.url), { workerData: data });
  await once(worker, 'message');
  return worker;
}

async function measureSeconds(threads: Worker[], batches: Int32Array[][]): Promise<number> {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const started = performance.now();
  await Promise.all(threads.map((thread) => runBatches(thread, batches, counter)));
  return (performance.now() - started) / 1_000;
}

async function runBatches(thread: Worker, batches: Int32Array[][], counter: Int32Array): Promise<void> {
  const done = once(thread, 'message');
  thread.postMessage({ batches, counter } satisfies CeilingRequest, []);
  await done;
}

/** Batches with the longest texts first, so that the last ones are short and workers finish together. */
function batchesOf(texts: Int32Array[]): Int32Array[][] {
  const batches: Int32Array[][] = [];
  let batch: Int32Array[] = [];
  for (const text of texts.toSorted((a, b) => b.length - a.length)) {
    const longest = batch[0]?.length ?? text.length;
    if (batch.length > 0 && longest * (batch.length + 1) > BUDGET) {
      batches.push(batch);
      batch = [];
    }
    batch.push(text);
  }
  return [...batches, batch];
}
