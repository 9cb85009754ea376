import { codeOf } from '#shared/db/pool.ts';
import {
  anonymous,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { ask, newBotPath } from '#tests/support/chat.ts';
import { asApp, withDatabase } from '#tests/support/database.ts';
import { storedOf, useStores } from '#tests/support/stores.ts';
import { untilPasses } from '#tests/support/until.ts';
import { addText } from '#tests/support/upload.ts';

const DATABASE_REFUSES = 'LH001';

let team: Team;
let path: string;

beforeEach(async () => {
  team = await newTeam();
  path = `${team.path}/legal-hold`;
});

const start = (reason = 'Case 2026-117') => team.owner.request('PUT', path, { body: { reason } });
const end = () => team.owner.delete(path);

async function count(table: string, where = 'team_id = $1', value = team.id): Promise<number> {
  const sql = `SELECT count(*)::int AS count FROM ${table} WHERE ${where}`;
  const { rows } = await withDatabase((db) => db.query<{ count: number }>(sql, [value]));
  return rows[0]?.count ?? 0;
}

test('a hold has a reason, a beginning and somebody who began it, and is in the audit log', async () => {
  expect(succeeded(await team.owner.get(path))).toMatchObject({ active: false, reason: null });
  const hold = succeeded(await start());
  expect(hold).toMatchObject({ active: true, reason: 'Case 2026-117', started_by: team.owner.id });
  const changed = succeeded(await start('Case 2026-118'));
  expect(changed).toEqual({ ...hold, reason: 'Case 2026-118' });
  succeeded(await end());
  expectProblem(await end(), 404, 'not_found');
  const { data } = succeeded(
    await team.owner.get<{ data: Json[] }>(`${team.path}/audit-log?action=legal_hold`),
  );
  expect(data.map(({ action }) => action)).toEqual([
    'legal_hold.ended',
    'legal_hold.changed',
    'legal_hold.started',
  ]);
});

test('only owners see, begin and end a hold, never keys, and nobody of another team', async () => {
  const [admin, key, stranger] = [
    await newMember(team, 'admin'),
    await newKey(team, ['usage:read']),
    await newTeam(),
  ];
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const options = method === 'PUT' ? { body: { reason: 'x' } } : {};
    expectProblem(await admin.request(method, path, options), 403, 'insufficient_role');
    expectProblem(await key.request(method, path, options), 403, 'insufficient_scope');
    expectProblem(await stranger.owner.request(method, path, options), 404, 'not_found');
    expectProblem(await anonymous.request(method, path, options), 401, 'unauthenticated');
  }
  expectProblem(await start(' '), 422, 'validation_failed');
});

test('on hold, every route that deletes is refused in words, and deletes nothing', async () => {
  const { id: documentId } = await addText(team.owner, team.path, 'The contract ends in May.');
  const collection = succeeded(await team.owner.post(`${team.path}/collections`, { name: 'more' }));
  const chat = await newBotPath(team, { model: 'builtin/extractive' });
  const { conversation_id: conversationId } = await ask(team.owner, chat, 'When does the contract end?');
  succeeded(await start());
  const paths = [
    team.path,
    `${team.path}/documents/${documentId}`,
    `${team.path}/collections/${String(collection.id)}`,
    `${team.path}/conversations/${conversationId}`,
    chat.replace(/\/chat$/, ''),
    '/v1/me',
  ];
  for (const each of paths) {
    const answer = await team.owner.delete(each);
    expectProblem(answer, 409, 'legal_hold');
    expect(answer.text).toContain('legal hold');
  }
  const many = { document_ids: [documentId] };
  expectProblem(await team.owner.post(`${team.path}/documents/delete`, many), 409, 'legal_hold');
  succeeded(await end());
  for (const each of paths.slice(1, -1))
    expect([each, (await team.owner.delete(each)).status]).toEqual([each, 204]);
});

test('on hold, a document does not replace another one', async () => {
  const older = await addText(team.owner, team.path, 'The contract ends in May.');
  succeeded(await start());
  const more = { on_duplicate: 'replace' };
  await expect(addText(team.owner, team.path, 'The contract ends in June.', more)).rejects.toThrow(
    'legal_hold',
  );
  expect((await team.owner.get(`${team.path}/documents/${older.id}`)).body.status).toBe('ready');
});

