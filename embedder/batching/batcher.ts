import type { EncodedText } from '#embedder/tokenizer/tokenizer.ts';
import { WorkerCrashed } from '#embedder/workers/worker-channel.ts';
import { AppError } from '#shared/core/errors.ts';
import { ASSUMED_COSTS, type BatchCosts, cheapestBatch } from './batch-cost.ts';
import { type BatchTiming, deliver, type Item, type Job, newJob, type Priority } from './batch-job.ts';
import { BatchQueue } from './batch-queue.ts';

/** What one run of the model did, for metrics. */
export type BatchStats = { texts: number; tokens: number; paddedTokens: number; seconds: number };

/** Where a batch runs: in a worker (a session of one thread), or in the interactive lane (a session of all cores). */
export type Lane = 'worker' | 'interactive';

export type QueueLimits = {
  /**
   * Tokens that may wait or run at once, and the most that one request may have. More are refused: a longer queue would
   * only make every answer later.
   */
  maxQueueTokens: number;
  /** A request without an answer after this time is given up. */
  deadlineMs?: number;
};

type BatcherOptions = QueueLimits & {
  /** One result per text. */
  embed: (batch: Int32Array[], lane: Lane) => Promise<Float32Array[]>;
  /** One-thread sessions: batches that run side by side. */
  workers?: number;
  /** 1 where the model has a session for the interactive lane. */
  interactiveSessions?: 0 | 1;
  costs?: BatchCosts;
  onBatch?: (stats: BatchStats) => void;
};

type Batch = {
  items: Item[];
  priority: Priority;
  lane: Lane;
  /** Whether a worker has died over these texts already. */
  isSuspect?: boolean;
};

/** Assumed until the first batches were measured. */
const INITIAL_TOKENS_PER_SECOND = 2_000;
/** Weight of the newest batch in the running speed. */
const SPEED_SMOOTHING = 0.2;
/** A share of the work for a worker that is smaller than this is not worth its own batch. */
const SMALLEST_SHARE = 64;
/** Batches of queries in a row, after which waiting passages get one: they must not starve. */
const QUERIES_IN_A_ROW = 4;

