import { once } from 'node:events';
import { statSync } from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import * as oidc from 'openid-client';
import { createIssuer } from '#local/oidc/issuer.ts';
import { readOrCreateKeys } from '#local/oidc/keys.ts';
import { freePorts } from '#local/platform/ports.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const keyFile = path.join(temporaryDirectory('oidc'), 'keys.json');
const redirectUri = 'http://localhost:8000/v1/auth/google/callback';
const client = { id: 'local-client', secret: 'local-secret', redirectUris: [redirectUri] };
let issuer: string;
let server: http.Server;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  issuer = `http://localhost:${port}`;
  server = createIssuer({ issuer, keys: readOrCreateKeys(keyFile), client });
  server.listen(port);
  await once(server, 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function configuration(secret = client.secret) {
  const execute = [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks];
  return oidc.discovery(new URL(issuer), client.id, secret, undefined, { execute });
}

/** A browser without JavaScript: cookies, one step at a time. */
function browser() {
  const cookies = new Map<string, string>();
  return async (url: string | URL, form?: Record<string, string>) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const post = form ? { method: 'POST', body: new URLSearchParams(form) } : {};
    const response = await fetch(url, { redirect: 'manual', headers: { cookie }, ...post });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    return { response, next: location ? new URL(location, url).href : '' };
  };
}

async function begin(parameters: Record<string, string> = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  const server = await configuration();
  const url = oidc.buildAuthorizationUrl(server, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state: 's1',
    nonce: 'n1',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return { url, verifier, server };
}

async function signInAs(
  form: Record<string, string>,
  parameters: Record<string, string> = {},
  visit = browser(),
) {
  const { url, verifier, server } = await begin(parameters);
  const { next: page } = await visit(url);
  const { next: resume } = await visit(page, form);
  const { next: callback } = await visit(resume);
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: 's1',
    expectedNonce: 'n1',
    idTokenExpected: true,
  };
  const tokens = await oidc.authorizationCodeGrant(server, new URL(callback), checks);
  return tokens.claims();
}

describe('the local issuer', () => {
  test('issues an id_token for the chosen user, without a consent page', async () => {
    expect(await signInAs({ email: 'demo@example.com' })).toMatchObject({
      iss: issuer,
      email: 'demo@example.com',
      email_verified: true,
      name: '김하늘',
      picture: expect.stringMatching(/^http.*\.svg$/),
    });
  });

  test('lets anyone sign in by e-mail, always with the same subject, and shows the page each time', async () => {
    const visit = browser();
    const first = await signInAs({ email: 'New.Person@Example.org' }, {}, visit);
    expect(first).toMatchObject({ email: 'new.person@example.org', name: 'New Person' });
    const other = await signInAs({ email: 'jiwoo.park@example.com' }, { prompt: 'select_account' }, visit);
    expect(other?.sub).not.toBe(first?.sub);
    expect((await signInAs({ email: 'new.person@example.org' }, {}, visit))?.sub).toBe(first?.sub);
  });

  test('can issue an e-mail address that is not verified, to test its refusal', async () => {
    const claims = await signInAs({ email: 'x@example.com', email_verified: 'false' });
    expect(claims).toMatchObject({ email_verified: false });
  });

  test('shows a page with the demo users and a form for another address', async () => {
    const visit = browser();
    const { next } = await visit((await begin()).url);
    const html = await (await visit(next)).response.text();
    expect(html).toContain('value="emma.clarke@example.com"');
    expect(html).toContain('type="email"');
    expect(html).not.toContain('<script');
  });

  test('shows the page again for an invalid e-mail address', async () => {
    const visit = browser();
    const { next } = await visit((await begin()).url);
    const { response } = await visit(next, { email: '"><script>' });
    expect(response.status).toBe(422);
    expect(await response.text()).not.toContain('<script');
  });

  test('refuses a request without PKCE, to an unknown redirect, or for an unknown client', async () => {
    const { url } = await begin();
    const without = new URL(url);
    without.searchParams.delete('code_challenge');
    without.searchParams.delete('code_challenge_method');
    expect((await browser()(without)).next).toContain('error=invalid_request');
    for (const [name, value] of [
      ['redirect_uri', 'http://evil.local/'],
      ['client_id', 'else'],
    ] as const) {
      const wrong = new URL(url);
      wrong.searchParams.set(name, value);
      const { response, next } = await browser()(wrong);
      expect([response.status, next]).toEqual([400, '']);
    }
  });

  test('refuses the code to a client with a wrong secret', async () => {
    const visit = browser();
    const { url, verifier } = await begin();
    const { next: page } = await visit(url);
    const { next: resume } = await visit(page, { email: 'demo@example.com' });
    const { next: callback } = await visit(resume);
    const checks = { pkceCodeVerifier: verifier, expectedState: 's1', expectedNonce: 'n1' };
    const wrong = await configuration('wrong');
    await expect(oidc.authorizationCodeGrant(wrong, new URL(callback), checks)).rejects.toThrow();
  });

  test('shows an error page for an unknown sign-in and keeps running', async () => {
    expect((await fetch(`${issuer}/interaction/nope`)).status).toBe(400);
    expect((await fetch(`${issuer}/users/%E0%A4%A.svg`)).status).toBe(200);
    expect((await fetch(`${issuer}/.well-known/openid-configuration`)).status).toBe(200);
  });
});

test('the issuer keeps its keys for the next run, in a file that only its owner may read', () => {
  const keys = readOrCreateKeys(keyFile);
  expect(readOrCreateKeys(keyFile)).toEqual(keys);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
});
