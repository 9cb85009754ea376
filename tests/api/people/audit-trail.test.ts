import { loadConfig } from '#shared/core/config.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { closePools } from '#shared/db/pool.ts';
import {
  clientFor,
  expectProblem,
  type Key,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { asApp, withDatabase } from '#tests/support/database.ts';
import { platform, usePlatformSettings } from '#tests/support/platform.ts';
import { signIn } from '#tests/support/sign-in.ts';
import { addText } from '#tests/support/upload.ts';

type Entry = {
  action: string;
  actor: { type: string; id: string | null; name: string | null };
  target: { type: string | null; id: string | null };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
};

let team: Team;
let admin: User;
let key: Key;

beforeAll(async () => {
  team = await newTeam();
  admin = await newMember(team, 'admin');
  key = await newKey(team, ['bots:write']);
});

const read = async (query: string, { owner, path }: Team = team) =>
  succeeded(await owner.get<{ data: Entry[] }>(`${path}/audit-log?${query}`)).data;
const latest = async (query: string) => (await read(`${query}&limit=1`))[0];
const anything = expect.stringMatching(/./) as string;

test('an entry says who did what to what, from where, and what was there before and after', async () => {
  const options = { headers: { 'User-Agent': 'curl/8' } };
  const answer = await admin.patch(team.path, { timezone: 'Europe/Paris' }, options);
  expect(await latest('action=team.updated')).toMatchObject({
    actor: { type: 'user', id: admin.id, name: anything },
    target: { type: 'team', id: team.id },
    ip: anything,
    user_agent: 'curl/8',
    before: { timezone: 'Asia/Seoul' },
    after: { timezone: 'Europe/Paris' },
    request_id: answer.headers.get('x-request-id'),
  });
  succeeded(await key.post(`${team.path}/bots`, { name: 'b' }));
  const created = await latest('action=bot.created');
  expect(created?.actor).toEqual({ type: 'api_key', id: key.id, name: 'key' });
});

test.each([
  ['too low a role', 'insufficient_role', () => admin.delete(team.path)],
  ['a key without the scope', 'insufficient_scope', () => key.get(`${team.path}/documents`)],
  ['a rule of the route', 'insufficient_role', () => admin.patch(team.path, { monthly_budget_usd: 1 })],
])('a refusal is recorded: %s', async (_what, code, call) => {
  const answer = await call();
  expect(answer.status).toBe(403);
  expect(await latest('action=request.refused')).toMatchObject({
    target: { type: 'request', id: null },
    after: { code, path: expect.stringContaining(team.path) as string },
    request_id: answer.headers.get('x-request-id'),
  });
});

test('another team’s 404 leaves no entry', async () => {
  const other = await newTeam();
  expectProblem(await admin.delete(other.path), 404, 'not_found');
  expect(await read('action=request', other)).toEqual([]);
});

test('sessions are recorded in the teams of their person', async () => {
  const person = await newUser();
  const own = await newTeam(person);
  const { accessToken } = await signIn((await platform()).url, person.email);
  expect((await clientFor(accessToken).post('/v1/auth/logout')).status).toBe(204);
  const entries = await read('action=session', own);
  expect(entries.map(({ action, actor }) => [action, actor.id])).toEqual([
    ['session.ended', person.id],
    ['session.started', person.id],
  ]);
});

test('a refused sign-in is recorded, without a team', async () => {
  const { url } = await platform();
  const answer = await fetch(`${url}/v1/auth/google/callback?code=x&state=y`);
  expect(answer.status).toBe(401);
  const { rows } = await withDatabase((db) =>
    db.query('SELECT team_id, action, actor_type FROM audit_log WHERE request_id = $1', [
      answer.headers.get('x-request-id'),
    ]),
  );
  expect(rows).toEqual([{ team_id: null, action: 'session.refused', actor_type: 'anonymous' }]);
});

test('documents, collections and conversations leave an entry at each step', async () => {
  const own = await newTeam();
  const { owner, path } = own;
  const collection = succeeded(await owner.post<{ id: string }>(`${path}/collections`, { name: 'c' }));
  succeeded(await owner.patch(`${path}/collections/${collection.id}`, { name: 'd' }));
  const document = await addText(owner, path, 'Robots rest on Sundays.');
  await owner.get(`${path}/documents/${document.id}/download`);
  succeeded(await owner.delete(`${path}/documents/${document.id}`));
  succeeded(await owner.delete(`${path}/collections/${collection.id}`));
  const bot = succeeded(await owner.post<{ id: string }>(`${path}/bots`, { name: 'b' }));
  const question = { message: 'hi', stream: false };
  const asked = await owner.post<{ conversation_id: string }>(`${path}/bots/${bot.id}/chat`, question);
  const conversation = `${path}/conversations/${succeeded(asked).conversation_id}`;
  succeeded(await owner.patch(conversation, { pinned: true }));
  succeeded(await owner.get(`${conversation}/export?format=json`));
  succeeded(await owner.delete(conversation));
  const entries = await read('limit=100', own);
  expect(entries.map(({ action }) => action).toReversed()).toEqual([
    'team.created',
    'collection.created',
    'collection.updated',
    'document.created',
    'document.downloaded',
    'document.deleted',
    'collection.deleted',
    'bot.created',
    'conversation.updated',
    'conversation.exported',
    'conversation.deleted',
  ]);
});

test('the log outlives its team', async () => {
  const gone = await newTeam();
  succeeded(await gone.owner.delete(gone.path));
  const { rows } = await withDatabase((db) =>
    db.query<{ action: string }>('SELECT action FROM audit_log WHERE team_id = $1 ORDER BY id', [gone.id]),
  );
  expect(rows.map(({ action }) => action)).toEqual(['team.created', 'team.deleted']);
});

test('old entries are pruned by the time in their ids, with their details', async () => {
  await usePlatformSettings();
  await loadConfig('database');
  const old = '01800000-0000-7000-8000-000000000001';
  await withDatabase(async (db) => {
    await db.query(`INSERT INTO audit_log (id, team_id, action) VALUES ($1, $2, 'x.y')`, [old, team.id]);
    await db.query('INSERT INTO audit_details (entry_id, team_id) VALUES ($1, $2)', [old, team.id]);
  });
  await auditLog.prune(400);
  const left = await withDatabase((db) =>
    db.query('SELECT FROM audit_log WHERE id = $1 UNION ALL SELECT FROM audit_details WHERE entry_id = $1', [
      old,
    ]),
  );
  expect(left.rowCount).toBe(0);
  expect(await latest('action=member.joined')).toBeDefined();
  await closePools();
});

describe('the application’s role', () => {
  test.each(['audit_log', 'audit_details'])('may only add to %s and read it', async (table) => {
    await asApp({ team: team.id }, async (app) => {
      expect((await app.query(`SELECT FROM ${table} LIMIT 1`)).rowCount).toBe(1);
      for (const sql of [
        `UPDATE ${table} SET team_id = team_id`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
      ]) {
        await app.query('SAVEPOINT attempt');
        await expect(app.query(sql)).rejects.toMatchObject({ code: '42501' });
        await app.query('ROLLBACK TO attempt');
      }
    });
  });

  test('sees and adds no entry of another team', async () => {
    const other = await newTeam();
    await asApp({ team: other.id }, async (app) => {
      const seen = await app.query('SELECT FROM audit_log WHERE team_id = $1', [team.id]);
      expect(seen.rowCount).toBe(0);
      const insert = `INSERT INTO audit_log (id, team_id, action) VALUES (gen_random_uuid(), $1, 'x.y')`;
      await expect(app.query(insert, [team.id])).rejects.toMatchObject({ code: '42501' });
    });
  });
});
