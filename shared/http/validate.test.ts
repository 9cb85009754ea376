import { z } from 'zod';
import type { AppError } from '#shared/core/errors.ts';
import { defineRoute, noContent } from './route.ts';
import { validateBody, validateQuery } from './validate.ts';

const DEFINITION = {
  method: 'POST',
  path: '/x',
  summary: 'X',
  tag: 'x',
  access: 'public',
  response: { 204: null },
  run: () => Promise.resolve(noContent()),
} as const;
const One = z.object({ one: z.int() });
const route = defineRoute({
  ...DEFINITION,
  query: z.object({ limit: z.coerce.number().optional() }),
  body: z.object({ list: z.array(One).default([]), either: z.union([z.string(), One]).optional() }),
});

function errorOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('Nothing was thrown');
}

const ofBody = (body: unknown) => errorOf(() => validateBody(route, () => body));

test('unknown fields are named with their whole path, in lists and unions too', () => {
  const { code, message, fields } = ofBody({
    list: [{ one: 1, two: 2 }],
    either: { one: 1, three: 3 },
    four: 4,
  });
  expect(code).toBe('validation_failed');
  expect(message).toBe('The body is not acceptable: list.0.two: unknown field.');
  expect(fields).toEqual(
    ['list.0.two', 'either.three', 'four'].map((path) => ({ path, message: 'unknown field' })),
  );
});

test('an unknown parameter is a 422, another bad one a 400', () => {
  const ofQuery = (query: unknown) => errorOf(() => validateQuery(route, query));
  expect(ofQuery({ limits: '1' })).toMatchObject({
    code: 'validation_failed',
    fields: [{ path: 'limits', message: 'unknown parameter' }],
  });
  expect(ofQuery({ limit: 'x' }).code).toBe('invalid_request');
  expect(ofQuery({ limit: 'x', limits: '1' }).code).toBe('validation_failed');
});

test('a route without a body refuses fields and ignores whatever else is sent', () => {
  const bare = defineRoute(DEFINITION);
  expect(errorOf(() => validateBody(bare, () => ({ a: 1 }))).fields?.[0]?.path).toBe('a');
  expect(errorOf(() => validateQuery(bare, { a: '1' })).fields?.[0]?.path).toBe('a');
  for (const body of [undefined, null, {}, [], [1], 'x'])
    expect(validateBody(bare, () => body)).toBeUndefined();
});

test('a long name is cut, and many errors are a list of fifty', () => {
  const long = 'x'.repeat(1_000);
  expect(ofBody({ [long]: 1 }).fields?.[0]?.path).toHaveLength(100);
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}`, n]));
  expect(ofBody(many).fields).toHaveLength(50);
});

test('the key __proto__ is refused at any depth', () => {
  const body: unknown = JSON.parse('{"list":[{"one":1,"__proto__":{}}]}');
  expect(ofBody(body).fields?.[0]).toEqual({ path: '__proto__', message: 'unknown field' });
});

test('routes for OpenAI clients take fields that they do not know', () => {
  const open = defineRoute({ ...DEFINITION, errorFormat: 'openai', body: One });
  expect(validateBody(open, () => ({ one: 1, two: 2 }))).toEqual({ one: 1 });
  expect(validateQuery(open, { beta: 'true' })).toBeUndefined();
});
