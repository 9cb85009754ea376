import { randomUUID } from 'node:crypto';
import { Filter } from './filter-schema.ts';

const message = (filter: unknown) => Filter.safeParse(filter).error?.issues[0]?.message ?? 'accepted';
const ofMetadata = (condition: unknown) => message({ metadata: { key: condition } });

const GOOD = [
  'HR',
  '',
  3,
  -1.5,
  true,
  null,
  { in: ['HR', 3, null] },
  { ne: 'HR' },
  { ne: null },
  { exists: true },
  { exists: false },
  { gte: 3 },
  { gt: 1, lt: 2.5 },
  { lte: '2024-03-05' },
  { gte: '2024-03-05T09:00:00+09:00' },
  { lt: '1.10' },
];
const BAD = [
  {},
  [],
  ['HR'],
  [['HR']],
  { in: [] },
  { in: 'HR' },
  { in: [{}] },
  { in: [['x']] },
  { ne: ['x'] },
  { ne: {} },
  { exists: 1 },
  { exists: null },
  { gt: true },
  { gt: null },
  { gt: 1, lt: '2' },
  { gte: [1] },
  { in: ['x'], ne: 'y' },
  { gte: 1, exists: true },
  { gte: '2024-02-30' },
  { lt: '2024-13-01T00:00:00Z' },
];

test.each(GOOD.map((each) => JSON.stringify(each)))('metadata takes %s', (json) => {
  expect(ofMetadata(JSON.parse(json))).toBe('accepted');
});

test.each(BAD.map((each) => JSON.stringify(each)))('metadata refuses %s', (json) => {
  expect(ofMetadata(JSON.parse(json))).toMatch(/^must (be a value, {in|have bounds)/);
});

test.each(['$gte', '$in', 'eq', 'contains'])(
  'the operator %s is unknown, and the message says so',
  (name) => {
    expect(ofMetadata({ [name]: 1 })).toMatch(`there is no operator ${name}`);
    expect(ofMetadata({ gte: 1, [name]: 1 })).toMatch(`there is no operator ${name}`);
  },
);

test('other parts of a filter are strict too', () => {
  const id = randomUUID();
  expect(
    message({ document_ids: [id], collection_ids: [id], created: { gte: '2024-01-01', lt: '2025-01-01' } }),
  ).toBe('accepted');
  expect(Filter.safeParse({ filename: 'x' }).error?.issues[0]).toMatchObject({ keys: ['filename'] });
  expect(Filter.safeParse({ created: { gt: '2024-01-01' } }).error?.issues[0]).toMatchObject({
    keys: ['gt'],
  });
  for (const bad of [
    { document_ids: [] },
    { document_ids: ['x'] },
    { created: {} },
    { created: { gte: 'today' } },
  ])
    expect(message(bad)).not.toBe('accepted');
  expect(message({ metadata: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [n, 1])) })).toBe(
    'at most 32 keys',
  );
});
