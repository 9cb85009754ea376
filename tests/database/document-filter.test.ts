import { randomUUID } from 'node:crypto';
import { loadConfig } from '#shared/core/config.ts';
import * as chunks from '#shared/db/chunks.ts';
import {
  type DocumentFilter,
  type MetadataCondition,
  type MetadataRange,
  narrowScope,
  toMilliseconds,
  WHOLE_TEAM,
} from '#shared/db/document-filter.ts';
import { closePools } from '#shared/db/pool.ts';
import { Filter } from '#shared/http/filter-schema.ts';
import { withDatabase } from '#tests/support/database.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';
import { insertTeamRows } from '#tests/support/team-rows.ts';

type Metadata = Record<string, unknown>;
type Doc = { id: string; collection: string; created_at: string; metadata: Metadata };

/** Values that look alike, and that SQL or JSON might confuse. */
const NUMBERS = [0, -1, 2, 2.5, 10, 1e21, -0.5];
const WORDS = [
  '',
  '2',
  '10',
  'HR',
  'hr',
  '인사',
  "'; DROP TABLE documents; --",
  '$1',
  '{}',
  '%',
  '\\',
  '😀',
  '￿',
];
const TIMES = ['2024-03-05', '2024-03-05T00:00:00Z', '2024-03-05T08:59:59+09:00', '2024-03-05t00:00:00.5z'];
const ODD_TIMES = ['2024-03-05T00:00', '2024-02-30', '2024-13-01', '2023-12-31', '2024-03-05T24:00'];
const ALMOST_TIMES = ['2024-03-05 10:00', '0001-01-01', '2024-3-5'];
const VALUES = [NUMBERS, WORDS, TIMES, ODD_TIMES, ALMOST_TIMES, [true, false, null]].flat();
const KEYS = ['a', 'b', 'c', '부서', "k'ey", 'op', '$1'];
const FILTERS = 600;

let seed = 20_261_128;

/** A pseudo-random number in [0, 1), the same in every run (mulberry32). */
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

const chance = (share: number) => random() < share;
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const some = <T>(list: readonly T[], most: number): T[] =>
  Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(list));

function randomMetadata(): Metadata {
  const isListed = (value: unknown) => typeof value === 'string' || typeof value === 'number';
  const list = () => (chance(0.1) ? [] : some(VALUES.filter(isListed), 4));
  return Object.fromEntries(some(KEYS, 5).map((key) => [key, chance(0.4) ? list() : pick(VALUES)]));
}

function randomRange(): MetadataRange {
  const type = pick(['string', 'number']);
  const bounds = VALUES.filter((value) => typeof value === type) as string[];
  const names = some(['gt', 'gte', 'lt', 'lte'], 2);
  return Object.fromEntries(names.map((name) => [name, pick(bounds)]));
}

function randomCondition(): MetadataCondition {
  const kinds: (() => MetadataCondition)[] = [
    () => pick(VALUES),
    () => ({ in: some(VALUES, 3) }),
    () => ({ ne: pick(VALUES) }),
    () => ({ exists: chance(0.5) }),
    randomRange,
    randomRange,
  ];
  return pick(kinds)();
}

function randomFilter(documents: Doc[]): DocumentFilter {
  const times = documents.map(({ created_at }) => created_at);
  return {
    ...(chance(0.9) && {
      metadata: Object.fromEntries(some(KEYS, 2).map((key) => [key, randomCondition()])),
    }),
    ...(chance(0.2) && { document_ids: some(documents, 30).map(({ id }) => id) }),
    ...(chance(0.2) && { collection_ids: some(documents, 1).map(({ collection }) => collection) }),
    ...(chance(0.2) && {
      created: chance(0.5) ? { gte: pick(times) } : { gte: pick(times), lt: pick(times) },
    }),
  };
}

/** What the documentation promises, written without SQL. */
function matches({ id, collection, created_at, metadata }: Doc, filter: DocumentFilter): boolean {
  const { gte = created_at, lt } = filter.created ?? {};
  return (
    (filter.document_ids?.includes(id) ?? true) &&
    (filter.collection_ids?.includes(collection) ?? true) &&
    Date.parse(created_at) >= toMilliseconds(gte) &&
    (lt === undefined || Date.parse(created_at) < toMilliseconds(lt)) &&
    Object.entries(filter.metadata ?? {}).every(([key, condition]) => meets(metadata[key], condition))
  );
}

