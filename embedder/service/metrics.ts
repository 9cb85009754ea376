import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchStats } from '#embedder/batching/batcher.ts';

const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const POWERS_OF_TWO = Array.from({ length: 11 }, (_, i) => 2 ** i);
/** The default of 10 ms wakes an idle process a hundred times a second and takes 0.8 % of a core. */
const EVENT_LOOP_PRECISION_MS = 200;

/** How long the parts of a request took, in milliseconds. */
export type Timings = { tokenizeMs: number; queueMs: number; inferenceMs: number };

/**
 * The service's Prometheus metrics. A metric that text-embeddings-inference has too keeps its name there (`te_…`), so
 * that its dashboards work; the others begin with `embedder_`. Label values are routes, statuses and error codes, never
 * input.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = this.#histogram(
    'embedder_request_seconds',
    'Seconds from the head of a request to its answer.',
    ['path', 'status'],
  );
  readonly #started = this.#counter('te_request_count', 'Requests for vectors.', ['method']);
  readonly #succeeded = this.#counter('te_request_success', 'Requests that got their vectors.', ['method']);
  readonly #failed = this.#counter('te_request_failure', 'Requests that got an error.', ['err']);
  readonly #duration = this.#histogram('te_request_duration', 'Seconds a request took, HTTP aside.');
  readonly #tokenization = this.#histogram('te_request_tokenization_duration', 'Seconds of tokenizing.');
  readonly #queueing = this.#histogram('te_request_queue_duration', 'Seconds until the first batch began.');
  readonly #inference = this.#histogram(
    'te_request_inference_duration',
    'Seconds from the first batch to the last.',
  );
  readonly #texts = this.#counter('te_embed_count', 'Texts that went into the model.');
  readonly #embedded = this.#counter('te_embed_success', 'Texts that got their vector.');
  readonly #queueSize = this.#gauge('te_queue_size', 'Texts that wait for a batch.');
  readonly #batchTexts = this.#histogram('te_batch_next_size', 'Texts of a batch.', [], POWERS_OF_TWO);
  readonly #batchTokens = this.#histogram('te_batch_next_tokens', 'Tokens of a batch.', [], POWERS_OF_TWO);
  readonly #batchSeconds = this.#histogram('te_batch_inference_duration', 'Seconds of a batch in the model.');
  readonly #tokens = this.#counter('embedder_tokens_total', 'Tokens embedded.');
  readonly #padding = this.#counter(
    'embedder_padding_tokens_total',
    'Tokens computed only because a batch had a longer text.',
  );
  readonly #crashes = this.#counter(
    'embedder_worker_crashes_total',
    'Worker threads that died and were replaced.',
  );
  readonly #queueTokens = this.#gauge('embedder_queue_tokens', 'Tokens that wait or are being computed.');

  #deferred: (() => void)[] = [];

  constructor() {
    collectDefaultMetrics({
      register: this.registry,
      eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS,
    });
  }

  /** Counts an answered request of any route. */
  requestDone(labels: { path: string; status: number }, seconds: number): void {
    this.#defer(() => this.#requests.observe(labels, seconds));
  }

  /** Counts a request for vectors that has arrived. */
  embedBegun(texts: number): void {
    this.#defer(() => {
      this.#started.inc({ method: methodOf(texts) });
      this.#texts.inc(texts);
    });
  }

  /** Counts a request that got its vectors. */
  embedDone({ texts, tokenizeMs, queueMs, inferenceMs }: Timings & { texts: number }): void {
    this.#defer(() => {
      this.#succeeded.inc({ method: methodOf(texts) });
      this.#embedded.inc(texts);
      this.#duration.observe((tokenizeMs + queueMs + inferenceMs) / 1_000);
      this.#tokenization.observe(tokenizeMs / 1_000);
      this.#queueing.observe(queueMs / 1_000);
      this.#inference.observe(inferenceMs / 1_000);
    });
  }

  /** Counts a request that got an error, by the error's code. */
  requestFailed(code: string): void {
    this.#failed.inc({ err: code });
  }

  batchDone({ texts, tokens, paddedTokens, seconds }: BatchStats): void {
    this.#defer(() => {
      this.#batchSeconds.observe(seconds);
      this.#batchTexts.observe(texts);
      this.#batchTokens.observe(tokens);
      this.#tokens.inc(tokens);
      this.#padding.inc(paddedTokens - tokens);
    });
  }

  workerCrashed(): void {
    this.#crashes.inc();
  }

  /** Renders the metrics in Prometheus' text format. */
  async scrape(queue: { tokens: number; texts: number }): Promise<string> {
    this.#flush();
    this.#queueTokens.set(queue.tokens);
    this.#queueSize.set(queue.texts);
    return await this.registry.metrics();
  }

  /** Counts in a later turn of the event loop: ten figures take 0.05 ms, which would delay the answer. */
  #defer(count: () => void): void {
    if (this.#deferred.push(count) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    for (const count of this.#deferred.splice(0)) count();
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  #histogram(name: string, help: string, labelNames: string[] = [], buckets = LATENCY_BUCKETS): Histogram {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}

function methodOf(texts: number): string {
  return texts === 1 ? 'single' : 'batch';
}
