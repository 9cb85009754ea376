import { randomUUID } from 'node:crypto';
import type { Client, Key, Team, User } from '#tests/support/api.ts';
import {
  clientFor,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  succeeded,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';

type ApiKey = { id: string; key: string; scopes: string[] } & Json;

let team: Team;
let owner: User;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
});

function create(body: object, creator: Client = owner) {
  return creator.post<ApiKey>(`${team.path}/api-keys`, { name: 'CI', scopes: ['search'], ...body });
}

function works(client: Client): Promise<boolean> {
  return client.get('/v1/teams').then(({ status }) => status === 200);
}

async function listed(): Promise<ApiKey[]> {
  return succeeded(await owner.get<{ data: ApiKey[] }>(`${team.path}/api-keys?limit=100`)).data;
}

async function setColumn(key: Key, column: string, value: string): Promise<void> {
  await withDatabase((db) => db.query(`UPDATE api_keys SET ${column} = ${value} WHERE id = $1`, [key.id]));
}

async function rotate(key: Key, overlap_minutes: number): Promise<Key> {
  const { id, key: next } = succeeded(
    await owner.post<ApiKey>(`${team.path}/api-keys/${key.id}/rotate`, { overlap_minutes }),
  );
  expect(id).toBe(key.id);
  return { ...clientFor(next), id, key: next };
}

