import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { AppError, type ErrorCode, statusOf } from '#shared/core/errors.ts';
import { openAiError } from '#shared/core/problem.ts';
import type { Components, JsonSchema } from './components.ts';
import { type HeaderName, headerReferences, OpenAiErrorBody, ProblemBody } from './conventions.ts';
import { errorCodes, type Operation } from './operation.ts';

type Response = JsonSchema & { content: JsonSchema };

const SUCCESS: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted: processing continues after the response',
  204: 'No content',
  302: 'Redirect',
};

/** Every response of an operation, by status: successes and errors. A status may have both. */
export function describeResponses(operation: Operation, components: Components): Record<string, JsonSchema> {
  const responses: Record<string, JsonSchema> = {};
  for (const [status, schema] of Object.entries(operation.response)) {
    responses[status] = successResponse(operation, { status: Number(status), schema }, components);
  }
  for (const [status, codes] of Map.groupBy(errorCodes(operation), statusOf)) {
    const { name, response } = errorResponse(operation, { status, codes }, components);
    const own = responses[status];
    responses[status] = own
      ? { ...response, content: { ...(own.content as JsonSchema), ...response.content } }
      : components.shared(name, response);
  }
  return responses;
}

type Success = { status: number; schema: z.ZodType | null };

function successResponse(
  operation: Operation,
  { status, schema }: Success,
  components: Components,
): JsonSchema {
  const headers: HeaderName[] = ['X-Request-Id'];
  if (!operation.uncounted) headers.push('RateLimit', 'RateLimit-Policy');
  if (status === 302) headers.push('Location');
  if (operation.idempotent) headers.push('Idempotent-Replayed');
  const content = {
    ...(schema ? contentOf(components.response(schema)) : {}),
    ...(status === 200 && operation.events
      ? { 'text/event-stream': eventStream(operation.events, components) }
      : {}),
  };
  return {
    description: SUCCESS[status] ?? STATUS_CODES[status],
    headers: headerReferences(headers),
    ...(Object.keys(content).length > 0 ? { content } : {}),
  };
}

/**
 * The content of a response: JSON, or the media type that the schema names (`.meta({ contentMediaType })`). Parts of a
 * union with different types are described apart.
 */
function contentOf({ contentMediaType, ...schema }: JsonSchema): JsonSchema {
  const parts = (schema.anyOf ?? []) as JsonSchema[];
  if (parts.some((part) => part.contentMediaType !== undefined))
    return Object.assign({}, ...parts.map(contentOf)) as JsonSchema;
  return { [typeof contentMediaType === 'string' ? contentMediaType : 'application/json']: { schema } };
}

/** OpenAPI 3.1 cannot describe a stream of events: each event is an object with its name and its data. */
function eventStream(events: Record<string, z.ZodType>, components: Components): JsonSchema {
  const schema = {
    description:
      'Server-sent events, each one of the following: `event` is its name, `data` is one line of JSON.',
    oneOf: Object.entries(events).map(([event, data]) => ({
      type: 'object',
      title: event,
      properties: { event: { const: event }, data: components.response(data) },
      required: ['event', 'data'],
    })),
  };
  const example = Object.entries(events).flatMap(([event, data]) => {
    const [first] = (data.meta()?.examples ?? []) as unknown[];
    return first === undefined ? [] : [`event: ${event}\ndata: ${JSON.stringify(first)}\n\n`];
  });
  return example.length > 0 ? { schema, example: example.join('') } : { schema };
}

/** An error response depends on its status, codes and format only. Equal ones therefore share one component. */
function errorResponse(
  { errorFormat }: Operation,
  { status, codes }: { status: number; codes: ErrorCode[] },
  components: Components,
) {
  const openAi = errorFormat === 'openai';
  const words = openAi ? codes.map((code) => openAiError(new AppError(code, '')).error.code) : codes;
  const headers: HeaderName[] = ['X-Request-Id'];
  if (status === 401) headers.push('WWW-Authenticate');
  if (codes.includes('rate_limited')) headers.push('RateLimit', 'RateLimit-Policy');
  if (status === 429 || status === 503) headers.push('Retry-After');
  const response: Response = {
    description: `${STATUS_CODES[status]}: ${words.map((code) => `\`${code}\``).join(', ')}`,
    headers: headerReferences(headers),
    content: openAi
      ? { 'application/json': { schema: components.response(OpenAiErrorBody) } }
      : { 'application/problem+json': { schema: components.response(ProblemBody) } },
  };
  return { name: [status, ...words, ...(openAi ? ['openai'] : [])].join('.'), response };
}
