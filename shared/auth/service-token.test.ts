import jwt from 'jsonwebtoken';
import { loadConfig, reloadConfig } from '#shared/core/config.ts';
import { createServiceToken, SERVICE_TOKEN_SECONDS, verifyServiceToken } from './service-token.ts';

const SECRET = 'a secret for tests, long enough to be one';
const GOOD = { issuer: 'rag-platform', audience: 'embedder', expiresIn: 60 } as const;

beforeAll(async () => {
  process.env.JWT_SECRET = SECRET;
  await loadConfig('auth');
});

function sign(claims: object, options: jwt.SignOptions = GOOD, secret = SECRET): string {
  return jwt.sign(claims, secret, options);
}

test('a service token is accepted, and expires after a minute', () => {
  const token = createServiceToken();
  expect(() => verifyServiceToken(token)).not.toThrow();
  const { iat, exp } = jwt.decode(token) as { iat: number; exp: number };
  expect(exp - iat).toBe(SERVICE_TOKEN_SECONDS);
});

test.each([
  ['signed with another secret', () => sign({ typ: 'service' }, GOOD, 'another secret of the same length!!')],
  ['without a signature', () => jwt.sign({ typ: 'service' }, null, { ...GOOD, algorithm: 'none' })],
  ['of another algorithm', () => sign({ typ: 'service' }, { ...GOOD, algorithm: 'HS512' })],
  ['for another audience', () => sign({ typ: 'service' }, { ...GOOD, audience: 'api' })],
  ['from another issuer', () => sign({ typ: 'service' }, { ...GOOD, issuer: 'https://api.example.com' })],
  ['of another kind', () => sign({ typ: 'access' })],
  ['that has expired', () => sign({ typ: 'service' }, { ...GOOD, expiresIn: -30 })],
  [
    'that was made to live for a day',
    () => sign({ typ: 'service', iat: Math.floor(Date.now() / 1000) - 3_600 }),
  ],
  ['that is no token', () => 'hello'],
])('a token %s is refused', (_, make) => {
  expect(() => verifyServiceToken(make())).toThrow(expect.objectContaining({ code: 'invalid_token' }));
});

test.each([
  ['its own end has come', { expiresIn: 10 }, 20],
  ['it is a minute old, though made to live for a day', { expiresIn: 86_400 }, 70],
])('an accepted token is refused once %s', (_, { expiresIn }, seconds) => {
  const token = sign({ typ: 'service' }, { ...GOOD, expiresIn });
  verifyServiceToken(token);
  verifyServiceToken(token);
  import.meta.jest.useFakeTimers({ now: Date.now() + seconds * 1_000 });
  try {
    expect(() => verifyServiceToken(token)).toThrow(expect.objectContaining({ code: 'invalid_token' }));
  } finally {
    import.meta.jest.useRealTimers();
  }
});

test('an accepted token is refused once the secret has changed', async () => {
  const token = createServiceToken();
  verifyServiceToken(token);
  process.env.JWT_SECRET = 'another secret for tests, as long as the first';
  await reloadConfig('auth');
  expect(() => verifyServiceToken(token)).toThrow(expect.objectContaining({ code: 'invalid_token' }));
  process.env.JWT_SECRET = SECRET;
  await reloadConfig('auth');
});
