import { availableParallelism } from 'node:os';
import type { Lane } from '#embedder/batching/batcher.ts';
import type { ModelRequest, ModelResult, ModelSource } from '#embedder/onnx/model-worker.ts';
import { packBatch } from '#embedder/workers/packed-batch.ts';
import { WorkerChannel, type WorkerCrashed } from '#embedder/workers/worker-channel.ts';

type Channel = WorkerChannel<ModelRequest, ModelResult>;
type PoolOptions = {
  source: Omit<ModelSource, 'threads'>;
  /** The weights of the spare session, if it has other ones. */
  express?: string;
  /** One-thread sessions; as many as there are cores unless said otherwise. */
  workers?: number | undefined;
  onCrash?: (error: WorkerCrashed) => void;
};
type Seat = { channel: Channel; load: number };

/** Threads of the spare session beside so many workers; 0: there is none, with one core nothing to spread a text over. */
export function spareThreads(workers = availableParallelism()): number {
  return workers > 1 ? workers : 0;
}

/**
 * Sessions of one model, each in a thread of its own, because a run blocks its thread. Several sessions of one
 * thread compute more than one session of several threads; the spare one with all cores makes a lone text faster.
 */
export class SessionPool {
  readonly #seats: Seat[];
  readonly #express: Channel | null;

  private constructor(seats: Seat[], express: Channel | null) {
    this.#seats = seats;
    this.#express = express;
  }

  /** @throws Error when the model cannot be loaded; then no thread is left running */
  static async open({
    source,
    express,
    onCrash,
    workers = availableParallelism(),
  }: PoolOptions): Promise<SessionPool> {
    const start = (threads: number, name: string, weights = source.weights) =>
      WorkerChannel.open<ModelRequest, ModelResult>({
        name,
        url: new URL('../onnx/model-worker.ts', import.meta.url),
        data: { ...source, weights, threads } satisfies ModelSource,
        ...(onCrash ? { onCrash } : {}),
      });
    const wanted = Array.from({ length: workers }, () => start(1, 'model worker'));
    const threads = spareThreads(workers);
    if (threads > 0) wanted.push(start(threads, 'spare model worker', express));
    const opened = await Promise.allSettled(wanted);
    const channels = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = opened.find((result) => result.status === 'rejected');
    if (failed) {
      await Promise.all(channels.map((channel) => channel.close()));
      throw failed.reason;
    }
    const seats = channels.slice(0, workers).map((channel) => ({ channel, load: 0 }));
    return new SessionPool(seats, channels[workers] ?? null);
  }

  get workers(): number {
    return this.#seats.length;
  }

  get hasExpress(): boolean {
    return this.#express !== null;
  }

  /** One row per text, all in one array. @throws Error with the worker's message, or WorkerCrashed */
  async run(texts: Int32Array[], lane: Lane): Promise<ModelResult> {
    const batch = packBatch(texts);
    if (lane === 'express' && this.#express) return await this.#express.call(batch);
    const seat = this.#seats.reduce((best, each) => (each.load < best.load ? each : best));
    seat.load += 1;
    try {
      return await seat.channel.call(batch);
    } finally {
      seat.load -= 1;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#seats.map(({ channel }) => channel.close()), this.#express?.close()]);
  }
}
