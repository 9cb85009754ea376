import { WorkerCrashed } from '#embedder/workers/worker-channel.ts';
import { AppError } from '#shared/core/errors.ts';
import { ASSUMED_COSTS, type BatchCosts, cheapestBatchTokens } from './batch-cost.ts';
import {
  type BatchTiming,
  createJob,
  deliver,
  type Item,
  type Job,
  type Priority,
  type TokenizedText,
} from './batch-job.ts';
import { BatchQueue } from './batch-queue.ts';

/** One batch that the model has computed, for metrics. */
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
  /** Number of one-thread sessions, each of which runs one batch at a time. */
  workers?: number;
  /** 1 when the model has a session for the interactive lane. */
  interactiveSessions?: 0 | 1;
  costs?: BatchCosts;
  onBatch?: (stats: BatchStats) => void;
};

type Batch = {
  items: Item[];
  priority: Priority;
  lane: Lane;
  /** Whether a worker has already crashed while it ran these texts. */
  isSuspect?: boolean;
};

/** Assumed until the first batches are measured. */
const INITIAL_TOKENS_PER_SECOND = 2_000;
/** Weight of the newest batch in the moving average of the speed. */
const SPEED_SMOOTHING = 0.2;
/** Waiting tokens are split over free workers into batches of at least this size. */
const SMALLEST_SHARE = 64;
/** Interactive batches in a row, after which a bulk batch runs: bulk requests must not starve. */
const MAX_INTERACTIVE_IN_A_ROW = 4;

/**
 * Turns tokenized texts into vectors through a bounded queue. Texts of similar length share a batch, whichever request
 * they belong to. A free worker takes the waiting texts at once, without waiting for a full batch. Interactive requests
 * run first; while bulk requests keep every worker busy they run in the interactive lane.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #workers: number;
  readonly #costs: BatchCosts;
  readonly #maxBatchTokens: number;
  readonly #queues = { interactive: new BatchQueue<Item>(), bulk: new BatchQueue<Item>() };
  readonly #running = new Set<Batch>();
  #queuedTokens = 0;
  #arrivals = 0;
  #interactiveInARow = 0;
  #tokensPerSecond = INITIAL_TOKENS_PER_SECOND;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#workers = options.workers ?? 1;
    this.#costs = options.costs ?? ASSUMED_COSTS;
    this.#maxBatchTokens = cheapestBatchTokens(this.#costs);
  }

  /** Texts that are not in a batch yet. */
  get waitingTexts(): number {
    return this.#queues.interactive.size + this.#queues.bulk.size;
  }

  /** Tokens of all texts that wait or run. */
  get queuedTokens(): number {
    return this.#queuedTokens;
  }

  /**
   * Computes the vectors of the texts, in their order.
   * @throws AppError `payload_too_large` when the texts exceed the whole queue; `overloaded` when they do not fit now,
   *   with the estimated seconds until they do, or when the deadline has passed
   * @throws the signal's reason when the caller leaves; its waiting texts are removed
   */
  async submit(
    texts: readonly TokenizedText[],
    signal?: AbortSignal,
    { priority = 'bulk', timing }: { priority?: Priority; timing?: BatchTiming } = {},
  ): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    const tokens = texts.reduce((sum, text) => sum + text.tokens, 0);
    this.#admit(tokens);
    if (texts.length === 0) return [];
    this.#queuedTokens += tokens;
    const { job, promise } = createJob({ priority, timing, texts: texts.length });
    const abort = () => this.#fail(job, signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const { deadlineMs } = this.#options;
    const deadline = deadlineMs && setTimeout(() => this.#fail(job, deadlineExceeded()), deadlineMs);
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
      signal?.removeEventListener('abort', abort);
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

  /** Starts batches while a session is free and texts wait. */
  #dispatch(): void {
    for (let batch = this.#nextBatch(); batch; batch = this.#nextBatch()) void this.#run(batch);
  }

  #nextBatch(): Batch | null {
    if (this.waitingTexts === 0) return null;
    const { interactive, bulk } = this.#queues;
    if (this.#mayUseInteractiveLane()) {
      const priority = interactive.size > 0 ? 'interactive' : 'bulk';
      return {
        items: this.#queues[priority].take(this.#maxBatchTokens, this.#costs),
        priority,
        lane: 'interactive',
      };
    }
    const busy = this.#countRunning('worker');
    if (busy >= this.#workers && !(busy < 2 * this.#workers && this.#isBacklogged())) return null;
    const isBulksTurn =
      interactive.size === 0 || (bulk.size > 0 && this.#interactiveInARow >= MAX_INTERACTIVE_IN_A_ROW);
    const priority = isBulksTurn ? 'bulk' : 'interactive';
    this.#interactiveInARow = isBulksTurn ? 0 : this.#interactiveInARow + 1;
    const free = Math.max(this.#workers - busy, 1);
    const share = Math.max(SMALLEST_SHARE, Math.ceil((interactive.tokens + bulk.tokens) / free));
    const items = this.#queues[priority].take(Math.min(this.#maxBatchTokens, share), this.#costs);
    return { items, priority, lane: 'worker' };
  }

  /**
   * The interactive lane takes a lone text on an idle server, and interactive texts while all workers run bulk ones.
   */
  #mayUseInteractiveLane(): boolean {
    if (!this.#options.interactiveSessions || this.#countRunning('interactive') > 0) return false;
    if (this.#running.size === 0) return this.waitingTexts === 1;
    if (this.#queues.interactive.size === 0 || this.#countRunning('worker') < this.#workers) return false;
    return Array.from(this.#running).every(({ priority }) => priority === 'bulk');
  }

  /** True when more than two full batches per worker wait: each worker is then given its next batch early. */
  #isBacklogged(): boolean {
    const { interactive, bulk } = this.#queues;
    return interactive.tokens + bulk.tokens > 2 * this.#workers * this.#maxBatchTokens;
  }

  #countRunning(lane: Lane): number {
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
      this.#recordStats(statsOf(items, (performance.now() - started) / 1_000));
      this.#release(items);
      // Start the next batch before the answers are written, so that the worker does not wait for them.
      this.#dispatch();
      for (const [i, vector] of vectors.entries()) deliver(items[i], vector);
    } catch (error) {
      this.#running.delete(batch);
      this.#retryOrFail(batch, error);
      this.#dispatch();
    }
  }

  /**
   * Runs the texts of each request again in a batch of their own, since one text may have broken the batch of all. A
   * request that had the batch for itself fails, unless a worker crashed: then it is retried once, because a crash is
   * usually not the request's fault.
   */
  #retryOrFail({ items, priority, lane, isSuspect = false }: Batch, error: unknown): void {
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

  #recordStats(stats: BatchStats): void {
    const speed = (stats.tokens / Math.max(stats.seconds, 1e-4)) * this.#workers;
    this.#tokensPerSecond += SPEED_SMOOTHING * (speed - this.#tokensPerSecond);
    this.#options.onBatch?.(stats);
  }

  /** Rejects a job and removes its waiting texts. */
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

function deadlineExceeded(): AppError {
  return new AppError('overloaded', 'The embedder did not get to this in time. Try again in a moment.', {
    retryAfterSeconds: 1,
  });
}

function statsOf(items: Item[], seconds: number): BatchStats {
  const tokens = items.reduce((sum, item) => sum + item.tokens, 0);
  const longest = Math.max(...items.map((item) => item.tokens));
  return { texts: items.length, tokens, paddedTokens: longest * items.length, seconds };
}
