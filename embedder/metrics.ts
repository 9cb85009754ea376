import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchStats } from './batcher.ts';

const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The service's Prometheus metrics, in a registry of their own. Label values are routes and statuses, never input. */
export class Metrics {
  readonly registry = new Registry();
  readonly #registers = [this.registry];
  readonly #requests = new Histogram({
    name: 'embedder_request_seconds',
    help: 'Time from the head of a request to its answer.',
    labelNames: ['path', 'status'],
    buckets: LATENCY_BUCKETS,
    registers: this.#registers,
  });
  readonly #inference = new Histogram({
    name: 'embedder_inference_seconds',
    help: 'Time of one batch in the model.',
    buckets: LATENCY_BUCKETS,
    registers: this.#registers,
  });
  readonly #texts = this.#counter('embedder_texts_total', 'Texts embedded.');
  readonly #tokens = this.#counter('embedder_tokens_total', 'Tokens embedded.');
  readonly #padding = this.#counter(
    'embedder_padding_tokens_total',
    'Tokens computed only because a batch had a longer text.',
  );
  readonly #crashes = this.#counter(
    'embedder_worker_crashes_total',
    'Worker threads that died and were replaced.',
  );
  readonly #queue = new Gauge({
    name: 'embedder_queue_tokens',
    help: 'Tokens that wait or are being computed.',
    registers: this.#registers,
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  requestDone(labels: { path: string; status: number }, seconds: number): void {
    this.#requests.observe(labels, seconds);
  }

  batchDone({ texts, tokens, paddedTokens, seconds }: BatchStats): void {
    this.#inference.observe(seconds);
    this.#texts.inc(texts);
    this.#tokens.inc(tokens);
    this.#padding.inc(paddedTokens - tokens);
  }

  workerCrashed(): void {
    this.#crashes.inc();
  }

  /** The text a Prometheus server reads. */
  async scrape(queuedTokens: number): Promise<string> {
    this.#queue.set(queuedTokens);
    return await this.registry.metrics();
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: this.#registers });
  }
}