describe('creating a key', () => {
  test('shows it once, with all its settings', async () => {
    const expires_at = new Date(Date.now() + 86_400_000).toISOString();
    const bot = succeeded(await owner.post<{ id: string }>(`${team.path}/bots`, { name: 'bot' }));
    const wanted = {
      name: '배포',
      scopes: ['chat', 'search'],
      expires_at,
      rate_limit_per_minute: 30,
      monthly_budget_usd: 1.5,
      bot_ids: [bot.id],
      collection_ids: null,
      allowed_addresses: ['127.0.0.0/8'],
    };
    const created = await create({ ...wanted, scopes: ['chat', 'search', 'chat'] });
    const { key, ...shown } = created.body;
    expect(created.status).toBe(201);
    expect(shown).toEqual({
      ...wanted,
      id: expect.any(String) as string,
      created_by: owner.id,
      status: 'active',
      created_at: expect.any(String) as string,
      last_used_at: null,
    });
    expect(key).toMatch(/^rag_[0-9a-f]{32}_[0-9a-f]{64}_[0-9a-f]{8}$/);
    expect((await listed()).find(({ id }) => id === shown.id)).toEqual(shown);
  });

  test('with name and scopes only sets no limit', async () => {
    expect(succeeded(await create({}))).toMatchObject({
      expires_at: null,
      rate_limit_per_minute: null,
      monthly_budget_usd: null,
      bot_ids: null,
    });
  });

  test('stores only a hash: neither the key nor its secret is in the database', async () => {
    const { id, key } = succeeded(await create({}, owner));
    const secret = key.split('_')[2] ?? '';
    const { rows } = await withDatabase((db) =>
      db.query<{ row: string }>('SELECT k::text AS row FROM api_keys k WHERE id = $1', [id]),
    );
    expect(rows).toHaveLength(1);
    const bytes = Buffer.from(secret, 'hex');
    for (const form of [key, secret, bytes.toString('base64'), bytes.toString('base64url')])
      expect(rows[0]?.row).not.toContain(form);
  });

  test.each([
    ['no name', { name: undefined }, 'name'],
    ['an empty name', { name: ' ' }, 'name'],
    ['no scopes', { scopes: [] }, 'scopes'],
    ['an unknown scope', { scopes: ['search', 'everything'] }, 'scopes.1'],
    ['a text for scopes', { scopes: 'search' }, 'scopes'],
    ['an end in the past', { expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    ['an end in the year 10000', { expires_at: '9999-12-31T23:59:59-01:00' }, 'expires_at'],
    ['an end without a time zone', { expires_at: '2099-01-01T00:00:00' }, 'expires_at'],
    ['a limit of 0', { rate_limit_per_minute: 0 }, 'rate_limit_per_minute'],
    ['half a request a minute', { rate_limit_per_minute: 0.5 }, 'rate_limit_per_minute'],
    ['a negative budget', { monthly_budget_usd: -1 }, 'monthly_budget_usd'],
    ['a budget of less than a cent', { monthly_budget_usd: 1e-9 }, 'monthly_budget_usd'],
    ['no bots', { bot_ids: [] }, 'bot_ids'],
    ['a bot that is none', { bot_ids: [randomUUID()] }, 'bot_ids'],
    ['a bot id that is none', { bot_ids: ['x'] }, 'bot_ids.0'],
  ])('with %s is refused, and the error names the field', async (_what, body, path) => {
    const answer = await create(body);
    expectProblem(answer, 422, 'validation_failed');
    expect(answer.body.errors).toEqual([{ path, message: expect.any(String) as string }]);
  });

  test('for the bot of another team is refused like for an unknown bot', async () => {
    const other = await newTeam();
    const { id } = succeeded(await other.owner.post<{ id: string }>(`${other.path}/bots`, { name: 'bot' }));
    expectProblem(await create({ bot_ids: [id] }), 422, 'validation_failed');
  });
});

describe('a key is refused', () => {
  test.each([
    ['with a wrong checksum', (key: string) => key.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))],
    ['with another secret', (key: string) => key.replace(/(?<=_)[0-9a-f]{64}/, '0'.repeat(64))],
    ['cut off', (key: string) => key.slice(0, -5)],
    ['of no row', () => 'rag_'],
  ])('%s', async (_what, change) => {
    const { key } = await newKey(team, ['search']);
    expectProblem(await clientFor(change(key)).get('/v1/teams'), 401, 'invalid_token');
  });

  test('with a valid checksum but another key’s secret', async () => {
    const [one, two] = [await newKey(team, ['search']), await newKey(team, ['search'])];
    await withDatabase((db) =>
      db.query(
        'UPDATE api_keys SET secret_hash = (SELECT secret_hash FROM api_keys WHERE id = $1) WHERE id = $2',
        [one.id, two.id],
      ),
    );
    expectProblem(await two.get('/v1/teams'), 401, 'invalid_token');
    expect(await works(one)).toBe(true);
  });

  test('from the moment it is revoked, and cannot be revoked, changed or rotated again', async () => {
    const key = await newKey(team, ['search']);
    const path = `${team.path}/api-keys/${key.id}`;
    expect(await works(key)).toBe(true);
    expect((await owner.delete(path)).status).toBe(204);
    expectProblem(await key.get('/v1/teams'), 401, 'invalid_token');
    expect((await listed()).map(({ id }) => id)).not.toContain(key.id);
    expectProblem(await owner.delete(path), 404, 'not_found');
    expectProblem(await owner.patch(path, { name: 'x' }), 404, 'not_found');
    expectProblem(await owner.post(`${path}/rotate`, { overlap_minutes: 0 }), 404, 'not_found');
  });

  test('after its expiry, until the expiry is changed', async () => {
    const key = await newKey(team, ['search'], { expires_at: new Date(Date.now() + 60_000).toISOString() });
    expect(await works(key)).toBe(true);
    await setColumn(key, 'expires_at', `now() - interval '1 second'`);
    expectProblem(await key.get('/v1/teams'), 401, 'invalid_token');
    succeeded(await owner.patch(`${team.path}/api-keys/${key.id}`, { expires_at: null }));
    expect(await works(key)).toBe(true);
  });

  test('as soon as its creator leaves the team', async () => {
    const admin = await newMember(team, 'admin');
    const key = await newKey(team, ['search'], { creator: admin });
    expect(await works(key)).toBe(true);
    await owner.delete(`${team.path}/members/${admin.id}`);
    expectProblem(await key.get('/v1/teams'), 401, 'invalid_token');
  });
});