test('on hold, conversations past the retention stay, and go after it', async () => {
  const chat = await newBotPath(team, { model: 'builtin/extractive' });
  await ask(team.owner, chat, 'When does the contract end?');
  succeeded(await start());
  succeeded(await team.owner.patch(team.path, { retention_days: 1 }));
  const past = `created_at - interval '3 days'`;
  await withDatabase(async (db) => {
    for (const table of ['conversations', 'messages'])
      await db.query(`UPDATE ${table} SET created_at = ${past} WHERE team_id = $1`, [team.id]);
  });
  // A team without a hold shows that the sweep has been there.
  const other = await newTeam();
  await ask(other.owner, await newBotPath(other, { model: 'builtin/extractive' }), 'Hello there, who is it?');
  await withDatabase((db) =>
    db.query(`UPDATE conversations SET created_at = ${past} WHERE team_id = $1`, [other.id]),
  );
  await withDatabase((db) =>
    db.query(`UPDATE messages SET created_at = ${past} WHERE team_id = $1`, [other.id]),
  );
  succeeded(await other.owner.patch(other.path, { retention_days: 1 }));
  await untilPasses(async () => {
    expect(await count('conversations', 'team_id = $1', other.id)).toBe(0);
  });
  expect(await count('conversations')).toBe(1);
  succeeded(await end());
  await untilPasses(async () => {
    expect(await count('conversations')).toBe(0);
  });
});

test('what was deleted just before a hold keeps its file until the hold ends', async () => {
  await useStores();
  const { id, embedding_model: model } = await addText(team.owner, team.path, 'The contract ends in May.');
  await withDatabase(async (db) => {
    await db.query('BEGIN');
    await db.query(`UPDATE documents SET status = 'deleting' WHERE id = $1`, [id]);
    await db.query(
      `INSERT INTO outbox (id, team_id, task, payload) SELECT gen_random_uuid(), team_id, 'delete_document',
         jsonb_build_object('document_id', id, 'object_key', object_key, 'model', embedding_model)
       FROM documents WHERE id = $1`,
      [id],
    );
    await db.query('UPDATE teams SET legal_hold_since = now() WHERE id = $1', [team.id]);
    await db.query('COMMIT');
  });
  const other = await newTeam();
  const swept = await addText(other.owner, other.path, 'The contract ends in May.');
  succeeded(await other.owner.delete(`${other.path}/documents/${swept.id}`));
  await untilPasses(async () => {
    expect(await storedOf(other.id, swept.id, String(swept.embedding_model))).toMatchObject({ row: false });
  });
  expect(await storedOf(team.id, id, String(model))).toMatchObject({ row: true, object: true });
  succeeded(await end());
  await untilPasses(async () => {
    expect(await storedOf(team.id, id, String(model))).toMatchObject({ row: false, object: false });
  });
});

test('on hold, a member can be removed at once, and what he wrote stays until the end of the hold', async () => {
  const member = await newMember(team, 'member');
  const chat = await newBotPath(team, { model: 'builtin/extractive' });
  await ask(member, chat, 'When does the contract end?');
  succeeded(await start());
  expectProblem(await member.delete('/v1/me'), 409, 'legal_hold');
  succeeded(await team.owner.delete(`${team.path}/members/${member.id}`));
  expectProblem(await member.get(team.path), 404, 'not_found');
  succeeded(await member.delete('/v1/me'));
  const other = await newUser();
  succeeded(await other.delete('/v1/me'));
  await withDatabase((db) =>
    db.query(`UPDATE erasures SET requested_at = requested_at - interval '1 hour' WHERE user_id = ANY($1)`, [
      [member.id, other.id],
    ]),
  );
  await untilPasses(async () => {
    expect(await count('erasures', 'user_id = $1', other.id)).toBe(0);
  });
  expect(await count('conversations')).toBe(1);
  expect(await count('erasures', 'user_id = $1', member.id)).toBe(1);
  succeeded(await end());
  expect(await count('conversations')).toBe(0);
  await untilPasses(async () => {
    expect(await count('erasures', 'user_id = $1', member.id)).toBe(0);
  });
});

test('the database itself refuses to delete anything of a held team', async () => {
  await addText(team.owner, team.path, 'The contract ends in May.');
  const chat = await newBotPath(team, { model: 'builtin/extractive' });
  await ask(team.owner, chat, 'When does the contract end?');
  succeeded(await start());
  const statements = [
    'DELETE FROM documents WHERE team_id = $1',
    `UPDATE documents SET status = 'deleting' WHERE team_id = $1`,
    'DELETE FROM conversations WHERE team_id = $1',
    'DELETE FROM bots WHERE team_id = $1',
    'DELETE FROM collections WHERE team_id = $1',
    'DELETE FROM teams WHERE id = $1',
  ];
  for (const sql of statements) {
    const refused = asApp({ team: team.id }, (db) => db.query(sql, [team.id])).catch(codeOf);
    expect([sql, await refused]).toEqual([sql, DATABASE_REFUSES]);
  }
});
