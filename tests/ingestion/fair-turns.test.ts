import { closePools } from '#shared/db/pool.ts';
import { takeTurn } from '#shared/ingestion/take-turn.ts';
import { log } from '#shared/observability/log.ts';
import { newTeam, type Team } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { patchDocument, useStores } from '#tests/support/stores.ts';
import { untilPasses } from '#tests/support/until.ts';

beforeAll(async () => {
  log.setLogLevel('SILENT');
  await useStores();
});

const teams: Team[] = [];
afterAll(async () => {
  for (const { id } of teams)
    await withDatabase((db) => db.query('DELETE FROM documents WHERE team_id = $1', [id]));
  await closePools();
});

/**
 * A new team with documents that have waited for three seconds, too short for the sweeper. Their files do not exist, so
 * that an attempt ends at once.
 */
async function teamWith(count: number, columns: Record<string, unknown> = {}): Promise<string[]> {
  const team = await newTeam();
  teams.push(team);
  const { fetch_url = null, status = 'uploaded' } = columns;
  return await withDatabase(async (db) => {
    const { rows } = await db.query<{ id: string }>(
      `INSERT INTO documents (id, team_id, collection_id, filename, content_type, size_bytes, object_key, created_by,
         status, fetch_url, updated_at)
       SELECT gen_random_uuid(), $1, c.id, 'a.txt', 'text/plain', 1, 'teams/none/' || gen_random_uuid(), $2, $4, $5,
         now() - interval '3 seconds'
       FROM collections c, generate_series(1, $3) WHERE c.team_id = $1 RETURNING id`,
      [team.id, team.owner.id, count, status, fetch_url],
    );
    return rows.map(({ id }) => id);
  });
}

async function read(id: string): Promise<{ status: string; team: string; claimed_at: Date | null }> {
  const { rows } = await withDatabase((db) =>
    db.query('SELECT status, team_id AS team, claimed_at FROM documents WHERE id = $1', [id]),
  );
  return rows[0] as { status: string; team: string; claimed_at: Date | null };
}

async function take(documentId: string): Promise<void> {
  const { team } = await read(documentId);
  await takeTurn({ teamId: team, documentId, isUpload: false, onFault: 'retry', since: null });
}

test('a document of another team goes before the rest of 500 that came earlier', async () => {
  const bulk = await teamWith(500);
  const [single = ''] = await teamWith(1);
  let messages = 0;
  while ((await read(single)).claimed_at === null && messages < 40) {
    await take(bulk[messages] ?? '');
    messages += 1;
  }
  // Other teams of the same test run may have waited too; in the order of messages it would be the 501st.
  expect(messages).toBeLessThan(40);
});

test('two teams with many documents take turns', async () => {
  const [one, two] = [await teamWith(20), await teamWith(20)];
  const begun = async (ids: string[]) =>
    (await Promise.all(ids.map(read))).filter(({ claimed_at }) => claimed_at !== null).length;
  // Other teams of the same test run may have waited too, and take their turns.
  let messages = 0;
  while (messages < 20 && (await begun(two)) < 3) {
    await take(one[messages] ?? '');
    messages += 1;
  }
  expect(await begun(two)).toBeGreaterThanOrEqual(3);
  expect(Math.abs((await begun(one)) - (await begun(two)))).toBeLessThanOrEqual(2);
});

test('a document whose message was used for another team gets a message again', async () => {
  const bulk = await teamWith(8);
  await teamWith(3);
  for (const id of bulk) await take(id);
  await untilPasses(async () => {
    const statuses = (await Promise.all(bulk.map(read))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['failed']));
  });
});

test('a message of a deleted document takes nobody’s turn', async () => {
  const bulk = await teamWith(6);
  const { team: teamId } = await read(bulk[0] ?? '');
  await patchDocument(bulk[0] ?? '', `status = 'deleting'`);
  await takeTurn({ teamId, documentId: bulk[0] ?? '', isUpload: false, onFault: 'retry', since: null });
  for (const id of bulk.slice(1)) expect((await read(id)).claimed_at).toBeNull();
});

test('a file that has not arrived holds nobody up, and is looked for no more for a while', async () => {
  const bulk = await teamWith(6);
  const [absent = ''] = await teamWith(1, { status: 'pending_upload' });
  for (const id of bulk) await take(id);
  expect((await read(absent)).status).toBe('pending_upload');
});

test('a team’s pages are fetched two at a time; the next one follows', async () => {
  const [first = '', second = '', third = ''] = await teamWith(3, { fetch_url: 'http://nowhere.invalid/' });
  const inWork = `status = 'parsing', lease_expires_at = now() + interval '1 minute'`;
  await patchDocument(first, inWork);
  await patchDocument(second, inWork);
  await take(third);
  expect((await read(third)).claimed_at).toBeNull();
  await patchDocument(second, `status = 'failed'`);
  await take(third);
  expect((await read(third)).status).toBe('failed');
});
