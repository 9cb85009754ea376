import { z } from 'zod';
import { AppError, ERROR_CODES } from '#shared/core/errors.ts';
import { openAiError, problem } from '#shared/core/problem.ts';
import { Id, PageQuery } from '#shared/http/route.ts';
import { OpenAiErrorBody, ProblemBody } from './conventions.ts';
import { openApiDocument } from './openapi.ts';
import type { Operation } from './operation.ts';

const Thing = z.object({ id: Id, size: z.int(), made: z.iso.datetime() }).meta({ id: 'Thing' });

const getThing: Operation = {
  method: 'GET',
  path: '/things/{thing_id}',
  summary: 'Get a thing',
  tag: 'things',
  access: { role: 'member', scope: 'search' },
  response: { 200: Thing },
};

function documentOf(operations: Record<string, Operation>) {
  return openApiDocument({
    info: { title: 'Things', version: '1', description: '' },
    tags: { things: 'Things' },
    operations,
  });
}

type Media = {
  schema: { required?: string[]; additionalProperties?: boolean; oneOf?: object[] };
  example?: string;
};
type Content = Record<'application/json' | 'text/event-stream', Media>;
type Described = {
  description: string;
  security: object[];
  parameters: object[];
  requestBody: { required: boolean; content: Content };
  responses: Record<200 | 401 | 409 | 422 | 429 | 503, { headers: object; content: Content }>;
};

/** The description of one operation: `getThing` with changes. */
function describedAs(changed: Partial<Operation>): Described {
  const operation = { ...getThing, ...changed };
  return documentOf({ operation }).paths[operation.path]?.[operation.method.toLowerCase()] as Described;
}

function answerSchema(schema: z.ZodType): Media['schema'] {
  return describedAs({ response: { 200: schema } }).responses[200].content['application/json'].schema;
}

describe('schemas', () => {
  test('a schema with an id is described once and referred to', () => {
    const document = documentOf({
      getThing,
      listThings: { ...getThing, path: '/things', response: { 200: z.array(Thing) } },
    });
    const { Thing: described } = document.components.schemas;
    expect(described).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        size: { type: 'integer' },
        made: { type: 'string', format: 'date-time' },
      },
      required: ['id', 'size', 'made'],
    });
    expect(document.paths['/things']?.get?.responses).toMatchObject({
      200: {
        content: {
          'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } },
        },
      },
    });
  });

  test('two different schemas cannot share an id', () => {
    const other = z.object({ id: z.string() }).meta({ id: 'Thing' });
    expect(() =>
      documentOf({ getThing, other: { ...getThing, path: '/others', response: { 200: other } } }),
    ).toThrow('Thing');
  });

  test('a field with a default is optional in a request and always in a response', () => {
    const Sized = z.object({ size: z.int().default(1) });
    const { requestBody, responses } = describedAs({ method: 'POST', body: Sized, response: { 200: Sized } });
    expect(requestBody.content['application/json'].schema.required).toBeUndefined();
    expect(responses[200].content['application/json'].schema.required).toEqual(['size']);
  });

  test('strict objects stay strict, and others allow additional fields', () => {
    expect(answerSchema(z.strictObject({ a: z.string() })).additionalProperties).toBe(false);
    expect(answerSchema(z.object({ a: z.string() })).additionalProperties).toBeUndefined();
  });

  test('an optional body is not required', () => {
    const body = z.object({ a: z.string() });
    expect(describedAs({ method: 'POST', body }).requestBody.required).toBe(true);
    expect(describedAs({ method: 'POST', body: body.optional() }).requestBody.required).toBe(false);
  });

  test('a text keeps its own media type', () => {
    const response = { 200: z.string().meta({ contentMediaType: 'text/html' }) };
    expect(Object.keys(describedAs({ response }).responses[200].content)).toEqual(['text/html']);
  });

  test('a text or JSON, as the caller likes, has both media types', () => {
    const text = z.string().meta({ contentMediaType: 'text/csv' });
    const { content } = describedAs({ response: { 200: z.union([z.object({ a: z.int() }), text]) } })
      .responses[200];
    expect(Object.keys(content)).toEqual(['application/json', 'text/csv']);
    expect(content['application/json'].schema).toMatchObject({ type: 'object' });
  });
});