describe('rotating a key', () => {
  test('without overlap invalidates the old secret at once', async () => {
    const key = await newKey(team, ['search']);
    const next = await rotate(key, 0);
    expect([await works(key), await works(next)]).toEqual([false, true]);
  });

  test('with 15 minutes of overlap keeps both valid, then only the new one', async () => {
    const key = await newKey(team, ['search']);
    const next = await rotate(key, 15);
    expect([await works(key), await works(next)]).toEqual([true, true]);
    await setColumn(key, 'previous_expires_at', `previous_expires_at - interval '15 minutes'`);
    expect([await works(key), await works(next)]).toEqual([false, true]);
  });

  test('without overlap also ends the overlap of an earlier rotation', async () => {
    const key = await newKey(team, ['search']);
    const second = await rotate(key, 1440);
    const third = await rotate(second, 0);
    expect([await works(key), await works(second), await works(third)]).toEqual([false, false, true]);
  });

  test('keeps scopes and limits', async () => {
    const key = await newKey(team, ['chat', 'search'], { rate_limit_per_minute: 7 });
    const next = await rotate(key, 0);
    const shown = (await listed()).find(({ id }) => id === next.id);
    expect(shown).toMatchObject({ scopes: ['chat', 'search'], rate_limit_per_minute: 7 });
  });

  test.each([{ overlap_minutes: 5 }, { overlap_minutes: '15' }, { overlap_minutes: -15 }, {}])(
    'by %j is refused',
    async (body) => {
      const key = await newKey(team, ['search']);
      expectProblem(
        await owner.post(`${team.path}/api-keys/${key.id}/rotate`, body),
        422,
        'validation_failed',
      );
      expect(await works(key)).toBe(true);
    },
  );
});

describe('changing a key', () => {
  test('changes the sent fields at once, and leaves the rest', async () => {
    const key = await newKey(team, ['search'], { rate_limit_per_minute: 50 });
    const path = `${team.path}/api-keys/${key.id}`;
    expectProblem(await key.get(`${team.path}/documents`), 403, 'insufficient_scope');
    const changed = await owner.patch(path, { scopes: ['documents:read'] });
    expect(changed.body).toMatchObject({
      name: 'key',
      scopes: ['documents:read'],
      rate_limit_per_minute: 50,
    });
    expect(changed.body).not.toHaveProperty('key');
    expect((await key.get(`${team.path}/documents`)).status).toBe(200);
    expectProblem(await key.post(`${team.path}/search`, { query: 'x' }), 403, 'insufficient_scope');
    expect((await owner.patch(path, { rate_limit_per_minute: null })).body).toMatchObject({
      rate_limit_per_minute: null,
    });
  });

  test.each([
    {},
    { scopes: [] },
    { name: null },
    { expires_at: '2020-01-01T00:00:00Z' },
    { bot_ids: [randomUUID()] },
  ])('to %j is refused', async (body) => {
    const key = await newKey(team, ['search']);
    expectProblem(await owner.patch(`${team.path}/api-keys/${key.id}`, body), 422, 'validation_failed');
  });

  test('of another team, or revoking or rotating it, is not possible', async () => {
    const other = await newTeam();
    const key = await newKey(other, ['search']);
    const path = `${team.path}/api-keys/${key.id}`;
    expectProblem(await owner.patch(path, { name: 'mine' }), 404, 'not_found');
    expectProblem(await owner.post(`${path}/rotate`, { overlap_minutes: 0 }), 404, 'not_found');
    expectProblem(await owner.delete(path), 404, 'not_found');
    expect(await works(key)).toBe(true);
  });
});

test('the list is newest first, of this team only, and shows when a key was last used', async () => {
  const own = await newTeam(owner);
  const [first, second] = [await newKey(own, ['search']), await newKey(own, ['chat'])];
  await works(first);
  const { data } = succeeded(await owner.get<{ data: ApiKey[] }>(`${own.path}/api-keys`));
  expect(data.map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(data.map(({ last_used_at }) => typeof last_used_at)).toEqual(['object', 'string']);
});
