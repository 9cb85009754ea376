import { z } from 'zod';
import { toStrict } from './strict-schema.ts';

const Inner = z.object({ a: z.string() });

test.each<[string, { schema: z.ZodType; good: unknown; bad: unknown; path: (string | number)[] }]>([
  ['itself', { schema: Inner, good: { a: 'x' }, bad: { a: 'x', b: 1 }, path: [] }],
  [
    'a field',
    { schema: z.object({ f: Inner }), good: { f: { a: 'x' } }, bad: { f: { a: 'x', b: 1 } }, path: ['f'] },
  ],
  [
    'an optional field',
    { schema: z.object({ f: Inner.optional() }), good: {}, bad: { f: { a: 'x', b: 1 } }, path: ['f'] },
  ],
  [
    'a nullable field',
    {
      schema: z.object({ f: Inner.nullable() }),
      good: { f: null },
      bad: { f: { a: 'x', b: 1 } },
      path: ['f'],
    },
  ],
  [
    'a field with a default',
    {
      schema: z.object({ f: Inner.default({ a: '' }) }),
      good: {},
      bad: { f: { a: 'x', b: 1 } },
      path: ['f'],
    },
  ],
  [
    'an array',
    { schema: z.array(Inner), good: [{ a: 'x' }], bad: [{ a: 'x' }, { a: 'x', b: 1 }], path: [1] },
  ],
  [
    'a tuple',
    {
      schema: z.tuple([z.string(), Inner]),
      good: ['x', { a: 'x' }],
      bad: ['x', { a: 'x', b: 1 }],
      path: [1],
    },
  ],
  [
    'a record',
    {
      schema: z.record(z.string(), Inner),
      good: { k: { a: 'x' } },
      bad: { k: { a: 'x', b: 1 } },
      path: ['k'],
    },
  ],
  [
    'a transformed value',
    { schema: Inner.transform(({ a }) => a), good: { a: 'x' }, bad: { a: 'x', b: 1 }, path: [] },
  ],
  [
    'a checked value',
    { schema: Inner.refine(({ a }) => a !== ''), good: { a: 'x' }, bad: { a: 'x', b: 1 }, path: [] },
  ],
])('an object refuses unknown fields as %s', (_name, { schema, good, bad, path }) => {
  expect(schema.safeParse(bad).success).toBe(true);
  const strict = toStrict(schema);
  expect(strict.safeParse(good)).toEqual(schema.safeParse(good));
  const [issue] = strict.safeParse(bad).error?.issues ?? [];
  expect(issue).toMatchObject({ code: 'unrecognized_keys', keys: ['b'], path });
});

test('an object refuses unknown fields in a union', () => {
  const strict = toStrict(z.union([z.string(), Inner, z.array(Inner)]));
  for (const good of ['x', { a: 'x' }, [{ a: 'x' }]]) expect(strict.parse(good)).toEqual(good);
  for (const bad of [{ a: 'x', b: 1 }, [{ a: 'x', b: 1 }]]) expect(strict.safeParse(bad).success).toBe(false);
});

test('records and loose objects take any field', () => {
  const schema = z.object({ metadata: z.record(z.string(), z.unknown()), more: z.looseObject({}) });
  const body = { metadata: { a: { b: 1 } }, more: { c: { d: 2 } } };
  expect(toStrict(schema).parse(body)).toEqual(body);
});

test('checks, defaults, examples and descriptions stay, ids go', () => {
  const schema = z
    .object({ n: z.int().default(3).meta({ description: 'How many' }) })
    .refine(({ n }) => n < 10, 'too many')
    .meta({ id: 'StrictTest', examples: [{ n: 1 }] });
  const strict = toStrict(schema);
  expect(strict.parse({})).toEqual({ n: 3 });
  expect(strict.safeParse({ n: 12 }).error?.issues).toMatchObject([{ message: 'too many' }]);
  expect(z.toJSONSchema(strict, { io: 'input' })).toEqual({
    $schema: expect.any(String) as string,
    type: 'object',
    properties: {
      n: { ...z.toJSONSchema(z.int()), $schema: undefined, default: 3, description: 'How many' },
    },
    additionalProperties: false,
    examples: [{ n: 1 }],
  });
});

test('intersections and lazy schemas are refused', () => {
  expect(() => toStrict(z.object({ f: z.intersection(Inner, Inner) }))).toThrow('cannot be strict');
  expect(() => toStrict(z.object({ f: z.lazy(() => Inner) }))).toThrow('cannot be strict');
});
