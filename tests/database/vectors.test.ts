import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Client } from 'pg';
import { handler as runMigrations } from '#functions/migrate/handler.ts';
import { ROOT } from '#local/platform/options.ts';
import { loadConfig, reloadConfig } from '#shared/core/config.ts';
import { migrate } from '#shared/db/migrate.ts';
import { closePools } from '#shared/db/pool.ts';
import { inTeam, unscoped } from '#shared/db/scope.ts';
import { copyVectors, parseStores } from '#shared/vectors/copy.ts';
import type { VectorRecord, VectorSpace } from '#shared/vectors/store.ts';
import { VECTOR_STORES, vectorStore } from '#shared/vectors/vector-store.ts';
import { type PgvectorDatabase, startPgvectorDatabase } from '#tests/support/pglite.ts';
import { platform } from '#tests/support/platform.ts';
import { type Indexed, indexedDocuments } from './indexed-documents.ts';
import { at, nearest, record } from './vector-records.ts';

const PGVECTOR_MIGRATIONS = path.join(ROOT, 'migrations/pgvector');

let database: PgvectorDatabase;
let space: VectorSpace;

beforeAll(async () => {
  const [{ env }, started] = await Promise.all([platform(), startPgvectorDatabase()]);
  database = started;
  const { host, port, user, password, database: name } = database.settings;
  Object.assign(process.env, {
    CHROMA_URL: env.CHROMA_URL,
    JWT_SECRET: env.JWT_SECRET,
    VECTOR_STORE: 'pgvector',
    DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${name}`,
    DATABASE_TLS: 'false',
    // PGlite has one session.
    DATABASE_POOL_SIZE: '1',
  });
  await loadConfig('database', 'vectors');
  await runMigrations();
  // With PostgreSQL as the store, requests have the role that row-level security restricts.
  await database.become('rag_app');
}, 60_000);

afterAll(async () => {
  await closePools();
  await database.close();
});

beforeEach(() => {
  space = newSpace();
});

function newSpace(): VectorSpace {
  return { teamId: randomUUID(), model: 'test@1:fp32:mean' };
}

const ids = (found: { id: string }[]) => found.map(({ id }) => id);
const EVERYTHING = { vector: at(0), limit: 100 };
const [OFF, ON] = [randomUUID(), randomUUID()];

describe.each(Object.entries(VECTOR_STORES))('%s', (_name, store) => {
  test('can be reached', async () => {
    await expect(store.ping()).resolves.toBeUndefined();
  });

  test('gives the nearest by cosine, best first, and no more than wanted', async () => {
    const [near, nearer, far, opposite] = [at(30), at(10), at(80), at(180)].map((each) => record(each));
    await store.upsert(space, [near!, far!, nearer!, opposite!]);
    const found = await nearest(store, space, { vector: at(0), limit: 3 });
    expect(ids(found)).toEqual(ids([nearer!, near!, far!]));
    for (const [index, degrees] of [10, 30, 80].entries())
      expect(found[index]?.similarity).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 3);
    expect((await nearest(store, space, EVERYTHING)).at(-1)?.similarity).toBeCloseTo(-1, 3);
  });

  test('gives the nearest of each of several vectors, in their order', async () => {
    const records = [10, 40, 80].map((degrees) => record(at(degrees)));
    const [low, middle, high] = records.map(({ id }) => id);
    await store.upsert(space, records);
    const found = async (limit: number) =>
      (await store.query(space, { vectors: [at(0), at(90)], limit })).map(ids);
    expect(await found(2)).toEqual([
      [low, middle],
      [high, middle],
    ]);
    expect(await found(100)).toEqual([
      [low, middle, high],
      [high, middle, low],
    ]);
    const far = { vectors: [at(0), at(90)], limit: 9, documentIds: [randomUUID()] };
    expect(await store.query(space, far)).toEqual([[], []]);
  });

  test('judges by direction, not by length', async () => {
    const [long, short] = [record(at(40).map((x) => x * 30)), record(at(20).map((x) => x / 30))];
    await store.upsert(space, [long, short]);
    const found = await nearest(store, space, { ...EVERYTHING, vector: at(0).map((x) => x * 7) });
    expect(ids(found)).toEqual(ids([short, long]));
  });

  test('searches in the collections and documents that are asked for', async () => {
    const documents = [10, 20, 30].map((degrees) => record(at(degrees)));
    await store.upsert(space, documents);
    const [a, b, c] = documents as [VectorRecord, VectorRecord, VectorRecord];
    const found = async (where: { collectionIds?: string[]; documentIds?: string[] }) =>
      ids(await nearest(store, space, { ...EVERYTHING, ...where }));
    expect(await found({ collectionIds: [c.collectionId, b.collectionId] })).toEqual(ids([b, c]));
    expect(await found({ documentIds: [a.documentId, c.documentId] })).toEqual(ids([a, c]));
    expect(await found({ collectionIds: [b.collectionId], documentIds: [a.documentId] })).toEqual([]);
    expect(await found({ documentIds: [randomUUID()] })).toEqual([]);
  });

  test('passes over the documents that are excepted, however near they are', async () => {
    const near = Array.from({ length: 12 }, (_, n) => record(at(n), { documentId: n < 10 ? OFF : ON }));
    await store.upsert(space, near);
    const found = await nearest(store, space, { vector: at(0), limit: 2, exceptDocumentIds: [OFF] });
    expect(ids(found)).toEqual(ids(near.slice(10)));
    expect(await nearest(store, space, { ...EVERYTHING, exceptDocumentIds: [] })).toHaveLength(12);
    const both = { documentIds: [OFF, ON], exceptDocumentIds: [OFF, ON] };
    expect(await nearest(store, space, { ...EVERYTHING, ...both })).toEqual([]);
  });

  test('passes over collections without losing what lies behind them', async () => {
    const [hidden, shown] = [randomUUID(), randomUUID()];
    const near = Array.from({ length: 300 }, (_, n) =>
      record(at(n / 10), { collectionId: n < 295 ? hidden : shown }),
    );
    await store.upsert(space, near);
    for (const limits of [{ exceptCollectionIds: [hidden] }, { collectionIds: [shown] }]) {
      const [found = []] = await store.query(space, { vectors: [at(0)], limit: 5, ...limits });
      expect(ids(found)).toEqual(ids(near.slice(295)));
    }
    const both = { collectionIds: [hidden, shown], exceptCollectionIds: [hidden, shown] };
    expect(await nearest(store, space, { ...EVERYTHING, ...both })).toEqual([]);
    expect(await nearest(store, space, { ...EVERYTHING, exceptCollectionIds: [] })).toHaveLength(100);
  });

  test('moves all generations of a document to another collection, and nothing else changes', async () => {
    // Small vectors without an index, since there are more of them than fit in a request.
    const small = { ...space, model: 'small@1:fp32:mean' };
    const [documentId, from, to] = [randomUUID(), randomUUID(), randomUUID()];
    const near = (degrees: number) => at(degrees, { dimensions: 8 });
    const moved = Array.from({ length: 1_100 }, (_, n) =>
      record(near(n / 10), { documentId, collectionId: from, generation: n < 3 ? 1 : 2 }),
    );
    const stays = record(near(50), { collectionId: from });
    await store.upsert(small, [...moved, stays]);
    const before = await store.list(small, { documentId, generation: 1 });
    await store.move(small, { documentId, collectionId: to });
    const found = (collectionId: string) =>
      nearest(store, small, { vector: near(0), limit: 10, collectionIds: [collectionId] });
    expect(ids(await found(from))).toEqual([stays.id]);
    expect(ids(await found(to))).toEqual(ids(moved.slice(0, 10)));
    const after = await store.list(small, { documentId, generation: 1 });
    const byId = (records: VectorRecord[]) => new Map(records.map((each) => [each.id, each]));
    const wanted = before.map((each) => ({ ...each, collectionId: to }));
    expect(byId(after)).toEqual(byId(wanted));
    expect(await store.count(small, { documentId, generation: 2 })).toBe(1_097);
    await store.move(small, { documentId: randomUUID(), collectionId: to });
    await store.move({ ...newSpace(), model: small.model }, { documentId, collectionId: from });
    expect(ids(await found(from))).toEqual([stays.id]);
  });

  test('writes a vector twice as once, and replaces all of it', async () => {
    const first = record(at(90));
    await store.upsert(space, [first]);
    await store.upsert(space, [first]);
    const second = { ...record(at(5)), id: first.id };
    await store.upsert(space, [second]);
    expect(await store.count(space, first)).toBe(0);
    expect(await store.count(space, second)).toBe(1);
    const found = await nearest(store, space, EVERYTHING);
    expect(ids(found)).toEqual([first.id]);
    expect(found[0]?.similarity).toBeCloseTo(Math.cos((5 * Math.PI) / 180), 3);
  });

  test('takes more vectors at once than fit in a request, and none', async () => {
    const documentId = randomUUID();
    const model = 'small@1:fp32:mean';
    const many = Array.from({ length: 1_203 }, (_, n) =>
      record(at(n / 10, { dimensions: 8 }), { documentId }),
    );
    await store.upsert({ ...space, model }, many);
    await store.upsert({ ...space, model }, []);
    expect(await store.count({ ...space, model }, { documentId, generation: 1 })).toBe(1_203);
    expect(await store.list({ ...space, model }, { documentId, generation: 1 })).toHaveLength(1_203);
  });

  test('counts, lists and removes by document and generation', async () => {
    const documentId = randomUUID();
    const [old, now] = [record(at(10), { documentId }), record(at(20), { documentId, generation: 2 })];
    const other = record(at(30));
    await store.upsert(space, [old, now, other]);
    expect(await store.count(space, { documentId, generation: 2 })).toBe(1);
    await store.remove(space, { documentId, generation: 1 });
    expect(ids(await nearest(store, space, EVERYTHING))).toEqual(ids([now, other]));
    await store.remove(space, { documentId });
    expect(ids(await nearest(store, space, EVERYTHING))).toEqual([other.id]);
    const [listed] = await store.list(space, other);
    expect({ ...listed, vector: [] }).toEqual({ ...other, vector: [] });
    for (const [axis, value] of other.vector.entries()) expect(listed?.vector[axis]).toBeCloseTo(value, 3);
  });

  test('keeps models apart, of another dimension too', async () => {
    const wide = record(at(10));
    const narrow = record(at(10, { dimensions: 8 }));
    const elsewhere = { ...space, model: 'other@1:fp32:mean' };
    await store.upsert(space, [wide]);
    await store.upsert(elsewhere, [narrow]);
    expect(ids(await nearest(store, space, EVERYTHING))).toEqual([wide.id]);
    const found = await nearest(store, elsewhere, { vector: at(0, { dimensions: 8 }), limit: 5 });
    expect(ids(found)).toEqual([narrow.id]);
  });

  test.each([7, 512, 768, 1_024, 1_536, 2_560])(
    'takes and finds vectors of %d dimensions',
    async (dimensions) => {
      const elsewhere = { ...space, model: `wide@${dimensions}:fp32:cls` };
      const degrees = Array.from({ length: 12 }, (_, n) => 7 * n);
      const records = degrees.map((each) => record(at(each, { dimensions, axis: dimensions - 1 })));
      await store.upsert(elsewhere, records.toReversed());
      const found = await nearest(store, elsewhere, { vector: at(0, { dimensions }), limit: 4 });
      expect(ids(found)).toEqual(ids(records.slice(0, 4)));
      expect(found[3]?.similarity).toBeCloseTo(Math.cos((21 * Math.PI) / 180), 3);
      expect(await store.list(elsewhere, records[0]!)).toMatchObject([{ vector: { length: dimensions } }]);
    },
  );

  test('drops one space and no other, and what is not there without complaint', async () => {
    const elsewhere = { ...space, model: 'other@1:fp32:mean' };
    const [gone, kept] = [record(at(10)), record(at(20))];
    await store.upsert(space, [gone]);
    await store.upsert(elsewhere, [kept]);
    await store.drop(space);
    await store.drop(space);
    expect(await nearest(store, space, EVERYTHING)).toEqual([]);
    expect(ids(await nearest(store, elsewhere, EVERYTHING))).toEqual([kept.id]);
    await store.upsert(space, [gone]);
    expect(ids(await nearest(store, space, EVERYTHING))).toEqual([gone.id]);
  });

  test('shows, counts, changes and removes nothing of another team, whatever ids are given', async () => {
    const stranger = newSpace();
    const theirs = record(at(10));
    await store.upsert(space, [theirs]);
    const { documentId, collectionId } = theirs;
    const wanted = { ...EVERYTHING, documentIds: [documentId], collectionIds: [collectionId] };
    expect(await nearest(store, stranger, wanted)).toEqual([]);
    expect(await store.count(stranger, theirs)).toBe(0);
    expect(await store.list(stranger, theirs)).toEqual([]);
    await store.upsert(stranger, [{ ...theirs, vector: at(90) }]);
    await store.remove(stranger, { documentId });
    await store.drop(stranger);
    const [found] = await nearest(store, space, wanted);
    expect(found?.similarity).toBeCloseTo(Math.cos((10 * Math.PI) / 180), 3);
  });
});

describe('pgvector', () => {
  const store = VECTOR_STORES.pgvector;
  const count = 'SELECT count(*)::integer AS count FROM vectors';

  test('is the store that the setting names', () => {
    expect(vectorStore()).toBe(store);
  });

  test('row-level security keeps teams apart without any WHERE, and shows nothing without a scope', async () => {
    await store.upsert(space, [record(at(10))]);
    await store.upsert(newSpace(), [record(at(20))]);
    expect((await inTeam(space.teamId, (db) => db.query(count))).rows).toEqual([{ count: 1 }]);
    expect((await unscoped((db) => db.query(count))).rows).toEqual([{ count: 0 }]);
    const give = `UPDATE vectors SET team_id = '${randomUUID()}'`;
    await expect(inTeam(space.teamId, (db) => db.query(give))).rejects.toThrow(/row-level security/);
  });

  test.each([384, 512, 768, 1_024, 1_536])(
    'an index of %d dimensions serves a search of a team under row-level security',
    async (dimensions) => {
      const vector = JSON.stringify(at(0, { dimensions }));
      const lines = await inTeam(space.teamId, async (db) => {
        await db.query('SET LOCAL enable_sort = off');
        const { rows } = await db.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN SELECT chunk_id FROM vectors WHERE team_id = '${space.teamId}' AND model = 'x'
         AND vector_dims(embedding) = ${dimensions} ORDER BY embedding::halfvec(${dimensions}) <=> '${vector}'::halfvec(${dimensions}) LIMIT 5`,
        );
        return rows.map((row) => row['QUERY PLAN']);
      });
      expect(lines.join(' ')).toContain(`Index Scan using vectors_${dimensions}`);
    },
  );

  test('a small team among many finds all it has, however near the others are', async () => {
    const others = Array.from({ length: 400 }, (_, n) => record(at(n / 100, { axis: 2 + (n % 300) })));
    await store.upsert(newSpace(), others);
    const mine = [80, 85, 90].map((degrees) => record(at(degrees)));
    await store.upsert(space, mine);
    await database.asOwner(async (db) => {
      // As in a table too large to sort: the planner scans the index, and the scan ends among the other teams' rows.
      await db.exec('SET enable_sort = off; SET hnsw.max_scan_tuples = 50');
      expect(ids(await nearest(store, space, { vector: at(0), limit: 2 }))).toEqual(ids(mine.slice(0, 2)));
      expect(ids(await nearest(store, space, EVERYTHING))).toEqual(ids(mine));
      await db.exec('RESET enable_sort; RESET hnsw.max_scan_tuples');
    });
  });

  test('its migration runs once, apart from those that every database gets', async () => {
    await database.asOwner(async () => {
      expect(await runMigrations()).toEqual({ ran: [] });
      expect(await migrate(database.settings, PGVECTOR_MIGRATIONS, 'schema_migrations_pgvector')).toEqual([]);
    });
  });

  test('a deployment on Chroma gets no such table, and one on pgvector needs no Chroma', async () => {
    const { env } = await platform();
    const client = new Client({ connectionString: env.DATABASE_URL });
    await client.connect();
    expect((await client.query(`SELECT to_regclass('vectors') AS "table"`)).rows).toEqual([{ table: null }]);
    await client.end();
    delete process.env.CHROMA_URL;
    await expect(reloadConfig('vectors')).resolves.toBeUndefined();
    process.env.CHROMA_URL = env.CHROMA_URL;
    await reloadConfig('vectors');
  });
});

