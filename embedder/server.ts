import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { BatchStats } from '#embedder/batching/batcher.ts';
import type { ModelManifest } from '#embedder/download/manifest.ts';
import { prepareDrain } from '#embedder/http/drain.ts';
import { handleRequest } from '#embedder/http/handler.ts';
import type { Phase, RouteContext } from '#embedder/http/route.ts';
import { loadModel, loadReranker } from '#embedder/model/load-model.ts';
import type { EmbeddingModel } from '#embedder/model/model.ts';
import type { Reranker } from '#embedder/model/reranker.ts';
import { createService, type EmbeddingService, type Limits } from '#embedder/service/embedding-service.ts';
import { Metrics } from '#embedder/service/metrics.ts';
import { config, loadConfig } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { HEADER_LIMITS } from '#shared/core/header-limits.ts';
import { log } from '#shared/observability/log.ts';

type EmbedderOptions = {
  /** The model to load, instead of the one in the setting `EMBEDDING_MODEL`. */
  manifest?: ModelManifest;
  /** The cross-encoder to load, instead of the one in the setting `RERANK_MANIFEST`. */
  rerankManifest?: ModelManifest;
  /** An open model to serve, instead of one from disk. It is closed with the server. */
  model?: EmbeddingModel;
  port?: number;
  host?: string;
  limits?: Partial<Limits>;
  /** How long `/ready` answers 503 before connections are refused, instead of `EMBEDDER_DRAIN_SECONDS`. */
  drainSeconds?: number;
};

/** A running embedder. `ready` resolves with the loaded model, or rejects with the reason why it cannot be loaded. */
export type Embedder = { url: string; ready: Promise<EmbeddingModel>; close(): Promise<void> };

/**
 * Above the 60 s after which an AWS load balancer closes an idle connection. If the server closed first, the load
 * balancer could send a request into a closing connection.
 */
const KEEP_ALIVE_MS = 75_000;
const MAX_TOKENIZE_TEXTS = 4_096;
/** How often the server looks for rotated keys; what it reads is decided in shared/core/secrets.ts. */
const KEYS_CHECK_MS = 5_000;

/**
 * Starts the embedding server. `/health` answers at once, `/ready` with 200 once the model is loaded. Needs the
 * settings `embedder_server` and `service_keys`.
 * @throws Error when the port is taken
 */
export async function startEmbedder(options: EmbedderOptions = {}): Promise<Embedder> {
  const settings = config('embedder_server');
  const { port = settings.EMBEDDER_PORT, host = settings.EMBEDDER_HOST } = options;
  const state = new ProcessState({ ...limitsOf(settings), ...options.limits });
  const server = createServer({ ...HEADER_LIMITS, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    handleRequest({ request, response, context: state }).catch((error: unknown) => {
      log.error('A response could not be sent', { error });
      response.destroy();
    });
  });
  const drain = prepareDrain(server);
  await listen(server, port, host);
  const ready = state.load(options);
  // Callers of `ready` get the reason. Until one awaits it, the rejection must not end the process.
  ready.catch(() => undefined);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready,
    async close() {
      state.phase = 'draining';
      await delay((options.drainSeconds ?? settings.EMBEDDER_DRAIN_SECONDS) * 1_000);
      await drain();
      await ready.then((model) => model.close()).catch(() => undefined);
      await state.reranker?.close();
    },
  };
}

/** The state of the process that routes use. The service exists once the model is loaded. */
class ProcessState implements RouteContext {
  readonly limits: Limits;
  readonly metrics = new Metrics();
  phase: Phase = 'loading';
  reranker: Reranker | undefined;
  #service: EmbeddingService | undefined;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get service(): EmbeddingService {
    if (this.#service) return this.#service;
    throw new AppError('dependency_unavailable', 'The embedding model is not loaded yet.', {
      retryAfterSeconds: 2,
    });
  }

  get queue(): { tokens: number; texts: number } {
    return this.#service?.queue() ?? { tokens: 0, texts: 0 };
  }

  async load({ model: opened, manifest, rerankManifest }: EmbedderOptions): Promise<EmbeddingModel> {
    const onCrash = () => this.metrics.workerCrashed();
    const onBatch = (stats: BatchStats) => this.metrics.batchDone(stats);
    try {
      const model = opened ?? (await loadModel(manifest, onCrash));
      this.reranker = await loadReranker({ manifest: rerankManifest, limits: this.limits, onBatch, onCrash });
      this.#service = createService({ model, limits: this.limits, metrics: this.metrics });
      if (this.phase === 'loading') this.phase = 'ready';
      return model;
    } catch (error) {
      this.phase = 'failed';
      throw error;
    }
  }
}

function limitsOf(settings: ReturnType<typeof config<'embedder_server'>>): Limits {
  return {
    maxBatchTexts: settings.EMBEDDER_MAX_BATCH_TEXTS,
    maxTokenizeTexts: MAX_TOKENIZE_TEXTS,
    maxInputChars: settings.EMBEDDER_MAX_INPUT_CHARS,
    maxBodyBytes: settings.EMBEDDER_MAX_BODY_BYTES,
    maxQueueTokens: settings.EMBEDDER_MAX_QUEUE_TOKENS,
    deadlineMs: settings.EMBEDDER_DEADLINE_MS,
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise.catch((cause: NodeJS.ErrnoException) => {
    throw new Error(
      `The embedder cannot listen on ${host}:${port} (${cause.code}). Is it running already? EMBEDDER_PORT sets another port.`,
      { cause },
    );
  });
}

async function main(): Promise<void> {
  await loadConfig('embedder_server', 'service_keys');
  const embedder = await startEmbedder();
  setInterval(() => void loadConfig('service_keys').catch(() => undefined), KEYS_CHECK_MS).unref();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info(`${signal}: finishing what is under way`);
      void embedder.close().then(() => process.exit(0));
    });
  }
  const { identity } = await embedder.ready;
  log.info(`Embedder ready at ${embedder.url}`, { model: identity });
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
