import { z } from 'zod';
import { AppError } from '#shared/errors.ts';
import { type Exchange, type Reply, readBody } from './http.ts';
import { answersTo } from './manifest.ts';
import type { Metrics } from './metrics.ts';
import { OpenAiEmbeddingsBody, openAiEmbeddings } from './openai.ts';
import type { EmbeddingService, Limits } from './service.ts';
import { readTexts, Texts } from './texts.ts';

export type Phase = 'loading' | 'ready' | 'draining' | 'failed';

/** What the routes serve, and whether the process takes work. */
export type RouteContext = {
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly phase: Phase;
  readonly queuedTokens: number;
  /** @throws AppError `dependency_unavailable` while the model is loading */
  readonly service: EmbeddingService;
};

export type EmbedderRoute = {
  method: 'GET' | 'POST';
  path: string;
  /** Whether anyone may call it; the others need a credential. */
  public: boolean;
  run(exchange: Exchange, context: RouteContext): Promise<Reply>;
};

const Kind = z.enum(['query', 'passage']);
const EmbedBody = z.object({
  inputs: Texts,
  kind: Kind.default('passage'),
  truncate: z.boolean().default(false),
});
const TokenizeBody = z.object({ inputs: Texts });

export const ROUTES: readonly EmbedderRoute[] = [
  { method: 'GET', path: '/health', public: true, run: health },
  { method: 'GET', path: '/ready', public: true, run: ready },
  { method: 'GET', path: '/info', public: true, run: info },
  { method: 'GET', path: '/metrics', public: true, run: metrics },
  { method: 'POST', path: '/embed', public: false, run: embed },
  { method: 'POST', path: '/tokenize', public: false, run: tokenize },
  { method: 'POST', path: '/v1/embeddings', public: false, run: openAi },
];

async function health(): Promise<Reply> {
  return { status: 200, body: { status: 'healthy', app_name: 'RAG Platform Backend', version: '1.0.0' } };
}

async function ready(_: Exchange, context: RouteContext): Promise<Reply> {
  const status = context.phase;
  return { status: status === 'ready' ? 200 : 503, body: { status } };
}

async function info(_: Exchange, context: RouteContext): Promise<Reply> {
  const { manifest, identity, maxInputTokens } = context.service.model;
  const { limits } = context;
  return {
    status: 200,
    body: {
      model: manifest.id,
      revision: manifest.revision,
      identity,
      dimensions: manifest.dimensions,
      max_tokens: manifest.maxTokens,
      max_input_tokens: maxInputTokens,
      pooling: manifest.pooling,
      quantization: manifest.quantization,
      license: manifest.license,
      prefixes: manifest.prefixes,
      max_batch_texts: limits.maxBatchTexts,
      max_tokenize_texts: limits.maxTokenizeTexts,
      max_input_chars: limits.maxInputChars,
      max_body_bytes: limits.maxBodyBytes,
      max_queue_tokens: limits.maxQueueTokens,
    },
  };
}

async function metrics(_: Exchange, context: RouteContext): Promise<Reply> {
  const body = await context.metrics.scrape(context.queuedTokens);
  return { status: 200, body, contentType: context.metrics.registry.contentType };
}

async function embed({ request, signal }: Exchange, context: RouteContext): Promise<Reply> {
  const { inputs, kind, truncate } = await readBody(request, EmbedBody, context.limits.maxBodyBytes);
  const { service } = context;
  const texts = readTexts(inputs, { path: 'inputs', maxTexts: context.limits.maxBatchTexts });
  const { vectors, tokens } = await service.embed({ inputs: texts, kind, truncate, field: 'inputs', signal });
  const { manifest, identity } = service.model;
  const embeddings = vectors.map((vector) => Array.from(vector));
  return { status: 200, body: { embeddings, tokens, model: manifest.id, identity } };
}

async function tokenize({ request, signal }: Exchange, context: RouteContext): Promise<Reply> {
  const { inputs } = await readBody(request, TokenizeBody, context.limits.maxBodyBytes);
  const { service } = context;
  const texts = readTexts(inputs, { path: 'inputs', maxTexts: context.limits.maxTokenizeTexts });
  const { manifest, identity } = service.model;
  return { status: 200, body: { counts: await service.count(texts, signal), model: manifest.id, identity } };
}

async function openAi({ request, signal }: Exchange, context: RouteContext): Promise<Reply> {
  const body = await readBody(request, OpenAiEmbeddingsBody, context.limits.maxBodyBytes);
  const { service } = context;
  if (!answersTo(service.model.manifest, body.model)) {
    throw new AppError(
      'not_found',
      `The model '${body.model}' does not exist here; this server has '${service.model.manifest.id}'.`,
      { fields: [{ path: 'model', message: 'unknown' }] },
    );
  }
  const inputs = readTexts(body.input, { path: 'input', maxTexts: context.limits.maxBatchTexts });
  return { status: 200, body: await openAiEmbeddings({ service, body, inputs, signal }) };
}
