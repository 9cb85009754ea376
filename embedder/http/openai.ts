import { z } from 'zod';
import type { EmbeddingService } from '#embedder/service/embedding-service.ts';
import type { Reply } from './exchange.ts';
import { toInvalidBody } from './json-body.ts';
import { Kind, Texts } from './texts.ts';
import { timingHeaders } from './timing-headers.ts';
import { writeVectors } from './vector-json.ts';

/** OpenAI's `POST /v1/embeddings`, plus `kind` (also as `input_type`) and `truncate`. */
export const OpenAiEmbeddingsBody = z.object({
  model: z.string().min(1),
  input: Texts,
  encoding_format: z.enum(['float', 'base64']).default('float'),
  dimensions: z.int().min(1).optional(),
  user: z.string().optional(),
  kind: Kind.optional(),
  input_type: Kind.optional(),
  truncate: z.boolean().default(false),
});

type EmbeddingsRequest = {
  service: EmbeddingService;
  body: z.output<typeof OpenAiEmbeddingsBody>;
  inputs: string[];
  signal: AbortSignal;
};

/**
 * Embeds the inputs and answers in OpenAI's format.
 * @throws AppError `validation_failed` when the request asks for more dimensions than the model has
 */
export async function embedForOpenAi({ service, body, inputs, signal }: EmbeddingsRequest): Promise<Reply> {
  const { dimensions: native, pooling } = service.model.manifest;
  const { dimensions = native } = body;
  if (dimensions > native) {
    throw toInvalidBody([{ path: 'dimensions', message: `the model has ${native} dimensions` }]);
  }
  const kind = body.kind ?? body.input_type ?? 'passage';
  const { truncate } = body;
  const { vectors, tokens, timings } = await service.embed({
    inputs,
    kind,
    truncate,
    field: 'input',
    signal,
  });
  const total = tokens.reduce((sum, count) => sum + count, 0);
  const short = vectors.map((vector) => shorten(vector, dimensions, pooling));
  const rest = JSON.stringify({
    model: service.model.manifest.id,
    usage: { prompt_tokens: total, total_tokens: total },
  });
  const answer = await writeVectors(short, body.encoding_format, {
    head: '{"object":"list","data":',
    before: (at) => `{"object":"embedding","index":${at},"embedding":`,
    after: '}',
    tail: `,${rest.slice(1)}`,
  });
  return {
    status: 200,
    body: answer,
    headers: timingHeaders(timings, { inputs, tokens: total }),
  };
}

/**
 * Shortens a vector and normalises it: to its first dimensions, or for hashed features (pooling `sum`) by folding,
 * because all of their dimensions are equally important.
 * @throws AppError when the shortened vector is all zeros
 */
function shorten(vector: Float32Array, dimensions: number, pooling: string): Float32Array {
  if (dimensions >= vector.length) return vector;
  const short = pooling === 'sum' ? fold(vector, dimensions) : vector.slice(0, dimensions);
  const norm = Math.hypot(...short);
  if (norm === 0)
    throw toInvalidBody([{ path: 'dimensions', message: 'too few: nothing but zeros is left' }]);
  return short.map((value) => value / norm);
}

function fold(vector: Float32Array, dimensions: number): Float32Array {
  const short = new Float32Array(dimensions);
  for (const [i, value] of vector.entries()) short[i % dimensions] = (short[i % dimensions] ?? 0) + value;
  return short;
}