/**
 * Tokenized texts in, vectors out; between the two a bounded queue. A request's texts are split over batches and
 * texts of several requests share one, by like length. Nothing waits for a batch to fill: a free worker takes what
 * is there. Queries go first, and past a saturating ingestion in the interactive lane.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #workers: number;
  readonly #costs: BatchCosts;
  readonly #maxBatchTokens: number;
  readonly #queues = { query: new BatchQueue<Item>(), passage: new BatchQueue<Item>() };
  readonly #running = new Set<Batch>();
  #queuedTokens = 0;
  #arrivals = 0;
  #queriesInARow = 0;
  #tokensPerSecond = INITIAL_TOKENS_PER_SECOND;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#workers = options.workers ?? 1;
    this.#costs = options.costs ?? ASSUMED_COSTS;
    this.#maxBatchTokens = cheapestBatch(this.#costs);
  }

  /** Texts that no batch has yet. */
  get waitingTexts(): number {
    return this.#queues.query.size + this.#queues.passage.size;
  }

  /** Tokens that wait or run. */
  get queuedTokens(): number {
    return this.#queuedTokens;
  }

  /**
   * Vectors of the texts, in their order.
   * @throws AppError `payload_too_large` when the texts could never fit the queue, `overloaded` when they do not
   *   fit now, with the seconds after which they should, or when the deadline has passed
   * @throws the signal's reason when the caller has gone; its texts leave the queue
   */
  async submit(
    texts: EncodedText[],
    signal?: AbortSignal,
    { priority = 'passage', timing }: { priority?: Priority; timing?: BatchTiming } = {},
  ): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    const tokens = texts.reduce((sum, text) => sum + text.tokens, 0);
    this.#admit(tokens);
    if (texts.length === 0) return [];
    this.#queuedTokens += tokens;
    const { job, promise } = newJob({ priority, timing, texts: texts.length });
    const leave = () => this.#fail(job, signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    const { deadlineMs } = this.#options;
    const deadline = deadlineMs && setTimeout(() => this.#fail(job, timeIsUp()), deadlineMs);
    const order = this.#arrivals;
    this.#arrivals += 1;
    this.#queues[priority].add(
      texts.map((text, at) => ({ job, at, ids: text.ids, tokens: text.tokens, order })),
    );
    this.#dispatch();
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', leave);
    }
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

  /** Gives work to whoever is free. */
  #dispatch(): void {
    for (let batch = this.#next(); batch; batch = this.#next()) void this.#run(batch);
  }

  #next(): Batch | null {
    if (this.waitingTexts === 0) return null;
    const { query, passage } = this.#queues;
    if (this.#mayUseInteractiveLane()) {
      const priority = query.size > 0 ? 'query' : 'passage';
      return {
        items: this.#queues[priority].take(this.#maxBatchTokens, this.#costs),
        priority,
        lane: 'interactive',
      };
    }
    const busy = this.#count('worker');
    if (busy >= this.#workers && !(busy < 2 * this.#workers && this.#isFlooded())) return null;
    const isPassagesTurn = query.size === 0 || (passage.size > 0 && this.#queriesInARow >= QUERIES_IN_A_ROW);
    const priority = isPassagesTurn ? 'passage' : 'query';
    this.#queriesInARow = isPassagesTurn ? 0 : this.#queriesInARow + 1;
    const free = Math.max(this.#workers - busy, 1);
    const share = Math.max(SMALLEST_SHARE, Math.ceil((query.tokens + passage.tokens) / free));
    const items = this.#queues[priority].take(Math.min(this.#maxBatchTokens, share), this.#costs);
    return { items, priority, lane: 'worker' };
  }

  /** The interactive lane takes a lone text on an idle server, and queries while every worker computes passages. */
  #mayUseInteractiveLane(): boolean {
    if (!this.#options.interactiveSessions || this.#count('interactive') > 0) return false;
    const { query, passage } = this.#queues;
    if (this.#running.size === 0) return query.size + passage.size === 1;
    if (query.size === 0 || this.#count('worker') < this.#workers) return false;
    return Array.from(this.#running).every(({ priority }) => priority === 'passage');
  }

  /** With this much waiting a worker gets its next batch before it has finished, and never waits for us. */
  #isFlooded(): boolean {
    const { query, passage } = this.#queues;
    return query.tokens + passage.tokens > 2 * this.#workers * this.#maxBatchTokens;
  }

  #count(lane: Lane): number {
    let count = 0;
    for (const batch of this.#running) if (batch.lane === lane) count += 1;
    return count;
  }

  async #run(batch: Batch): Promise<void> {
    const { items, lane } = batch;
    this.#running.add(batch);
    const started = performance.now();
    for (const { job } of items) job.timing.startedAt ||= started;
    try {
      const vectors = await this.#options.embed(
        items.map(({ ids }) => ids),
        lane,
      );
      this.#running.delete(batch);
      this.#measure(statsOf(items, (performance.now() - started) / 1_000));
      this.#release(items);
      // First the next batch, then the answers: the worker must not wait for them to be written.
      this.#dispatch();
      for (const [i, vector] of vectors.entries()) deliver(items[i], vector);
    } catch (error) {
      this.#running.delete(batch);
      this.#failed(batch, error);
      this.#dispatch();
    }
  }

  /**
   * One text may be what broke a batch: requests that only shared it get another run, each by itself. A dead worker
   * is mostly nobody's fault, so a request gets a second one, but not a third.
   */
  #failed({ items, priority, lane, isSuspect = false }: Batch, error: unknown): void {
    const jobs = new Set(items.map(({ job }) => job));
    const isCrash = error instanceof WorkerCrashed;
    if (jobs.size === 1 && (isSuspect || !isCrash)) {
      this.#release(items);
      for (const job of jobs) this.#fail(job, error);
      return;
    }
    for (const job of jobs) {
      const own = items.filter((item) => item.job === job);
      if (job.settled) this.#release(own);
      else void this.#run({ items: own, priority, lane, isSuspect: isCrash });
    }
  }

  #measure(stats: BatchStats): void {
    const speed = (stats.tokens / Math.max(stats.seconds, 1e-4)) * this.#workers;
    this.#tokensPerSecond += SPEED_SMOOTHING * (speed - this.#tokensPerSecond);
    this.#options.onBatch?.(stats);
  }

  /** Ends a job that will not get its vectors; what is left of it in the queue goes. */
  #fail(job: Job, error: unknown): void {
    if (job.settled) return;
    job.settled = true;
    this.#release(this.#queues[job.priority].remove((item) => item.job === job));
    job.reject(error);
  }

  #release(items: Item[]): void {
    for (const { tokens } of items) this.#queuedTokens -= tokens;
  }
}

function timeIsUp(): AppError {
  return new AppError('overloaded', 'The embedder did not get to this in time. Try again in a moment.', {
    retryAfterSeconds: 1,
  });
}

function statsOf(items: Item[], seconds: number): BatchStats {
  const tokens = items.reduce((sum, item) => sum + item.tokens, 0);
  const longest = Math.max(...items.map((item) => item.tokens));
  return { texts: items.length, tokens, paddedTokens: longest * items.length, seconds };
}
