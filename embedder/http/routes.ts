import { z } from 'zod';
import { cheapestBatchTokens } from '#embedder/batching/batch-cost.ts';
import { isNamed } from '#embedder/download/manifest.ts';
import { AppError } from '#shared/core/errors.ts';
import { VERSION } from '#shared/core/version.ts';
import type { Exchange, Reply } from './exchange.ts';
import { readJsonBody } from './json-body.ts';
import { measureAll } from './measure-all.ts';
import { embedForOpenAi, OpenAiEmbeddingsBody } from './openai.ts';
import { rerank } from './rerank-route.ts';
import type { EmbedderRoute, RouteContext } from './route.ts';
import { Kind, readTexts, Texts } from './texts.ts';
import { timingHeaders } from './timing-headers.ts';
import { writeVectors } from './vector-json.ts';

/**
 * Also has the fields of text-embeddings-inference: its `prompt_name` is `kind` here, and vectors are always
 * normalised.
 */
const EmbedBody = z.object({
  inputs: Texts,
  kind: Kind.optional(),
  prompt_name: Kind.optional(),
  truncate: z.boolean().nullish(),
  truncation_direction: z.literal(['Right', 'right']).optional(),
  normalize: z.literal(true).nullish(),
  encoding_format: z.enum(['float', 'base64']).default('float'),
});
const TokenizeBody = z.object({ inputs: Texts });

export const ROUTES: readonly EmbedderRoute[] = [
  { method: 'GET', path: '/health', access: 'public', run: health },
  { method: 'GET', path: '/ready', access: 'public', run: ready },
  { method: 'GET', path: '/info', access: 'operator', run: info },
  { method: 'GET', path: '/metrics', access: 'operator', run: metrics },
  { method: 'POST', path: '/', access: 'credential', run: embedBare },
  { method: 'POST', path: '/embed', access: 'credential', run: embed },
  { method: 'POST', path: '/tokenize', access: 'credential', run: tokenize },
  { method: 'POST', path: '/rerank', access: 'credential', run: rerank },
  { method: 'POST', path: '/v1/embeddings', access: 'credential', run: openAi },
];

async function health(): Promise<Reply> {
  return { status: 200, body: { status: 'healthy', app_name: 'RAG Platform Backend', version: VERSION } };
}

async function ready(_: Exchange, context: RouteContext): Promise<Reply> {
  const status = context.phase;
  return { status: status === 'ready' ? 200 : 503, body: { status } };
}

async function info(_: Exchange, context: RouteContext): Promise<Reply> {
  const { manifest, identity, maxInputTokens, languageAxis } = context.service.model;
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
      rerank_model: context.reranker?.id ?? null,
      rerank_pair_ms: context.reranker?.pairMs ?? null,
      language_axis: languageAxis,
      ...inferenceServerInfo(context),
    },
  };
}

/** The fields of text-embeddings-inference's `/info`. */
function inferenceServerInfo({ service, limits }: RouteContext): object {
  const { manifest, capacity } = service.model;
  return {
    model_id: manifest.id,
    model_sha: manifest.revision,
    model_dtype: manifest.quantization === 'int8' ? 'int8' : 'float32',
    model_type: { embedding: { pooling: manifest.pooling } },
    max_input_length: manifest.maxTokens,
    max_batch_tokens: cheapestBatchTokens(capacity.costs),
    max_client_batch_size: limits.maxBatchTexts,
    tokenization_workers: 1,
    auto_truncate: false,
    version: VERSION,
  };
}

async function metrics(_: Exchange, context: RouteContext): Promise<Reply> {
  const body = await context.metrics.scrape(context.queue);
  return { status: 200, body, contentType: context.metrics.registry.contentType };
}

async function embed(exchange: Exchange, context: RouteContext): Promise<Reply> {
  const { manifest, identity, background: measure } = context.service.model;
  return await embedInto(exchange, context, async ({ kind, vectors, tokens }) => {
    const background = kind === 'query' ? await measureAll(vectors, measure) : undefined;
    const rest = JSON.stringify({ tokens, model: manifest.id, identity, background });
    return { head: '{"embeddings":', tail: `,${rest.slice(1)}` };
  });
}

/** Answers with the vectors alone, as text-embeddings-inference does at its root, so that its clients work. */
async function embedBare(exchange: Exchange, context: RouteContext): Promise<Reply> {
  return await embedInto(exchange, context, async () => ({ head: '', tail: '' }));
}

type Embedded = { kind: z.output<typeof Kind>; vectors: Float32Array[]; tokens: number[] };

/** Embeds the request's inputs. @param frame the JSON around the list of vectors */
async function embedInto(
  { request, signal }: Exchange,
  { service, limits }: RouteContext,
  frame: (embedded: Embedded) => Promise<{ head: string; tail: string }>,
): Promise<Reply> {
  const body = await readJsonBody(request, EmbedBody, limits.maxBodyBytes);
  const inputs = readTexts(body.inputs, { path: 'inputs', maxTexts: limits.maxBatchTexts });
  const kind = body.kind ?? body.prompt_name ?? 'passage';
  const truncate = body.truncate ?? false;
  const { vectors, tokens, timings } = await service.embed({
    inputs,
    kind,
    truncate,
    field: 'inputs',
    signal,
  });
  const total = tokens.reduce((sum, count) => sum + count, 0);
  return {
    status: 200,
    body: await writeVectors(vectors, body.encoding_format, await frame({ kind, vectors, tokens })),
    headers: timingHeaders(timings, { inputs, tokens: total }),
  };
}

async function tokenize({ request, signal }: Exchange, context: RouteContext): Promise<Reply> {
  const { inputs } = await readJsonBody(request, TokenizeBody, context.limits.maxBodyBytes);
  const { service } = context;
  const texts = readTexts(inputs, { path: 'inputs', maxTexts: context.limits.maxTokenizeTexts });
  const { manifest, identity } = service.model;
  return { status: 200, body: { counts: await service.count(texts, signal), model: manifest.id, identity } };
}

async function openAi({ request, signal }: Exchange, context: RouteContext): Promise<Reply> {
  const body = await readJsonBody(request, OpenAiEmbeddingsBody, context.limits.maxBodyBytes);
  const { service } = context;
  if (!isNamed(service.model.manifest, body.model)) {
    throw new AppError(
      'not_found',
      `The model '${body.model}' does not exist here; this server has '${service.model.manifest.id}'.`,
      { fields: [{ path: 'model', message: 'unknown' }] },
    );
  }
  const inputs = readTexts(body.input, { path: 'input', maxTexts: context.limits.maxBatchTexts });
  return await embedForOpenAi({ service, body, inputs, signal });
}
