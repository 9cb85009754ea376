import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createIssuer } from '#local/oidc/issuer.ts';
import { readOrCreateKeys } from '#local/oidc/keys.ts';
import { listenLocally } from '#local/platform/listen.ts';
import { freePorts } from '#local/platform/ports.ts';
import {
  type Answer,
  anonymous,
  type Client,
  clientFor,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { platform } from '#tests/support/platform.ts';
import { callBack, cookieOf, submitToIssuer } from '#tests/support/sign-in-steps.ts';

/** Two issuers of two teams, each with its own signing key, and real flows through both. */
type Issuer = { url: string; server: Server };
type Provider = { id: string; redirect_uri: string; verification: Json[] } & Json;

const CLIENT = { id: 'rag-platform', secret: 'the secret of the client' };
const REDIRECTS = /\/v1\/auth\/oidc\/[\da-f-]{36}\/callback$/;
let one: Issuer;
let two: Issuer;

async function startIssuer(port: number): Promise<Issuer> {
  const url = `http://localhost:${port}`;
  const server = createIssuer({
    issuer: url,
    keys: readOrCreateKeys(path.join(tmpdir(), `issuer-${randomUUID()}.json`)),
    client: { ...CLIENT, redirectUris: ['http://localhost/v1/auth/google/callback'] },
    alsoRedirectsTo: REDIRECTS,
  });
  await listenLocally(server, port);
  return { url, server };
}

beforeAll(async () => {
  const [first = 0, second = 0] = await freePorts(2);
  one = await startIssuer(first);
  two = await startIssuer(second);
});

afterAll(() => {
  for (const { server } of [one, two]) {
    server.closeAllConnections();
    server.close();
  }
});

const newDomain = () => `${randomUUID()}.example`;

/** Gives a team an issuer for a domain, proved unless `more` says otherwise. */
async function addProvider(team: Team, issuer: Issuer, domain: string, more: Json = {}): Promise<Provider> {
  const body = {
    issuer: issuer.url,
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    domains: [domain],
    ...more,
  };
  const path = `${team.path}/identity-providers`;
  const { id } = succeeded(await team.owner.post<Provider>(path, body));
  return succeeded(await team.owner.post<Provider>(`${path}/${id}/verify`));
}

/** Begins at `GET /v1/auth/login` and goes up to the issuer's redirect to the API. */
async function begin(email: string, atIssuer = email) {
  const login = await anonymous.get(`/v1/auth/login?email=${encodeURIComponent(email)}`);
  const authorization = new URL(login.headers.get('location') ?? '');
  const callback = await submitToIssuer(authorization, { email: atIssuer });
  return { cookie: cookieOf(login, 'rag_sign_in'), callback, authorization };
}

const signIn = async (email: string, atIssuer = email): Promise<Answer> =>
  callBack(await begin(email, atIssuer));

async function enter(email: string): Promise<Client> {
  return clientFor(String(succeeded(await signIn(email)).access_token));
}

const teamIds = async (client: Client) =>
  succeeded(await client.get<{ data: Json[] }>('/v1/teams')).data.map(({ id }) => id);

describe('a person with an address of a proved domain', () => {
  test('is sent to the team’s issuer, whatever the case of the address, and becomes a viewer', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    const { id } = await addProvider(team, one, domain);
    const login = await anonymous.get(`/v1/auth/login?email=Kim@${domain.toUpperCase()}`);
    const location = new URL(login.headers.get('location') ?? '');
    expect(location.origin).toBe(one.url);
    expect(location.searchParams.get('redirect_uri')).toBe(
      `${(await platform()).url}/v1/auth/oidc/${id}/callback`,
    );
    const person = await enter(`kim@${domain}`);
    expect((await person.get('/v1/me')).body).toMatchObject({
      email: `kim@${domain}`,
      teams: [{ id: team.id, role: 'viewer' }],
    });
  });

  test('reaches that team only, also as member of others', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    await addProvider(team, one, domain);
    const email = `kim@${domain}`;
    const person = await enter(email);
    const { id } = succeeded(await person.get('/v1/me'));
    const other = await newTeam();
    const bot = succeeded(await other.owner.post(`${other.path}/bots`, { name: 'bot' }));
    await withDatabase((db) =>
      db.query(`INSERT INTO memberships (team_id, user_id, role) VALUES ($1, $2, 'owner')`, [other.id, id]),
    );
    expect(await teamIds(person)).toEqual([team.id]);
    expectProblem(await person.get(other.path), 404, 'not_found');
    expect(JSON.stringify((await person.get('/v1/models')).body)).not.toContain(other.id);
    const messages = [{ role: 'user', content: 'hello' }];
    expect((await person.post('/v1/chat/completions', { model: bot.id, messages })).status).toBe(404);
    expectProblem(await person.post('/v1/teams', { name: 'mine' }), 403, 'forbidden');
    const invited = succeeded(await other.owner.post(`${other.path}/invitations`, { email, role: 'viewer' }));
    expectProblem(await person.post('/v1/invitations/accept', { token: invited.token }), 404, 'not_found');
  });

  test('stays out once removed, until invited again', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    await addProvider(team, one, domain);
    const email = `kim@${domain}`;
    const { id } = succeeded(await (await enter(email)).get('/v1/me'));
    succeeded(await team.owner.delete(`${team.path}/members/${String(id)}`));
    expectProblem(await signIn(email), 403, 'sign_up_closed');
    const invited = succeeded(await team.owner.post(`${team.path}/invitations`, { email, role: 'admin' }));
    const person = await enter(email);
    expect(succeeded(await person.post('/v1/invitations/accept', { token: invited.token }))).toMatchObject({
      role: 'admin',
    });
  });

  test('stays out once removed, also with a new account of the same identity', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    await addProvider(team, one, domain);
    const email = `kim@${domain}`;
    const person = await enter(email);
    const { id } = succeeded(await person.get('/v1/me'));
    succeeded(await team.owner.delete(`${team.path}/members/${String(id)}`));
    expect((await person.delete('/v1/me')).status).toBe(202);
    expectProblem(await signIn(email), 403, 'sign_up_closed');
  });

  test('comes in by invitation only where the provider has no default role', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    await addProvider(team, one, domain, { default_role: null });
    expectProblem(await signIn(`lee@${domain}`), 403, 'sign_up_closed');
  });

  test('is another person than the one with the same address at Google', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    await addProvider(team, one, domain);
    const google = await newUser(`kim@${domain}`);
    const { id } = succeeded(await (await enter(`kim@${domain}`)).get('/v1/me'));
    expect(id).not.toBe(google.id);
  });
});

