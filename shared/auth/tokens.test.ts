import jwt from 'jsonwebtoken';
import { config, loadConfig } from '#shared/core/config.ts';
import type { RingKey } from '#shared/core/key-settings.ts';
import { deriveKey } from './derive-key.ts';
import { readRing } from './key-ring.ts';
import { createServiceToken } from './service-token.ts';
import { createAccessToken, createRefreshToken, readRefreshToken, verifyAccessToken } from './tokens.ts';

const SECRET = 'a secret for tests, long enough to be one';
const SECOND = 'a second secret for tests, long enough to be one';
const ISSUER = 'https://api.example.com';
const USER = '01a20657-4a33-71a5-a8d5-1b16a08ec346';
const SESSION = '01a20657-4a33-71a5-a8d5-1b16a08ec347';
const CLAIMS = { typ: 'access', sid: SESSION, sub: USER };
const GOOD: jwt.SignOptions = { issuer: ISSUER, audience: 'api', expiresIn: 600 };

beforeAll(async () => {
  Object.assign(process.env, { JWT_SECRET: SECRET, API_URL: ISSUER });
  await loadConfig('http', 'auth');
});

/** A token as the platform signs it, apart from what a test changes. */
function sign(claims: object = CLAIMS, options: jwt.SignOptions = GOOD, secret = SECRET): string {
  const [key] = readRing(secret, []);
  return jwt.sign(claims, deriveKey(secret, 'access-token'), { keyid: key?.id ?? '', ...options });
}

function keyIdOf(secret: string): string {
  return readRing(secret, [])[0]?.id ?? '';
}

/** Signed by the secret itself, as before keys had names. */
function signRaw(options: jwt.SignOptions = {}): string {
  return jwt.sign(CLAIMS, SECRET, { ...GOOD, ...options });
}

/** Sets the ring of this process, as a rotation does. */
function rotate(added: RingKey[]): void {
  Object.assign(config('auth'), { SIGNING_KEYS: added });
}

afterEach(() => rotate([]));

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
  ['that never ends', () => sign(CLAIMS, { issuer: ISSUER, audience: 'api' }), 'invalid_token'],
  ['that is no token', () => 'hello', 'invalid_token'],
  ['whose key is signed by the secret itself', () => signRaw({ keyid: keyIdOf(SECRET) }), 'invalid_token'],
  ['of an unknown key', () => sign(CLAIMS, { ...GOOD, keyid: 'ffffffffffff' }), 'invalid_token'],
  [
    'of a key that is no text',
    () => signRaw({ header: { alg: 'HS256', kid: ['x'] } as never }),
    'invalid_token',
  ],
  [
    'with an extension that must be understood',
    () => sign(CLAIMS, { ...GOOD, header: { alg: 'HS256', crit: ['b64'] } }),
    'invalid_token',
  ],
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

describe('after a rotation', () => {
  const HOUR = 3_600_000;
  const since = (hours: number, more = {}) => [
    { secret: SECOND, active_from: new Date(Date.now() - hours * HOUR).toISOString(), ...more },
  ];
  const [access, refresh] = [
    () => createAccessToken({ userId: USER, sessionId: SESSION }),
    () => createRefreshToken(SESSION, 3),
  ];

  test('the new key signs, and everything that the older one signed is still accepted', () => {
    const before = [access(), refresh()] as const;
    rotate(since(0.1));
    const after = [access(), refresh()] as const;
    expect(after[1]).not.toBe(before[1]);
    for (const [token, refreshToken] of [before, after]) {
      expect(verifyAccessToken(token)).toEqual({ userId: USER, sessionId: SESSION });
      expect(readRefreshToken(refreshToken)).toEqual({ sessionId: SESSION, counter: 3 });
    }
  });

  test('a key is accepted before it signs, for processes whose clock or keys lag behind', () => {
    rotate(since(0.1));
    const early = [access(), refresh()] as const;
    rotate(since(-0.1));
    expect(readRefreshToken(early[1])).toEqual({ sessionId: SESSION, counter: 3 });
    expect(() => verifyAccessToken(early[0])).not.toThrow();
    expect(createRefreshToken(SESSION, 3)).not.toBe(early[1]);
  });

  test('an older access token is refused after an hour, a refresh token only after a month', () => {
    const before = [access(), refresh()] as const;
    rotate(since(2));
    expect(() => verifyAccessToken(before[0])).toThrow();
    expect(() => readRefreshToken(before[1])).not.toThrow();
    rotate(since(32 * 24));
    expect(() => readRefreshToken(before[1])).toThrow();
  });

  test('after a leak nothing of the older keys is accepted', () => {
    const before = [access(), refresh()] as const;
    rotate(since(0.001, { revokes_older: true }));
    expect(() => verifyAccessToken(before[0])).toThrow();
    expect(() => verifyAccessToken(signRaw())).toThrow();
    expect(() => readRefreshToken(before[1])).toThrow();
    expect(() => verifyAccessToken(access())).not.toThrow();
  });

  test('a token of the time before keys had names is accepted as long as that secret’s key', () => {
    expect(() => verifyAccessToken(signRaw())).not.toThrow();
    rotate(since(0.5));
    expect(() => verifyAccessToken(signRaw())).not.toThrow();
    rotate(since(2));
    expect(() => verifyAccessToken(signRaw())).toThrow();
  });
});
