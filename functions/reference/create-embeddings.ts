import { z } from 'zod';
import type { Operation } from './openapi/operation.ts';

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

/** Served by the embedder, not by a Lambda function: declared here for the OpenAPI document only. */
export const createEmbeddings: Operation = {
  method: 'POST',
  path: '/v1/embeddings',
  summary: 'Embed texts',
  description:
    'Served by the embedder, in production on its own host. Its queue is bounded: over capacity it answers 429 immediately.',
  tag: 'openai',
  access: { scope: 'embeddings' },
  whoMay: 'Needs an API key with the scope `embeddings`; access tokens are refused.',
  errorFormat: 'openai',
  body: EmbeddingsInput,
  response: {
    200: z
      .object({
        object: z.literal('list'),
        data: z.array(Embedding),
        model: z.string(),
        usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
      })
      .meta({ id: 'Embeddings' }),
  },
  errors: ['not_found', 'input_too_long', 'overloaded', 'dependency_unavailable'],
};