test('an address of an unproved or unknown domain is sent to Google', async () => {
  const [team, domain] = [await newTeam(), newDomain()];
  const body = { issuer: one.url, client_id: 'x', client_secret: 'y', domains: [domain] };
  succeeded(await team.owner.post(`${team.path}/identity-providers`, body));
  for (const each of [domain, `sub.${domain}`, newDomain()]) {
    const login = await anonymous.get(`/v1/auth/login?email=kim@${each}`);
    const location = new URL(login.headers.get('location') ?? '');
    expect(location.origin).toBe((await platform()).env.OIDC_ISSUER);
    expect(location.searchParams.get('login_hint')).toBe(`kim@${each}`);
  }
});

describe('an issuer speaks for its team’s domains only', () => {
  test('an address of another domain is refused, also of a person that another issuer knows', async () => {
    const [team, domain, victim] = [await newTeam(), newDomain(), newDomain()];
    await addProvider(team, one, domain);
    await addProvider(await newTeam(), two, victim);
    for (const address of [`kim@${victim}`, 'ceo@example.com', `kim@sub.${domain}`])
      expectProblem(await signIn(`kim@${domain}`, address), 401, 'sign_in_failed');
  });

  test('a domain belongs to the first team that proves it', async () => {
    const domain = newDomain();
    await addProvider(await newTeam(), one, domain);
    const second = await newTeam();
    const body = { issuer: two.url, client_id: 'x', client_secret: 'y', domains: [domain] };
    const path = `${second.path}/identity-providers`;
    const { id } = succeeded(await second.owner.post<Provider>(path, body));
    expectProblem(await second.owner.post(`${path}/${id}/verify`), 409, 'already_exists');
  });

  test('a code cannot come in under another issuer’s name', async () => {
    const [a, b] = [newDomain(), newDomain()];
    const first = await addProvider(await newTeam(), one, a);
    const second = await addProvider(await newTeam(), two, b);
    const pending = await begin(`kim@${a}`);
    const callback = new URL(pending.callback.href.replace(first.id, second.id));
    expectProblem(await callBack({ ...pending, callback }), 401, 'sign_in_failed');
    const google = new URL(pending.callback);
    google.pathname = '/v1/auth/google/callback';
    expectProblem(await callBack({ ...pending, callback: google }), 401, 'sign_in_failed');
    succeeded(await callBack(pending));
  });

  test('a callback without the browser’s cookie is refused', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    await addProvider(team, one, domain);
    expectProblem(await callBack({ ...(await begin(`kim@${domain}`)), cookie: '' }), 401, 'sign_in_failed');
  });
});

