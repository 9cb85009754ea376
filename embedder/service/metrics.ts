import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchStats } from '#embedder/batching/batcher.ts';

const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const POWERS_OF_TWO = Array.from({ length: 11 }, (_, i) => 2 ** i);
/** The default of 10 ms wakes an idle process a hundred times a second: 0.8 % of a core. */
const EVENT_LOOP_PRECISION_MS = 200;

/** How long the parts of a request took, in milliseconds. */
export type Timings = { tokenizeMs: number; queueMs: number; inferenceMs: number };

/**
 * The service's Prometheus metrics, in a registry of their own. Where text-embeddings-inference has the same figure
 * the name is its (`te_…`), so that its dashboards work; ours begin with `embedder_`. Label values are routes,
 * statuses and error codes, never input.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = this.#histogram(
    'embedder_request_seconds',
    'From the head of a request to its answer.',
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

  #noted: (() => void)[] = [];

  constructor() {
    collectDefaultMetrics({
      register: this.registry,
      eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS,
    });
  }

  /** Any request has its answer. */
  requestDone(labels: { path: string; status: number }, seconds: number): void {
    this.#note(() => this.#requests.observe(labels, seconds));
  }

  /** A request for vectors has come in. */
  embedBegun(texts: number): void {
    this.#note(() => {
      this.#started.inc({ method: methodOf(texts) });
      this.#texts.inc(texts);
    });
  }

  /** A request has its vectors. */
  embedDone({ texts, tokenizeMs, queueMs, inferenceMs }: Timings & { texts: number }): void {
    this.#note(() => {
      this.#succeeded.inc({ method: methodOf(texts) });
      this.#embedded.inc(texts);
      this.#duration.observe((tokenizeMs + queueMs + inferenceMs) / 1_000);
      this.#tokenization.observe(tokenizeMs / 1_000);
      this.#queueing.observe(queueMs / 1_000);
      this.#inference.observe(inferenceMs / 1_000);
    });
  }

  /** A request got an error instead, with this code of the API. */
  requestFailed(code: string): void {
    this.#failed.inc({ err: code });
  }

  batchDone({ texts, tokens, paddedTokens, seconds }: BatchStats): void {
    this.#note(() => {
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

  /** The text a Prometheus server reads. */
  async scrape(queue: { tokens: number; texts: number }): Promise<string> {
    this.#catchUp();
    this.#queueTokens.set(queue.tokens);
    this.#queueSize.set(queue.texts);
    return await this.registry.metrics();
  }

  /** Counts once the event loop has nothing else to do: ten figures take 0.05 ms of a text that somebody waits for. */
  #note(count: () => void): void {
    if (this.#noted.push(count) === 1) setImmediate(() => this.#catchUp());
  }

  #catchUp(): void {
    for (const count of this.#noted.splice(0)) count();
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