describe('moving from one store to another', () => {
  const { chroma, pgvector } = VECTOR_STORES;

  test('copies what readers see, goes on where it stopped, and leaves out what is gone', async () => {
    await database.asOwner(async (db) => {
      const documents = await indexedDocuments(database, { count: 3, model: space.model });
      const [whole, half, gone] = documents as [Indexed, Indexed, Indexed];
      for (const { space, records } of documents) await chroma.upsert(space, records);
      await pgvector.upsert(half.space, half.records.slice(1));
      await db.query(`UPDATE documents SET status = 'deleting' WHERE id = $1`, [gone.documentId]);
      const seen: string[] = [];
      const outcomes = await copyVectors({
        from: chroma,
        to: pgvector,
        onProgress: ({ done, total, outcome }) => seen.push(`${done}/${total} ${outcome}`),
      });
      expect(outcomes).toEqual({ copied: 2, present: 0, deleted: 0, incomplete: 0 });
      expect(seen).toEqual(['1/2 copied', '2/2 copied']);
      for (const { space, records } of [whole, half]) {
        expect(ids(await nearest(pgvector, space, EVERYTHING))).toEqual(ids(records));
        expect(await nearest(pgvector, { ...space, teamId: randomUUID() }, EVERYTHING)).toEqual([]);
      }
      expect(await pgvector.count(gone.space, gone.records[0]!)).toBe(0);
      const again = await copyVectors({ from: chroma, to: pgvector });
      expect(again).toEqual({ copied: 0, present: 2, deleted: 0, incomplete: 0 });
    });
  });

  test('says which documents the source does not have whole, and does not copy a part', async () => {
    await database.asOwner(async () => {
      const [document] = (await indexedDocuments(database, { count: 1, model: space.model })) as [Indexed];
      await pgvector.upsert(document.space, document.records.slice(1));
      const broken: string[] = [];
      await copyVectors({
        from: pgvector,
        to: chroma,
        onProgress: (each) => each.outcome === 'incomplete' && broken.push(each.document.id),
      });
      expect(broken).toEqual([document.documentId]);
      expect(await chroma.count(document.space, document.records[0]!)).toBe(0);
    });
  });

  test('a document that is deleted while it is copied leaves nothing in the target', async () => {
    await database.asOwner(async (db) => {
      const [document] = (await indexedDocuments(database, { count: 1, model: space.model })) as [Indexed];
      await chroma.upsert(document.space, document.records);
      const from = {
        ...chroma,
        async list(...args: Parameters<typeof chroma.list>) {
          const records = await chroma.list(...args);
          await db.query(`UPDATE documents SET status = 'deleting' WHERE id = $1`, [document.documentId]);
          return records;
        },
      };
      expect(await copyVectors({ from, to: pgvector })).toMatchObject({ deleted: 1 });
      expect(await pgvector.count(document.space, document.records[0]!)).toBe(0);
    });
  });

  test.each([
    [['--from', 'chroma']],
    [['--from', 'chroma', '--to', 'chroma']],
    [['--from', 'chroma', '--to', 'milvus']],
  ])('the command refuses %j', (args) => {
    expect(() => parseStores(args)).toThrow(/--from chroma --to pgvector/);
  });
});
