import { z } from 'zod';
import { AppError } from '#shared/core/errors.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { callEmbedder } from '#shared/retrieval/embedder-call.ts';

const Kind = z.enum(['query', 'passage']);

/** The embedder validates requests with its own schema; a test compares the two. */
export const EmbeddingsInput = z
  .object({
    model: z.string().min(1),
    input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
    encoding_format: z.enum(['float', 'base64']).default('float'),
    dimensions: z.int().min(1).optional().meta({
      description: 'How many leading numbers of each embedding to return, at most those that the model has',
    }),
    user: z.string().optional(),
    kind: Kind.optional().meta({
      description: 'What the texts are for. Default: `passage`. Not part of OpenAI’s API',
    }),
    input_type: Kind.optional().meta({ description: 'Alias of `kind`' }),
    truncate: z
      .boolean()
      .default(false)
      .meta({ description: 'Shorten texts that exceed the model’s limit instead of refusing them' }),
  })
  .meta({
    examples: [{ model: 'multilingual-e5-small', input: ['연차 휴가는 며칠인가요?'], kind: 'query' }],
  });

const Embedding = z.object({
  object: z.literal('embedding'),
  index: z.int(),
  embedding: z
    .union([z.array(z.number()), z.string()])
    .meta({ description: 'Numbers, or base64 of little-endian float32' }),
});

const Embeddings = z
  .object({
    object: z.literal('list'),
    data: z.array(Embedding),
    model: z.string(),
    usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
  })
  .meta({ id: 'Embeddings' });

/** Passed on to the embedder, which knows no API keys. */
export const createEmbeddings = defineRoute({
  method: 'POST',
  path: '/v1/embeddings',
  summary: 'Embed texts',
  description:
    'Takes an API key with the scope `embeddings`; access tokens are refused. The embedder’s queue is bounded: over capacity the answer is 429 immediately.',
  tag: 'openai',
  access: { scope: 'embeddings' },
  errorFormat: 'openai',
  body: EmbeddingsInput,
  response: { 200: Embeddings },
  errors: [
    'not_found',
    'validation_failed',
    'input_too_long',
    'payload_too_large',
    'overloaded',
    'dependency_unavailable',
  ],
  async run({ principal, body }) {
    if (principal.kind !== 'key')
      throw new AppError('invalid_token', 'Send an API key with the scope `embeddings`.');
    // Once: the queue of the embedder is bounded, and clients of OpenAI try again by themselves.
    return ok(await callEmbedder({ path: '/v1/embeddings', body, attempts: 1 }, Embeddings));
  },
});
