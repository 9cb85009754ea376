import { AppError } from '#shared/errors.ts';
import type { EncodedText } from './tokenizer.ts';

/** What one run of the model did, for metrics. */
export type BatchStats = { texts: number; tokens: number; paddedTokens: number; seconds: number };

type BatcherOptions = {
  /** One normalised vector per text. */
  embed: (batch: Int32Array[]) => Promise<Float32Array[]>;
  /** Tokens that may wait or run at once. More is refused: a queue that grows only makes every answer late. */
  maxQueueTokens: number;
  onBatch?: (stats: BatchStats) => void;
};

type Job = {
  vectors: Float32Array[];
  missing: number;
  settled: boolean;
  resolve: (vectors: Float32Array[]) => void;
  reject: (error: unknown) => void;
};
type Item = { job: Job; at: number; ids: Int32Array; tokens: number };

/** Measured on 2 vCPUs (int8, 384 d): throughput peaks at 128–256 tokens a batch, larger batches lose. */
const MAX_BATCH_TOKENS = 256;
/** Assumed until the first batches were measured. */
const INITIAL_TOKENS_PER_SECOND = 2_000;
/** Weight of the newest batch in the running speed. */
const SPEED_SMOOTHING = 0.2;

/**
 * Tokenized texts in, vectors out; between the two a bounded queue. One batch runs at a time, first come first
 * served; within a request by length, so that little is padded. Texts of several requests may share a batch.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #queue: Item[] = [];
  #queuedTokens = 0;
  #running = false;
  #tokensPerSecond = INITIAL_TOKENS_PER_SECOND;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** Tokens that wait or run. */
  get queuedTokens(): number {
    return this.#queuedTokens;
  }

  /**
   * Vectors of the texts, in their order.
   * @throws AppError `payload_too_large` when the texts could never fit the queue, `overloaded` when they do not
   *   fit now, with the seconds after which they should
   * @throws the signal's reason when the caller has gone; its texts leave the queue
   */
  async submit(texts: EncodedText[], signal?: AbortSignal): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    const tokens = texts.reduce((sum, text) => sum + text.tokens, 0);
    this.#admit(tokens);
    if (texts.length === 0) return [];
    this.#queuedTokens += tokens;
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
    const job: Job = { vectors: [], missing: texts.length, settled: false, resolve, reject };
    const leave = () => this.#fail(job, signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    this.#queue.push(...itemsOf(job, texts));
    void this.#pump();
    return await promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  #admit(tokens: number): void {
    const { maxQueueTokens } = this.#options;
    if (tokens > maxQueueTokens) {
      throw new AppError(
        'payload_too_large',
        `The inputs have ${tokens} tokens; one request may have at most ${maxQueueTokens}.`,
      );
    }
    const excess = this.#queuedTokens + tokens - maxQueueTokens;
    if (excess <= 0) return;
    throw new AppError('overloaded', 'The embedder is at its capacity. Try again in a moment.', {
      retryAfterSeconds: Math.ceil(excess / this.#tokensPerSecond),
    });
  }

  async #pump(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#queue.length > 0) await this.#run(takeBatch(this.#queue));
    this.#running = false;
  }

  async #run(batch: Item[]): Promise<void> {
    const started = performance.now();
    try {
      const vectors = await this.#options.embed(batch.map(({ ids }) => ids));
      this.#measure(statsOf(batch, (performance.now() - started) / 1_000));
      this.#release(batch);
      for (const [i, vector] of vectors.entries()) deliver(batch[i], vector);
    } catch (error) {
      this.#release(batch);
      for (const { job } of batch) this.#fail(job, error);
    }
  }

  #measure(stats: BatchStats): void {
    const speed = stats.tokens / Math.max(stats.seconds, 1e-4);
    this.#tokensPerSecond += SPEED_SMOOTHING * (speed - this.#tokensPerSecond);
    this.#options.onBatch?.(stats);
  }

  /** Ends a job that will not get its vectors; what is left of it in the queue goes. */
  #fail(job: Job, error: unknown): void {
    if (job.settled) return;
    job.settled = true;
    const left = this.#queue.filter((item) => item.job !== job);
    this.#release(this.#queue.filter((item) => item.job === job));
    this.#queue.splice(0, this.#queue.length, ...left);
    job.reject(error);
  }

  #release(items: Item[]): void {
    for (const { tokens } of items) this.#queuedTokens -= tokens;
  }
}

function deliver(item: Item | undefined, vector: Float32Array): void {
  if (!item) return;
  const { job, at } = item;
  job.vectors[at] = vector;
  job.missing -= 1;
  if (job.missing > 0 || job.settled) return;
  job.settled = true;
  job.resolve(job.vectors);
}

function itemsOf(job: Job, texts: EncodedText[]): Item[] {
  return texts.map(({ ids, tokens }, at) => ({ job, at, ids, tokens })).sort((a, b) => a.tokens - b.tokens);
}

/** The longest beginning of the queue that fits a batch, padding counted; at least one text. */
function takeBatch(queue: Item[]): Item[] {
  let longest = 0;
  let count = 0;
  for (const { tokens } of queue) {
    longest = Math.max(longest, tokens);
    if (count > 0 && longest * (count + 1) > MAX_BATCH_TOKENS) break;
    count += 1;
  }
  return queue.splice(0, count);
}

function statsOf(batch: Item[], seconds: number): BatchStats {
  const tokens = batch.reduce((sum, item) => sum + item.tokens, 0);
  const longest = Math.max(...batch.map((item) => item.tokens));
  return { texts: batch.length, tokens, paddedTokens: longest * batch.length, seconds };
}