describe('the team’s policy', () => {
  test.each([
    ['a level of authentication', { required_acr: ['urn:mfa'] }, 'acr_values', 'urn:mfa'],
    ['a second factor', { required_amr: ['mfa'] }, null, null],
  ])('refuses a sign-in without %s', async (_what, policy, parameter, value) => {
    const [team, domain] = [await newTeam(), newDomain()];
    await addProvider(team, one, domain, policy);
    const pending = await begin(`kim@${domain}`);
    if (parameter) expect(pending.authorization.searchParams.get(parameter)).toBe(value);
    expectProblem(await callBack(pending), 401, 'sign_in_failed');
  });

  test('ends a session when signing in again is due, and asks the issuer for a fresh sign-in', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    await addProvider(team, one, domain, { max_age_seconds: 3_600, prompt: 'login' });
    const pending = await begin(`kim@${domain}`);
    expect(pending.authorization.searchParams.get('max_age')).toBe('3600');
    expect(pending.authorization.searchParams.get('prompt')).toBe('login');
    const person = clientFor(String(succeeded(await callBack(pending)).access_token));
    const [session] = succeeded(await person.get<{ data: Json[] }>('/v1/me/sessions')).data;
    const minutes = (Date.parse(String(session?.expires_at)) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(50);
    expect(minutes).toBeLessThanOrEqual(61);
  });

  test('ends the sessions of the issuer when it changes, and when the issuer is removed', async () => {
    const [team, domain] = [await newTeam(), newDomain()];
    const { id } = await addProvider(team, one, domain);
    const path = `${team.path}/identity-providers/${id}`;
    let person = await enter(`kim@${domain}`);
    succeeded(await team.owner.patch(path, { default_role: null }));
    expect((await person.get('/v1/me')).status).toBe(200);
    succeeded(await team.owner.patch(path, { max_age_seconds: 3_600 }));
    expectProblem(await person.get('/v1/me'), 401, 'session_expired');
    person = await enter(`kim@${domain}`);
    succeeded(await team.owner.delete(path));
    expectProblem(await person.get('/v1/me'), 401, 'session_expired');
    expect((await team.owner.get('/v1/me')).status).toBe(200);
  });
});