describe('parameters', () => {
  test('ids in a path are UUIDs, other parameters any text', () => {
    const { parameters } = describedAs({ path: '/things/{thing_id}/files/{file}' });
    expect(parameters).toEqual([
      { name: 'thing_id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      { name: 'file', in: 'path', required: true, schema: { type: 'string' } },
    ]);
  });

  test('query parameters carry their limits, default and description', () => {
    const query = PageQuery.extend({ q: z.string().meta({ description: 'Part of the name' }) });
    const { parameters } = describedAs({ path: '/things', query });
    expect(parameters).toEqual([
      {
        name: 'limit',
        in: 'query',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
      },
      { name: 'cursor', in: 'query', required: false, schema: { type: 'string', maxLength: 500 } },
      {
        name: 'q',
        in: 'query',
        required: true,
        description: 'Part of the name',
        schema: { type: 'string' },
      },
    ]);
  });

  test('a query without fixed names is one exploded parameter', () => {
    const { parameters } = describedAs({ path: '/things', query: z.record(z.string(), z.string()) });
    expect(parameters).toMatchObject([{ in: 'query', style: 'form', explode: true }]);
  });

  test('Idempotency-Key is documented where it is honoured, with its errors', () => {
    const { parameters, responses } = describedAs({ method: 'POST', path: '/things', idempotent: true });
    expect(parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header', required: false }]);
    expect(responses[409]).toEqual({ $ref: '#/components/responses/409.request_in_progress' });
    expect(responses[422]).toEqual({
      $ref: '#/components/responses/422.idempotency_key_reused.validation_failed',
    });
  });
});

describe('access', () => {
  test.each([
    ['public', 'Public: no credentials needed.'],
    ['user', 'Needs a signed-in user; API keys are refused.'],
    [{ scope: 'any' }, 'Needs a signed-in user or any API key.'],
    [{ scope: 'chat' }, 'Needs a signed-in user or an API key with the scope `chat`.'],
    [{ role: 'owner', scope: 'session-only' }, 'Needs the role `owner` in the team; API keys are refused.'],
    [{ role: 'viewer', scope: 'any' }, 'Needs the role `viewer` or higher in the team.'],
    [
      { role: 'member', scope: 'search' },
      'Needs the role `member` or higher in the team; an API key also needs the scope `search`.',
    ],
  ] as const)('%j is told in words', (access, words) => {
    expect(describedAs({ access }).description).toBe(words);
  });

  test('only public operations need no credential', () => {
    expect(describedAs({ access: 'public' }).security).toEqual([]);
    expect(describedAs({ access: 'public' }).responses[401]).toBeUndefined();
    expect(describedAs({ access: 'user' }).security).toEqual([{ bearer: [] }]);
    expect(describedAs({ access: 'user' }).responses[401]).toBeDefined();
  });
});

describe('errors', () => {
  test('every error is listed under its status, also those of the steps before the route', () => {
    const { responses } = describedAs({
      method: 'POST',
      body: z.object({}),
      errors: ['already_exists', 'last_owner'],
    });
    expect(Object.values(responses).slice(1)).toEqual([
      { $ref: '#/components/responses/400.invalid_json' },
      { $ref: '#/components/responses/401.invalid_token.session_expired.unauthenticated' },
      { $ref: '#/components/responses/403.insufficient_role.insufficient_scope' },
      { $ref: '#/components/responses/404.not_found' },
      { $ref: '#/components/responses/409.already_exists.last_owner' },
      { $ref: '#/components/responses/413.payload_too_large' },
      { $ref: '#/components/responses/415.unsupported_media_type' },
      { $ref: '#/components/responses/422.validation_failed' },
      { $ref: '#/components/responses/429.rate_limited' },
      { $ref: '#/components/responses/500.internal_error' },
      { $ref: '#/components/responses/503.dependency_unavailable' },
    ]);
  });

  test('a status of both a success and an error has the content of both', () => {
    const { responses } = describedAs({ response: { 200: Thing, 503: Thing } });
    expect(Object.keys(responses[503].content)).toEqual(['application/json', 'application/problem+json']);
  });

  test('OpenAI-compatible operations document OpenAI’s error format and codes', () => {
    const document = documentOf({ operation: { ...getThing, errorFormat: 'openai' } });
    const responses = document.components.responses;
    expect(responses['404.model_not_found.openai']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/OpenAiError' } } },
    });
  });

  test.each(ERROR_CODES)('the error %s is rendered as documented', (code) => {
    const error = new AppError(code, 'What to do.', { fields: [{ path: 'a.b', message: 'wrong' }] });
    expect(z.strictObject(ProblemBody.shape).safeParse(problem(error, 'id')).error).toBeUndefined();
    expect(z.strictObject(OpenAiErrorBody.shape).safeParse(openAiError(error)).error).toBeUndefined();
  });

  test('rate limit headers are documented on successes and errors, except on uncounted routes', () => {
    const document = documentOf({ getThing });
    const { '429.rate_limited': refused } = document.components.responses;
    const headers = { RateLimit: expect.anything(), 'RateLimit-Policy': expect.anything() };
    expect(refused).toMatchObject({ headers: { ...headers, 'Retry-After': expect.anything() } });
    expect(describedAs({}).responses[200].headers).toMatchObject(headers);
    expect(describedAs({ uncounted: true }).responses[200].headers).not.toHaveProperty('RateLimit');
    expect(describedAs({ uncounted: true }).responses[429]).toBeUndefined();
  });
});

describe('event streams', () => {
  const events = {
    delta: z.object({ text: z.string() }).meta({ examples: [{ text: 'hello' }] }),
    done: z.object({}),
  };

  test('every event is documented with name and data, besides the JSON response', () => {
    const { content } = describedAs({ events }).responses[200];
    expect(Object.keys(content)).toEqual(['application/json', 'text/event-stream']);
    expect(content['text/event-stream'].schema.oneOf).toMatchObject([
      { title: 'delta', properties: { event: { const: 'delta' }, data: { required: ['text'] } } },
      { title: 'done', properties: { event: { const: 'done' } } },
    ]);
  });

  test('the example shows the stream as it is sent', () => {
    const { content } = describedAs({ events }).responses[200];
    expect(content['text/event-stream'].example).toBe('event: delta\ndata: {"text":"hello"}\n\n');
  });
});

describe('the document', () => {
  test('two operations cannot have the same method and path', () => {
    expect(() => documentOf({ getThing, again: getThing })).toThrow('GET /things/{thing_id}');
  });

  test('a tag needs a description', () => {
    expect(() => documentOf({ getThing: { ...getThing, tag: 'other' } })).toThrow('other');
  });

  test('an operation’s id is its name', () => {
    expect(documentOf({ getThing }).paths['/things/{thing_id}']?.get?.operationId).toBe('getThing');
  });
});
