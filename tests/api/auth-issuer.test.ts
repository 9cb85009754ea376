import { createHash, createSecretKey, generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { exchangeCode, signInUrl } from '#shared/auth/google.ts';
import { loadConfig } from '#shared/core/config.ts';
import { type FakeIssuer, startFakeIssuer } from '#tests/support/fake-issuer.ts';

/** Sign-in with an issuer that sends wrong or forged responses. */
const SECRETS = { state: 'the-state', nonce: 'the-nonce', verifier: 'v'.repeat(43) };
const REFUSED = expect.objectContaining({ code: 'sign_in_failed', status: 401 }) as Error;
const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
let issuer: FakeIssuer;

beforeAll(async () => {
  issuer = await startFakeIssuer();
  Object.assign(process.env, {
    API_URL: 'https://api.example.com',
    JWT_SECRET: 'a secret for tests, long enough to be one',
    OIDC_ISSUER: issuer.url,
    GOOGLE_CLIENT_ID: issuer.clientId,
    GOOGLE_CLIENT_SECRET: 'client-secret',
  });
  await loadConfig('http', 'auth', 'google');
});

afterAll(() => issuer.close());

function claims(changes: object = {}): object {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: issuer.url,
    aud: issuer.clientId,
    sub: '1234567890',
    iat: now,
    exp: now + 3_600,
    nonce: SECRETS.nonce,
    email: 'Someone@Example.COM',
    email_verified: true,
    name: '김하늘'.normalize('NFD'),
    picture: 'https://example.com/x.png',
    ...changes,
  };
}

function signInWith(idToken: (from: FakeIssuer) => string, query: Record<string, string> = {}) {
  issuer.idToken = idToken;
  return exchangeCode({ code: 'the-code', state: SECRETS.state, ...query }, SECRETS);
}

describe('while the issuer is down, sign-in reports it', () => {
  const AWAY = expect.objectContaining({ code: 'dependency_unavailable', retryAfterSeconds: 5 }) as Error;

  beforeEach(() => {
    issuer.down = true;
  });

  afterEach(() => {
    issuer.down = false;
  });

  test('before its metadata is read, and works once it is back', async () => {
    await expect(signInUrl(SECRETS)).rejects.toEqual(AWAY);
    issuer.down = false;
    await expect(signInUrl(SECRETS)).resolves.toContain(issuer.url);
  });

  test('when the code is exchanged', async () => {
    await expect(signInWith(({ sign }) => sign(claims()))).rejects.toEqual(AWAY);
  });
});

test('a valid ID token is accepted: address in lower case, name as NFC', async () => {
  await expect(signInWith(({ sign }) => sign(claims()))).resolves.toEqual({
    issuer: issuer.url,
    subject: '1234567890',
    email: 'someone@example.com',
    name: '김하늘'.normalize('NFC'),
    pictureUrl: 'https://example.com/x.png',
  });
});

test('the code is exchanged with the verifier whose S256 hash was in the login', async () => {
  const challenge = new URL(await signInUrl(SECRETS)).searchParams.get('code_challenge');
  await signInWith(({ sign }) => sign(claims()));
  expect(issuer.exchanged.get('code_verifier')).toBe(SECRETS.verifier);
  expect(createHash('sha256').update(SECRETS.verifier).digest('base64url')).toBe(challenge);
  expect(issuer.exchanged.get('redirect_uri')).toBe('https://api.example.com/v1/auth/google/callback');
});

test('without a name the address is used; without a picture there is none', async () => {
  const anonymous = { name: undefined, picture: undefined };
  await expect(signInWith(({ sign }) => sign(claims(anonymous)))).resolves.toMatchObject({
    name: 'Someone@Example.COM',
    pictureUrl: null,
  });
});

test.each<[string, (from: FakeIssuer) => string]>([
  ['signed by another key', ({ sign }) => sign(claims(), { key: strangersKey })],
  [
    'signed by a key that the issuer does not name',
    ({ sign }) => sign(claims(), { header: { kid: 'other', alg: 'RS256' } }),
  ],
  ['without a signature', () => jwt.sign(claims(), null, { algorithm: 'none' })],
  [
    'signed with the client’s secret',
    () => jwt.sign(claims(), createSecretKey(Buffer.from('client-secret')), { algorithm: 'HS256' }),
  ],
  ['changed after it was signed', ({ sign }) => sign(claims()).replace(/\.[^.]+\./, `.${payload()}.`)],
  ['for another client', ({ sign }) => sign(claims({ aud: 'someone-else' }))],
  [
    'for other clients too',
    ({ sign }) => sign(claims({ aud: ['client', 'someone-else'], azp: 'someone-else' })),
  ],
  ['of another issuer', ({ sign }) => sign(claims({ iss: 'https://accounts.google.com' }))],
  ['with the nonce of another sign-in', ({ sign }) => sign(claims({ nonce: 'another' }))],
  ['without a nonce', ({ sign }) => sign(claims({ nonce: undefined }))],
  ['that has expired', ({ sign }) => sign(claims({ exp: Math.floor(Date.now() / 1_000) - 3_600 }))],
  ['without a subject', ({ sign }) => sign(claims({ sub: undefined }))],
  ['without an e-mail address', ({ sign }) => sign(claims({ email: undefined }))],
  ['with an unverified e-mail address', ({ sign }) => sign(claims({ email_verified: false }))],
  [
    'that does not say whether the address is verified',
    ({ sign }) => sign(claims({ email_verified: undefined })),
  ],
  ['that says “true” in words only', ({ sign }) => sign(claims({ email_verified: 'true' }))],
  ['that is none', () => 'hello'],
  ['that is missing', () => ''],
])('an ID token %s is refused', async (_what, idToken) => {
  await expect(signInWith(idToken)).rejects.toEqual(REFUSED);
});

function payload(): string {
  return Buffer.from(JSON.stringify(claims({ email: 'victim@example.com' }))).toString('base64url');
}

test('a state other than the login’s is refused before the code is exchanged', async () => {
  issuer.exchanged = new URLSearchParams();
  await expect(signInWith(({ sign }) => sign(claims()), { state: 'another' })).rejects.toEqual(REFUSED);
  expect([...issuer.exchanged]).toEqual([]);
});