describe('identity providers of a team', () => {
  let team: Team;
  let path: string;
  const input = (more: Json = {}) => {
    return {
      issuer: one.url,
      client_id: 'x',
      client_secret: 'sesame-sesame',
      domains: [newDomain()],
      ...more,
    };
  };

  beforeAll(async () => {
    team = await newTeam();
    path = `${team.path}/identity-providers`;
  });

  test('are shown with the record to set and the address to register, never with the secret', async () => {
    const domain = newDomain();
    const answer = await team.owner.post<Provider>(path, input({ domains: [domain.toUpperCase()] }));
    const provider = succeeded(answer);
    expect(provider).toMatchObject({
      domains: [domain],
      redirect_uri: `${(await platform()).url}/v1/auth/oidc/${provider.id}/callback`,
      verification: [
        {
          domain,
          record_name: `_rag-platform.${domain}`,
          record_value: expect.stringMatching(/^rag-platform-verification=[0-9a-f]{40}$/) as string,
          verified_at: null,
        },
      ],
    });
    const shown = await Promise.all([
      team.owner.get(path),
      team.owner.get(`${path}/${provider.id}`),
      team.owner.get(`${team.path}/audit-log`),
    ]);
    for (const each of [answer, ...shown]) {
      expect(each.status).toBeLessThan(300);
      expect(each.text).not.toContain('sesame');
    }
    const { rows } = await withDatabase((db) =>
      db.query<{ sealed: Buffer }>('SELECT sealed_secret AS sealed FROM identity_providers WHERE id = $1', [
        provider.id,
      ]),
    );
    expect(rows[0]?.sealed.toString('latin1')).not.toContain('sesame');
  });

  test('keep the proof of a domain that stays', async () => {
    const [kept, added] = [newDomain(), newDomain()];
    const { id } = await addProvider(team, one, kept);
    const changed = succeeded(await team.owner.patch<Provider>(`${path}/${id}`, { domains: [kept, added] }));
    const verified = Object.fromEntries(
      changed.verification.map(({ domain, verified_at: at }) => [String(domain), at !== null]),
    );
    expect(verified).toEqual({ [kept]: true, [added]: false });
  });

  test.each([
    ['an issuer of the metadata service', { issuer: 'http://169.254.169.254/' }, 'unknown_url'],
    ['an issuer in a private network', { issuer: 'https://10.0.0.1/' }, 'unknown_url'],
    ['an issuer in IPv6’s spelling of it', { issuer: 'https://[::ffff:10.0.0.1]/' }, 'unknown_url'],
    ['an issuer in the old IPv6 spelling', { issuer: 'https://[::10.0.0.1]/' }, 'unknown_url'],
    ['an issuer on another port', { issuer: 'https://login.example.com:8443' }, 'unknown_url'],
    ['an issuer without TLS', { issuer: 'http://login.example.com' }, 'unknown_url'],
    ['an issuer with a password', { issuer: 'https://a:b@login.example.com' }, 'unknown_url'],
    ['an issuer with a query', { issuer: 'https://login.example.com/?x=y' }, 'unknown_url'],
    ['an issuer that is a file', { issuer: 'file:///etc/passwd' }, 'validation_failed'],
    ['a domain that is none', { domains: ['localhost'] }, 'validation_failed'],
    ['an address as domain', { domains: ['10.0.0.1'] }, 'validation_failed'],
    ['no domain', { domains: [] }, 'validation_failed'],
    ['a role above member', { default_role: 'admin' }, 'validation_failed'],
    ['an unknown field', { require_acr: ['mfa'] }, 'validation_failed'],
  ])('with %s are refused', async (_what, more, code) => {
    expectProblem(await team.owner.post(path, input(more)), 422, code);
  });

  test('are for owners with a session: no admin, no key, no other team, nobody', async () => {
    const { id } = succeeded(await team.owner.post<Provider>(path, input()));
    const admin = await newMember(team, 'admin');
    const key = await newKey(team, ['bots:write']);
    const foreign = await newTeam();
    const calls: [string, string, unknown?][] = [
      ['GET', ''],
      ['POST', '', input()],
      ['GET', `/${id}`],
      ['PATCH', `/${id}`, { client_id: 'y' }],
      ['POST', `/${id}/verify`],
      ['DELETE', `/${id}`],
    ];
    for (const [method, rest, body] of calls) {
      const call = (client: Client, base = path) =>
        client.request(method, `${base}${rest}`, body === undefined ? {} : { body });
      expectProblem(await call(anonymous), 401, 'unauthenticated');
      expectProblem(await call(admin), 403, 'insufficient_role');
      expectProblem(await call(key), 403, 'insufficient_scope');
      expectProblem(await call(foreign.owner), 404, 'not_found');
      if (rest)
        expectProblem(await call(foreign.owner, `${foreign.path}/identity-providers`), 404, 'not_found');
    }
  });
});
