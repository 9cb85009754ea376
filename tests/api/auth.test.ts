import { randomUUID } from 'node:crypto';
import { decode } from 'jsonwebtoken';
import { anonymous, clientFor, expectProblem, type Json, newUser, succeeded } from '#tests/support/api.ts';
import { platform } from '#tests/support/platform.ts';
import { callBack, cookieLine, cookieOf, signInUpToCallback } from '#tests/support/sign-in-steps.ts';

type Tokens = { access_token: string; refresh_token: string };

const COOKIE = /; Path=\/v1\/auth; Max-Age=\d+; HttpOnly; SameSite=Lax$/;

function someone(): { email: string } {
  return { email: `${randomUUID()}@example.com` };
}

test('the login redirects to the issuer with code, PKCE S256, state and nonce', async () => {
  const { env, url } = await platform();
  const login = await anonymous.get('/v1/auth/google/login');
  expect(login.status).toBe(302);
  expect(login.headers.get('cache-control')).toBe('no-store');
  const location = new URL(login.headers.get('location') ?? '');
  expect(location.origin).toBe(env.OIDC_ISSUER);
  expect(Object.fromEntries(location.searchParams)).toEqual({
    client_id: env.GOOGLE_CLIENT_ID,
    redirect_uri: `${url}/v1/auth/google/callback`,
    prompt: 'select_account',
    response_type: 'code',
    scope: 'openid email profile',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    code_challenge_method: 'S256',
    state: expect.stringMatching(/^[\w-]{32}$/) as string,
    nonce: expect.stringMatching(/^[\w-]{32}$/) as string,
  });
  expect(cookieLine(login, 'rag_sign_in')).toMatch(COOKIE);
});

test('every login has its own state, nonce and challenge', async () => {
  const logins = await Promise.all([1, 2, 3].map(() => anonymous.get('/v1/auth/google/login')));
  const values = logins.flatMap(({ headers }) => {
    const { searchParams } = new URL(headers.get('location') ?? '');
    return ['state', 'nonce', 'code_challenge'].map((name) => searchParams.get(name));
  });
  expect(new Set(values).size).toBe(9);
});

test('the sign-in cookie holds no PKCE verifier', async () => {
  const login = await anonymous.get('/v1/auth/google/login');
  const { state, nonce, ...rest } = decode(
    cookieOf(login, 'rag_sign_in').replace('rag_sign_in=', ''),
  ) as Json;
  expect([typeof state, typeof nonce]).toEqual(['string', 'string']);
  expect(Object.keys(rest).sort()).toEqual(['aud', 'exp', 'iat']);
});

test('a whole sign-in returns tokens, the refresh cookie and the account of the ID token', async () => {
  const person = someone();
  const answer = await callBack(await signInUpToCallback(person));
  const tokens = succeeded(answer);
  expect(tokens).toEqual({
    access_token: expect.any(String) as string,
    token_type: 'Bearer',
    expires_in: 600,
    refresh_token: expect.any(String) as string,
  });
  expect(cookieLine(answer, 'rag_refresh')).toMatch(COOKIE);
  expect(cookieOf(answer, 'rag_refresh')).toBe(`rag_refresh=${String(tokens.refresh_token)}`);
  expect(cookieLine(answer, 'rag_sign_in')).toContain('rag_sign_in=; Path=/v1/auth; Max-Age=0');
  const me = await clientFor(String(tokens.access_token)).get('/v1/me');
  expect(me.body).toMatchObject({ email: person.email, teams: [] });
});

test('a second sign-in is the same user, in another session', async () => {
  const one = await newUser();
  const two = await newUser(one.email);
  expect(two.id).toBe(one.id);
  expect((await one.get<{ data: Json[] }>('/v1/me/sessions')).body.data).toHaveLength(2);
});

describe('a callback is refused', () => {
  test.each([
    ['without the cookie of the login', '', {}],
    ['with a cookie that we did not sign', 'rag_sign_in=eyJhbGciOiJub25lIn0.e30.', {}],
    ['with another state', null, { state: 'x'.repeat(32) }],
    ['without a state', null, { state: null }],
    ['without a code', null, { code: null }],
    ['with a code that the issuer did not give', null, { code: 'x'.repeat(43) }],
    ['when the issuer says that access was denied', null, { code: null, error: 'access_denied' }],
    ['when the issuer says anything else', null, { code: null, error: '"><script>', error_description: 'x' }],
    ['from another issuer', null, { iss: 'https://evil.example.com' }],
    ['with nothing at all', null, { code: null, state: null, iss: null }],
  ])('%s', async (_what, cookie, changes) => {
    const pending = await signInUpToCallback(someone());
    const answer = await callBack({ ...pending, cookie: cookie ?? pending.cookie }, changes);
    expectProblem(answer, 401, 'sign_in_failed');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(answer.text).not.toContain('<script>');
  });

  test('with the cookie of another login', async () => {
    const [mine, theirs] = [await signInUpToCallback(someone()), await signInUpToCallback(someone())];
    expectProblem(await callBack({ ...theirs, cookie: mine.cookie }), 401, 'sign_in_failed');
  });

  test('with a code that was used before', async () => {
    const pending = await signInUpToCallback(someone());
    succeeded(await callBack(pending));
    expectProblem(await callBack(pending), 401, 'sign_in_failed');
  });

  test('with a cookie whose content was changed', async () => {
    const pending = await signInUpToCallback(someone(), '');
    const [head = '', , signature = ''] = pending.cookie.split('.');
    const claims = { state: 'x', nonce: 'y', aud: 'sign-in', exp: 4_000_000_000 };
    const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    expectProblem(await callBack({ ...pending, cookie: forged }, { state: 'x' }), 401, 'sign_in_failed');
  });

  test('for a user whose e-mail address is not verified', async () => {
    const pending = await signInUpToCallback({ ...someone(), email_verified: 'false' });
    expectProblem(await callBack(pending), 401, 'sign_in_failed');
  });
});

describe('return_to', () => {
  test('redirects to a configured URL, with the cookie and without a token in the URL', async () => {
    const [target = ''] = (await platform()).env.RETURN_TO_URLS?.split(',') ?? [];
    const person = someone();
    const pending = await signInUpToCallback(person, `?return_to=${encodeURIComponent(target)}`);
    const answer = await callBack(pending);
    expect([answer.status, answer.headers.get('location'), answer.text]).toEqual([302, target, '']);
    const cookie = cookieOf(answer, 'rag_refresh');
    const tokens = succeeded(
      await anonymous.post<Tokens>('/v1/auth/refresh', undefined, { headers: { Cookie: cookie } }),
    );
    expect((await clientFor(tokens.access_token).get('/v1/me')).body).toMatchObject(person);
  });

  test.each([
    ['https://evil.example.com'],
    ['//evil.example.com'],
    ['javascript:alert(1)'],
    ['http://localhost:3000.evil.example.com'],
    ['http://localhost:3000@evil.example.com'],
    ['http://localhost:3000/../elsewhere'],
    ['http://localhost:3000/%0d%0aSet-Cookie:x=y'],
    ['/v1/me'],
    [''],
  ])('%j is refused, since it is not configured', async (target) => {
    const answer = await anonymous.get(`/v1/auth/google/login?return_to=${encodeURIComponent(target)}`);
    expectProblem(answer, 422, 'unknown_url');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});
