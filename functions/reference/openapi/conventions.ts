import { z } from 'zod';
import { ERROR_CODES } from '#shared/core/errors.ts';
import type { JsonSchema } from './components.ts';

/** An error (RFC 9457), on all paths except the OpenAI-compatible ones. */
export const ProblemBody = z
  .object({
    type: z.string().meta({ format: 'uri' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong and what to do next' }),
    code: z.string().meta({
      description: `A stable identifier for programs. Codes may be added to these: ${ERROR_CODES.map((code) => `\`${code}\``).join(', ')}`,
    }),
    request_id: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'The invalid fields; `path` is dotted from the request’s root' }),
  })
  .meta({
    id: 'Problem',
    examples: [
      {
        type: 'urn:rag-platform:error:validation_failed',
        title: 'Unprocessable Entity',
        status: 422,
        detail: 'The body is not acceptable: name: Too small.',
        code: 'validation_failed',
        request_id: '0192f0c1-6f0b-7cc1-9d5a-1f1a36c0a1d2',
        errors: [{ path: 'name', message: 'Too small' }],
      },
    ],
  });

/** An error on the OpenAI-compatible paths. */
export const OpenAiErrorBody = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      code: z.string().nullable(),
      param: z.string().nullable(),
    }),
  })
  .meta({ id: 'OpenAiError' });

export const SECURITY_SCHEMES: JsonSchema = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token from sign-in (10 minutes), or an API key (`rag_…`)',
  },
};

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string' },
  example,
});

export const HEADERS = {
  'X-Request-Id': text('Identifies this request in the log', '0192f0c1-6f0b-7cc1-9d5a-1f1a36c0a1d2'),
  RateLimit: text(
    'Remaining requests (`r`) and seconds until the window resets (`t`)',
    '"requests";r=599;t=42',
  ),
  'RateLimit-Policy': text('Allowed requests (`q`) per window of `w` seconds', '"requests";q=600;w=60'),
  'Retry-After': { description: 'Seconds to wait before retrying', schema: { type: 'integer' } },
  'WWW-Authenticate': text('The authentication scheme', 'Bearer'),
  'Idempotent-Replayed': text(
    'Present when this is the response to an earlier request with this `Idempotency-Key`',
    'true',
  ),
  Location: { description: 'Redirect target', schema: { type: 'string', format: 'uri-reference' } },
} as const;

export type HeaderName = keyof typeof HEADERS;

/** References to headers of a response. */
export function headerReferences(names: HeaderName[]): JsonSchema {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
