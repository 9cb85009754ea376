import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { type ErrorCode, statusOf } from '../../errors.ts';
import { type HeaderName, headerReferences, OpenAiErrorBody, ProblemBody } from './components.ts';
import { errorCodes, type Operation } from './operation.ts';
import type { JsonSchema, Schemas } from './schemas.ts';

type Response = { description: string; headers: JsonSchema; content?: JsonSchema };

const SUCCESS: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted: the work goes on after the answer',
  204: 'Done; no body',
  302: 'Redirect',
};

/** Every answer an operation can give, by status: its own and the errors, one status sometimes being both. */
export function describeResponses(operation: Operation, schemas: Schemas): Record<string, Response> {
  const responses: Record<string, Response> = {};
  for (const [status, schema] of Object.entries(operation.response)) {
    responses[status] = success(operation, { status: Number(status), schema }, schemas);
  }
  for (const [status, codes] of Map.groupBy(errorCodes(operation), statusOf)) {
    const error = describeError(operation, { status, codes }, schemas);
    const own = responses[status];
    responses[status] = own ? { ...error, content: { ...own.content, ...error.content } } : error;
  }
  return responses;
}

type Success = { status: number; schema: z.ZodType | null };

function success(operation: Operation, { status, schema }: Success, schemas: Schemas): Response {
  const headers: HeaderName[] = ['X-Request-Id', ...countHeaders(operation)];
  if (status === 302) headers.push('Location');
  if (operation.idempotent) headers.push('Idempotent-Replayed');
  const content = {
    ...(schema ? described(schemas.response(schema)) : {}),
    ...(status === 200 && operation.events
      ? { 'text/event-stream': { schema: eventStream(operation.events, schemas) } }
      : {}),
  };
  return {
    description: SUCCESS[status] ?? STATUS_CODES[status] ?? 'An answer',
    headers: headerReferences(headers),
    ...(Object.keys(content).length > 0 ? { content } : {}),
  };
}

/** JSON, unless the schema is of a text that names its own media type (`.meta({ contentMediaType })`). */
function described({ contentMediaType, ...schema }: JsonSchema): JsonSchema {
  return { [typeof contentMediaType === 'string' ? contentMediaType : 'application/json']: { schema } };
}

/** OpenAPI 3.1 has no word for a stream of events: each is described as an object of its name and its data. */
function eventStream(events: Record<string, z.ZodType>, schemas: Schemas): JsonSchema {
  return {
    description: 'Server-sent events. Each is one of these: `event` is its name, `data` one line of JSON.',
    oneOf: Object.entries(events).map(([event, data]) => ({
      type: 'object',
      title: event,
      properties: { event: { const: event }, data: schemas.response(data) },
      required: ['event', 'data'],
    })),
  };
}

function describeError(
  operation: Operation,
  { status, codes }: { status: number; codes: ErrorCode[] },
  schemas: Schemas,
): Response {
  const [type, schema] =
    operation.errorFormat === 'openai'
      ? ['application/json', OpenAiErrorBody]
      : ['application/problem+json', ProblemBody];
  const headers: HeaderName[] = ['X-Request-Id'];
  if (status === 401) headers.push('WWW-Authenticate');
  if (status === 429) headers.push(...countHeaders(operation));
  if (status === 429 || status === 503) headers.push('Retry-After');
  return {
    description: `${STATUS_CODES[status]}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
    headers: headerReferences(headers),
    content: { [type as string]: { schema: schemas.response(schema as z.ZodType) } },
  };
}

function countHeaders({ uncounted }: Operation): HeaderName[] {
  return uncounted ? [] : ['RateLimit', 'RateLimit-Policy'];
}
