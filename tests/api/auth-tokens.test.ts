import jwt from 'jsonwebtoken';
import { clientFor, expectProblem, newKey, newTeam, newUser, type User } from '#tests/support/api.ts';
import { platform } from '#tests/support/platform.ts';

let user: User;
let secret: string;
let good: Record<string, unknown>;

beforeAll(async () => {
  user = await newUser();
  const { env, url } = await platform();
  secret = env.JWT_SECRET ?? '';
  good = jwt.decode(user.credential ?? '') as Record<string, unknown>;
  expect(good).toMatchObject({ iss: url, sub: user.id });
});

function me(token: string) {
  return clientFor(token).get('/v1/me');
}

test('a token signed as the platform does is accepted, so that the refusals below are meaningful', async () => {
  expect((await me(jwt.sign(good, secret))).status).toBe(200);
});

test.each<[string, () => string, string]>([
  ['has expired', () => jwt.sign({ ...good, exp: Number(good.iat) - 60 }, secret), 'session_expired'],
  ['has no signature', () => jwt.sign(good, null, { algorithm: 'none' }), 'invalid_token'],
  ['has an empty signature', () => (user.credential ?? '').replace(/[^.]+$/, ''), 'invalid_token'],
  ['is signed with another secret', () => jwt.sign(good, `${secret}x`), 'invalid_token'],
  ['is signed by another algorithm', () => jwt.sign(good, secret, { algorithm: 'HS384' }), 'invalid_token'],
  ['is for another audience', () => jwt.sign({ ...good, aud: 'embedder' }, secret), 'invalid_token'],
  [
    'is from another issuer',
    () => jwt.sign({ ...good, iss: 'https://evil.example.com' }, secret),
    'invalid_token',
  ],
  ['is of another kind', () => jwt.sign({ ...good, typ: 'service' }, secret), 'invalid_token'],
  ['is a refresh token', () => user.refreshToken, 'invalid_token'],
  [
    'names another user’s session',
    () => jwt.sign({ ...good, sub: '01a20657-4a33-71a5-a8d5-1b16a08ec346' }, secret),
    'session_expired',
  ],
  [
    'names an unknown session',
    () => jwt.sign({ ...good, sid: '01a20657-4a33-71a5-a8d5-1b16a08ec346' }, secret),
    'session_expired',
  ],
])('an access token that %s is refused', async (_what, make, code) => {
  const answer = await me(make());
  expectProblem(answer, 401, code);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

test('a signed token with malformed ids is refused, not a 500', async () => {
  for (const ids of [{ sub: 'x' }, { sid: `'; --` }, { sub: 'x', sid: 'y' }])
    expectProblem(await me(jwt.sign({ ...good, ...ids }, secret)), 401, 'invalid_token');
});

test.each([['Bearer'], ['Bearer '], ['Basic dXNlcjpwYXNz'], ['bearer'], ['Token x'], ['Bearer a b']])(
  '%j is no credential',
  async (authorization) => {
    const answer = await clientFor(null).get('/v1/me', { headers: { Authorization: authorization } });
    expectProblem(answer, 401, 'unauthenticated');
  },
);

test('the case of the scheme and the spaces after it do not matter', async () => {
  for (const scheme of ['bearer', 'BEARER', 'Bearer  ']) {
    const headers = { authorization: `${scheme} ${user.credential}` };
    expect((await clientFor(null).get('/v1/me', { headers })).status).toBe(200);
  }
});

test('a credential in any other place is ignored', async () => {
  const key = await newKey(await newTeam(user), ['search']);
  for (const headers of [
    { 'X-Api-Key': key.key },
    { Cookie: `rag_refresh=${user.refreshToken}; access_token=${user.credential}` },
    { 'X-Authorization': `Bearer ${user.credential}` },
  ] as Record<string, string>[])
    expectProblem(await clientFor(null).get('/v1/teams', { headers }), 401, 'unauthenticated');
  const inQuery = await clientFor(null).get(`/v1/teams?access_token=${user.credential}&api_key=${key.key}`);
  expectProblem(inQuery, 401, 'unauthenticated');
});
