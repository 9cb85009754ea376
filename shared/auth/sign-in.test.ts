import { config, loadConfig } from '#shared/core/config.ts';
import { beginSignIn, clearCookie, readSignIn, refreshCookie } from './sign-in.ts';

beforeAll(async () => {
  Object.assign(process.env, {
    JWT_SECRET: 'a secret for tests, long enough to be one',
    API_URL: 'https://api.example.com',
  });
  await loadConfig('http', 'auth', 'sign_in');
});

test('over https cookies are Secure, and of this very host: no sibling can plant one', () => {
  const flags = 'Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure';
  expect(refreshCookie('token')).toBe(`__Host-rag_refresh=token; ${flags}`);
  expect(clearCookie('rag_refresh')).toBe(`__Host-rag_refresh=; ${flags.replace('2592000', '0')}`);
  expect(beginSignIn(undefined).cookie).toMatch(/^__Host-rag_sign_in=[^;]+; .*; Secure$/);
});

test('the state of a sign-in is read back from its cookie alone', () => {
  const { secrets, cookie } = beginSignIn('https://app.example.com');
  const value = /^__Host-rag_sign_in=([^;]+)/.exec(cookie)?.[1];
  expect(readSignIn(value)).toEqual({ ...secrets, returnTo: 'https://app.example.com', provider: undefined });
});

test('the PKCE verifier is long enough, and cannot be derived from the state without the secret', () => {
  const { secrets, cookie } = beginSignIn(undefined);
  expect(secrets.verifier).toMatch(/^[\w-]{43}$/);
  const value = /^__Host-rag_sign_in=([^;]+)/.exec(cookie)?.[1];
  const settings = config('auth');
  const { JWT_SECRET } = settings;
  settings.JWT_SECRET = 'another secret of the same length!!';
  expect(() => readSignIn(value)).toThrow(expect.objectContaining({ code: 'sign_in_failed' }) as Error);
  settings.JWT_SECRET = JWT_SECRET;
});