function meets(value: unknown, condition: MetadataCondition): boolean {
  const members = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (condition === null || typeof condition !== 'object') return members.includes(condition);
  if ('in' in condition) return members.some((member) => condition.in.includes(member as string));
  if ('ne' in condition) return !members.includes(condition.ne);
  if ('exists' in condition) return (value !== undefined) === condition.exists;
  return members.some((member) => isWithin(member, condition));
}

function isWithin(member: unknown, range: MetadataRange): boolean {
  const bounds = Object.entries(range);
  const isTime = bounds.every(
    ([, bound]) => typeof bound === 'string' && !Number.isNaN(toMilliseconds(bound)),
  );
  return bounds.every(([name, bound]) => {
    if (typeof member !== typeof bound) return false;
    const order = isTime
      ? toMilliseconds(member as string) - toMilliseconds(bound as string)
      : typeof member === 'number'
        ? member - (bound as number)
        : Buffer.compare(Buffer.from(member as string), Buffer.from(bound as string));
    return name === 'gt' ? order > 0 : name === 'gte' ? order >= 0 : name === 'lt' ? order < 0 : order <= 0;
  });
}

let teamId: string;
let documents: Doc[];

beforeAll(async () => {
  await usePlatformSettings();
  await loadConfig('database');
  await withDatabase(async (owner) => {
    const rows = await insertTeamRows(owner);
    teamId = rows.team;
    await owner.query('DELETE FROM documents WHERE team_id = $1', [teamId]);
    const collections = [randomUUID(), randomUUID()];
    for (const id of collections)
      await owner.query('INSERT INTO collections (id, team_id, name) VALUES ($1, $2, $3)', [id, teamId, id]);
    documents = Array.from({ length: 80 }, (_, n) => ({
      id: randomUUID(),
      collection: pick(collections),
      created_at: new Date(Date.UTC(2024, 0, 1 + (n % 9))).toISOString(),
      metadata: randomMetadata(),
    }));
    await owner.query(
      `INSERT INTO documents (id, team_id, collection_id, filename, content_type, size_bytes, status, object_key,
         created_by, active_generation, created_at, metadata)
       SELECT id, $1, collection, 'x', 'text/plain', 1, 'ready', 'x', $2, 1, created_at, metadata
       FROM jsonb_to_recordset($3) AS d(id uuid, collection uuid, created_at timestamptz, metadata jsonb)`,
      [teamId, rows.user, JSON.stringify(documents)],
    );
  });
});

afterAll(async () => {
  await withDatabase((owner) => owner.query('DELETE FROM teams WHERE id = $1', [teamId]));
  await closePools();
});

async function found(...filters: DocumentFilter[]): Promise<string[]> {
  const scope = filters.reduce(narrowScope, WHOLE_TEAM);
  return (await chunks.listFindableDocuments(teamId, scope)).sort();
}

const expected = (...filters: DocumentFilter[]) =>
  documents
    .filter((document) => filters.every((filter) => matches(document, filter)))
    .map(({ id }) => id)
    .sort();

test(`${FILTERS} random filters find what the documentation promises, alone and narrowed by another`, async () => {
  const sizes = new Set<number>();
  let accepted = 0;
  let before: DocumentFilter = {};
  for (let n = 0; n < FILTERS; n += 1) {
    const parsed = Filter.safeParse(randomFilter(documents));
    if (!parsed.success) continue;
    accepted += 1;
    const filter = parsed.data;
    const ids = await found(filter);
    expect({ filter, ids }).toEqual({ filter, ids: expected(filter) });
    expect({ before, filter, ids: await found(before, filter) }).toEqual({
      before,
      filter,
      ids: expected(before, filter),
    });
    sizes.add(ids.length);
    before = filter;
  }
  // Most filters are acceptable, and they are neither all empty nor all wide.
  expect(accepted).toBeGreaterThan(FILTERS * 0.7);
  expect(sizes.size).toBeGreaterThan(30);
});

test('an empty list of ids finds nothing: two filters may exclude each other', async () => {
  const [one, other] = documents as [Doc, Doc];
  expect(await found({ document_ids: [one.id] }, { document_ids: [other.id] })).toEqual([]);
  expect(await found({ document_ids: [one.id] }, {})).toEqual([one.id]);
  expect(await found({ collection_ids: [randomUUID()] })).toEqual([]);
});
