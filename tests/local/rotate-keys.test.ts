import { execFile } from 'node:child_process';
import { createHmac, hkdfSync } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import jwt from 'jsonwebtoken';
import { clientFor, newKey, newTeam, newUser, type Team, type User } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { platform } from '#tests/support/platform.ts';
import { until } from '#tests/support/until.ts';

/** A rotation of the platform that all tests share: none of them may notice it either. */
const SCRIPT = path.resolve('infra/rotate-keys.ts');
const TIMEOUT_MS = 60_000;
import.meta.jest.setTimeout(TIMEOUT_MS);

let team: Team;
let guest: User;

beforeAll(async () => {
  team = await newTeam();
  guest = await newUser();
});

async function rotate(...args: string[]): Promise<string> {
  const { dataDir, env } = await platform();
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--data-dir', dataDir, ...args], {
    env: { PATH: env.PATH ?? '' },
  });
  return stdout;
}

const keyOf = (token: string) => jwt.decode(token, { complete: true })?.header.kid;

/** HMAC of the key under HKDF of the first secret, as keys were hashed before peppers. */
function legacyHash(secret: string, key: string): string {
  const derived = Buffer.from(hkdfSync('sha256', secret, '', 'api-key', 32));
  return createHmac('sha256', derived).update(key).digest('base64url');
}

async function hashOf(keyId: string): Promise<string> {
  const { rows } = await withDatabase((owner) =>
    owner.query<{ secret_hash: string }>('SELECT secret_hash FROM api_keys WHERE id = $1', [keyId]),
  );
  return rows[0]?.secret_hash ?? '';
}

test('sessions, API keys, cursors, invitations and service tokens go on after a rotation', async () => {
  for (const name of ['a', 'b']) await team.owner.post(`${team.path}/bots`, { name });
  const key = await newKey(team, ['search', 'embeddings', 'bots:read']);
  const page = await team.owner.get<{ next_cursor: string }>(`${team.path}/bots?limit=1`);
  const invitation = await team.owner.post<{ token: string }>(`${team.path}/invitations`, {
    email: guest.email,
    role: 'viewer',
  });
  const before = keyOf(team.owner.credential ?? '');

  expect(await rotate()).toContain('stays accepted for 31 days');
  let refreshToken = guest.refreshToken;
  let token = guest.credential ?? '';
  await until(async () => {
    const { body } = await guest.post<{ access_token: string; refresh_token: string }>('/v1/auth/refresh', {
      refresh_token: refreshToken,
    });
    ({ access_token: token, refresh_token: refreshToken } = body);
    return keyOf(token) !== before;
  }, TIMEOUT_MS);

  const statuses = await Promise.all([
    team.owner.get('/v1/me'),
    clientFor(token).get('/v1/me'),
    team.owner.get(`${team.path}/bots?limit=1&cursor=${page.body.next_cursor}`),
    key.get(`${team.path}/bots`),
    key.post(`${team.path}/search`, { query: 'x' }),
    key.post('/v1/embeddings', { model: 'builtin/hashing', input: 'x' }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(statuses[4]?.body).toMatchObject({ degraded: null });
  const accepted = await clientFor(token).post('/v1/invitations/accept', { token: invitation.body.token });
  expect(accepted.status).toBe(200);
});

test('a new pepper renews the hash of a key at its next use, and the key goes on', async () => {
  const key = await newKey(team, ['bots:read']);
  const before = await hashOf(key.id);
  expect(before).toMatch(/^[0-9a-f]{12}\.[\w-]{43}$/);
  await rotate('--keys', 'pepper');
  await until(async () => {
    expect((await key.get(`${team.path}/bots`)).status).toBe(200);
    return (await hashOf(key.id)) !== before;
  }, TIMEOUT_MS);
  expect((await hashOf(key.id)).slice(0, 12)).not.toBe(before.slice(0, 12));
  expect((await key.get(`${team.path}/bots`)).status).toBe(200);
});

test('a key of the time before peppers works, and is renewed', async () => {
  const key = await newKey(team, ['bots:read']);
  const { env } = await platform();
  const legacy = legacyHash(env.JWT_SECRET ?? '', key.key);
  await withDatabase((owner) =>
    owner.query('UPDATE api_keys SET secret_hash = $2 WHERE id = $1', [key.id, legacy]),
  );
  expect((await key.get(`${team.path}/bots`)).status).toBe(200);
  await until(async () => {
    expect((await key.get(`${team.path}/bots`)).status).toBe(200);
    return (await hashOf(key.id)) !== legacy;
  }, TIMEOUT_MS);
});

test('unknown kinds of keys, and a leak of what does not sign, are refused', async () => {
  await expect(rotate('--keys', 'everything')).rejects.toThrow('npm run keys:rotate');
  await expect(rotate('--keys', 'pepper', '--leaked')).rejects.toThrow('npm run keys:rotate');
});
