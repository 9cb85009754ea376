import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { config, loadConfig } from '#shared/core/config.ts';
import type { RingKey } from '#shared/core/key-settings.ts';
import { addKey, withoutExpired } from './rotate-ring.ts';
import { SERVICE_TOKEN_SECONDS } from './service-claims.ts';
import { createServiceToken, servicePublicKeys } from './service-token.ts';
import { signingRing } from './signatures.ts';
import { verifyServiceToken } from './verify-service-token.ts';

const SECRET = 'a secret for tests, long enough to be one';
const GOOD = { issuer: 'rag-platform', audience: 'embedder', expiresIn: 60 } as const;
const REFUSED = expect.objectContaining({ code: 'invalid_token' }) as Error;

/** A key of this test, which the embedder knows: the platform's own leaves no way to sign other claims. */
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ownKey = { ...own.publicKey.export({ format: 'jwk' }), kid: 'own' };

beforeAll(async () => {
  process.env.JWT_SECRET = SECRET;
  process.env.SERVICE_PUBLIC_KEYS = JSON.stringify([ownKey]);
  await loadConfig('auth', 'service_keys');
});
beforeEach(() => setKeys([]));

/** Sets the signing keys of this process and gives the embedder their public halves. */
function setKeys(added: RingKey[]): void {
  Object.assign(config('auth'), { SIGNING_KEYS: added });
  Object.assign(config('service_keys'), {
    SERVICE_PUBLIC_KEYS: [...servicePublicKeys(signingRing()), ownKey],
  });
}

function sign(claims: object, options: jwt.SignOptions = GOOD): string {
  return jwt.sign(claims, own.privateKey, { algorithm: 'ES256', keyid: 'own', ...options });
}

const now = () => Math.floor(Date.now() / 1_000);

test('a service token is accepted, and expires after a minute', () => {
  const token = createServiceToken();
  expect(() => verifyServiceToken(token)).not.toThrow();
  const { iat, exp } = jwt.decode(token) as { iat: number; exp: number };
  expect(exp - iat).toBe(SERVICE_TOKEN_SECONDS);
});

test('the token of this test is accepted, so that the refusals below are meaningful', () => {
  expect(() => verifyServiceToken(sign({ typ: 'service' }))).not.toThrow();
});

test.each([
  [
    'signed by another key',
    () => sign({ typ: 'service' }, { ...GOOD, keyid: keyIdOf(createServiceToken()) }),
  ],
  ['of an unknown key', () => sign({ typ: 'service' }, { ...GOOD, keyid: 'x' })],
  ['of no key', () => jwt.sign({ typ: 'service' }, own.privateKey, { algorithm: 'ES256', ...GOOD })],
  [
    'without a signature',
    () => jwt.sign({ typ: 'service' }, null, { ...GOOD, algorithm: 'none', keyid: 'own' }),
  ],
  [
    'signed with the public key as a secret',
    () => jwt.sign({ typ: 'service' }, JSON.stringify(ownKey), { ...GOOD, algorithm: 'HS256', keyid: 'own' }),
  ],
  [
    'signed with the platform’s secret',
    () => jwt.sign({ typ: 'service' }, SECRET, { ...GOOD, keyid: 'own' }),
  ],
  ['for another audience', () => sign({ typ: 'service' }, { ...GOOD, audience: 'api' })],
  ['from another issuer', () => sign({ typ: 'service' }, { ...GOOD, issuer: 'https://api.example.com' })],
  ['of another kind', () => sign({ typ: 'access' })],
  ['that has expired', () => sign({ typ: 'service' }, { ...GOOD, expiresIn: -30 })],
  ['that was made an hour ago', () => sign({ typ: 'service', iat: now() - 3_600 })],
  ['that was made to live for two minutes', () => sign({ typ: 'service' }, { ...GOOD, expiresIn: 120 })],
  ['that was made to live for a hundred years', () => sign({ typ: 'service' }, { ...GOOD, expiresIn: 3e9 })],
  ['that never ends', () => sign({ typ: 'service' }, { issuer: GOOD.issuer, audience: GOOD.audience })],
  ['that is made for tomorrow', () => sign({ typ: 'service', iat: now() + 86_400 })],
  ['that is made for in half a minute', () => sign({ typ: 'service', iat: now() + 30 })],
  [
    'with an extension that must be understood',
    () => sign({ typ: 'service' }, { ...GOOD, header: { alg: 'ES256', crit: ['b64'] } }),
  ],
  ['that is no token', () => 'hello'],
])('a token %s is refused', (_, make) => {
  expect(() => verifyServiceToken(make())).toThrow(REFUSED);
});

function keyIdOf(token: string): string {
  return jwt.decode(token, { complete: true })?.header.kid ?? '';
}

test('an accepted token is refused once its end has come', () => {
  const token = sign({ typ: 'service' }, { ...GOOD, expiresIn: 10 });
  verifyServiceToken(token);
  verifyServiceToken(token);
  import.meta.jest.useFakeTimers({ now: Date.now() + 20_000 });
  try {
    expect(() => verifyServiceToken(token)).toThrow(REFUSED);
  } finally {
    import.meta.jest.useRealTimers();
  }
});

test('an accepted token is refused once its key is gone', () => {
  const token = createServiceToken();
  verifyServiceToken(token);
  Object.assign(config('service_keys'), { SERVICE_PUBLIC_KEYS: [ownKey] });
  expect(() => verifyServiceToken(token)).toThrow(REFUSED);
});

test('a rotation changes the key, and tokens of the older one are accepted meanwhile', () => {
  const before = createServiceToken();
  setKeys(addKey([], { activeFrom: new Date(Date.now() - 1_000), leaked: false }));
  const after = createServiceToken();
  expect(keyIdOf(after)).not.toBe(keyIdOf(before));
  for (const token of [before, after]) expect(() => verifyServiceToken(token)).not.toThrow();
});

test('after a leak the embedder refuses tokens of the older key', () => {
  const before = createServiceToken();
  setKeys(addKey([], { activeFrom: new Date(Date.now() - 1_000), leaked: true }));
  expect(() => verifyServiceToken(before)).toThrow(REFUSED);
  expect(() => verifyServiceToken(createServiceToken())).not.toThrow();
});

test('what the embedder holds signs nothing', () => {
  const [key] = servicePublicKeys(signingRing());
  expect(Object.keys(key ?? {}).sort()).toEqual(['crv', 'kid', 'kty', 'x', 'y']);
  expect(() => createPrivateKey({ key: key ?? {}, format: 'jwk' })).toThrow();
});

test('a ring keeps a signing key for a month after its successor, and no longer', () => {
  const days = (count: number) => new Date(Date.now() - count * 86_400_000);
  let ring: RingKey[] = [];
  for (const count of [90, 32, 5]) ring = addKey(ring, { activeFrom: days(count), leaked: false });
  expect(withoutExpired(ring)).toEqual(ring.slice(1));
});
