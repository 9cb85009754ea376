import type { Reranker } from '#embedder/model/reranker.ts';
import type { EmbeddingService, Limits } from '#embedder/service/embedding-service.ts';
import type { Metrics } from '#embedder/service/metrics.ts';
import type { Exchange, Reply } from './exchange.ts';

export type EmbedderRoute = {
  method: 'GET' | 'POST';
  path: string;
  /**
   * `credential`: a service token of the platform. `operator`: a service token, or the bearer `EMBEDDER_METRICS_TOKEN`;
   * customers must not see the load of all.
   */
  access: 'public' | 'credential' | 'operator';
  run(exchange: Exchange, context: RouteContext): Promise<Reply>;
};

/** The state of the process that `/ready` reports. */
export type Phase = 'loading' | 'ready' | 'draining' | 'failed';

/** The parts of the process that routes use. */
export type RouteContext = {
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly phase: Phase;
  readonly queue: { tokens: number; texts: number };
  /** The cross-encoder, where one is configured. */
  readonly reranker: Reranker | undefined;
  /** @throws AppError `dependency_unavailable` while the model is loading */
  readonly service: EmbeddingService;
};
