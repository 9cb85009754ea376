import jwt from 'jsonwebtoken';
import { config, loadConfig } from '#shared/core/config.ts';
import { createServiceToken } from './service-token.ts';
import { createAccessToken, createRefreshToken, readRefreshToken, verifyAccessToken } from './tokens.ts';

const SECRET = 'a secret for tests, long enough to be one';
const ISSUER = 'https://api.example.com';
const USER = '01a20657-4a33-71a5-a8d5-1b16a08ec346';
const SESSION = '01a20657-4a33-71a5-a8d5-1b16a08ec347';
const CLAIMS = { typ: 'access', sid: SESSION, sub: USER };
const GOOD: jwt.SignOptions = { issuer: ISSUER, audience: 'api', expiresIn: 600 };

beforeAll(async () => {
  Object.assign(process.env, { JWT_SECRET: SECRET, API_URL: ISSUER });
  await loadConfig('http', 'auth');
});

function sign(claims: object = CLAIMS, options: jwt.SignOptions = GOOD, secret = SECRET): string {
  return jwt.sign(claims, secret, options);
}

test('an access token expires after ten minutes and holds user and session, but no rights', () => {
  const token = createAccessToken({ userId: USER, sessionId: SESSION });
  expect(verifyAccessToken(token)).toEqual({ userId: USER, sessionId: SESSION });
  const { iat, exp, nbf, ...claims } = jwt.decode(token) as Record<string, number>;
  expect([Number(exp) - Number(iat), nbf]).toEqual([600, iat]);
  expect(claims).toEqual({ ...CLAIMS, iss: ISSUER, aud: 'api', jti: expect.any(String) as string });
});

test('a small difference between the clocks of two machines is tolerated', () => {
  const soon = Math.floor(Date.now() / 1_000) + 3;
  expect(() => verifyAccessToken(sign({ ...CLAIMS, iat: soon, nbf: soon }))).not.toThrow();
});

test.each([
  ['that has expired', () => sign(CLAIMS, { ...GOOD, expiresIn: -30 }), 'session_expired'],
  ['that is not valid yet', () => sign(CLAIMS, { ...GOOD, notBefore: 60 }), 'invalid_token'],
  ['without a signature', () => jwt.sign(CLAIMS, null, { ...GOOD, algorithm: 'none' }), 'invalid_token'],
  [
    'signed with another secret',
    () => sign(CLAIMS, GOOD, 'another secret of the same length!!'),
    'invalid_token',
  ],
  ['of another algorithm', () => sign(CLAIMS, { ...GOOD, algorithm: 'HS512' }), 'invalid_token'],
  ['for another audience', () => sign(CLAIMS, { ...GOOD, audience: 'sign-in' }), 'invalid_token'],
  [
    'from another issuer',
    () => sign(CLAIMS, { ...GOOD, issuer: 'https://evil.example.com' }),
    'invalid_token',
  ],
  ['of another kind', () => sign({ ...CLAIMS, typ: 'refresh' }), 'invalid_token'],
  ['of no kind', () => sign({ sid: SESSION, sub: USER }), 'invalid_token'],
  ['of no session', () => sign({ typ: 'access', sub: USER }), 'invalid_token'],
  ['of nobody', () => sign({ typ: 'access', sid: SESSION }), 'invalid_token'],
  ['that is our own services’', () => createServiceToken(), 'invalid_token'],
  ['whose end was cut off', () => sign().slice(0, -2), 'invalid_token'],
  ['that never ends', () => jwt.sign(CLAIMS, SECRET, { issuer: ISSUER, audience: 'api' }), 'invalid_token'],
  ['that is no token', () => 'hello', 'invalid_token'],
])('an access token %s is refused', (_what, make, code) => {
  expect(() => verifyAccessToken(make())).toThrow(expect.objectContaining({ code }) as Error);
});

test('each rotation of a session has one refresh token, which no other rotation has', () => {
  const token = createRefreshToken(SESSION, 3);
  expect(createRefreshToken(SESSION, 3)).toBe(token);
  expect(readRefreshToken(token)).toEqual({ sessionId: SESSION, counter: 3 });
  expect(new Set([token, createRefreshToken(SESSION, 4), createRefreshToken(USER, 3)]).size).toBe(3);
});

test.each([
  ['of another counter', (token: string) => token.replace('.3.', '.4.')],
  ['of another session', (token: string) => token.replace(SESSION, USER)],
  ['with a changed MAC', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
  ['without a MAC', () => `${SESSION}.3.`],
  ['with a counter that is none', () => `${SESSION}.3e0.x`],
  ['with more behind it', (token: string) => `${token}.x`],
  ['that is empty', () => ''],
  ['that is an access token', () => sign()],
])('a refresh token %s is refused', (_what, forge) => {
  expect(() => readRefreshToken(forge(createRefreshToken(SESSION, 3)))).toThrow(
    expect.objectContaining({ code: 'invalid_token' }) as Error,
  );
});

test('a refresh token stops working when the secret changes', () => {
  const token = createRefreshToken(SESSION, 3);
  const settings = config('auth');
  settings.JWT_SECRET = 'another secret of the same length!!';
  expect(() => readRefreshToken(token)).toThrow();
  settings.JWT_SECRET = SECRET;
  expect(() => readRefreshToken(token)).not.toThrow();
});
