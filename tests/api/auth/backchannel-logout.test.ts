import { createSecretKey, generateKeyPairSync, randomUUID } from 'node:crypto';
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
  newTeam,
  newUser,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { type FakeIssuer, startFakeIssuer } from '#tests/support/fake-issuer.ts';
import { callBack, cookieOf, submitToIssuer } from '#tests/support/sign-in-steps.ts';

/** Sessions that end because the team's issuer says so. */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
let issuer: FakeIssuer;

beforeAll(async () => {
  issuer = await startFakeIssuer();
});

afterAll(() => issuer.close());

async function addProvider(team: Team, client: { issuer: string; client_id: string }): Promise<Provider> {
  const domain = `${randomUUID()}.example`;
  const body = { ...client, client_secret: 'the secret of the client', domains: [domain] };
  const route = `${team.path}/identity-providers`;
  const { id } = succeeded(await team.owner.post<{ id: string }>(route, body));
  succeeded(await team.owner.post(`${route}/${id}/verify`));
  return { id, domain };
}

type Provider = { id: string; domain: string };

/** Signs in at the fake issuer, which names its own session `sid`. */
async function enter({ domain }: Provider, subject: string, sid?: string): Promise<Client> {
  const login = await anonymous.get(`/v1/auth/login?email=kim@${domain}`);
  const authorization = new URL(login.headers.get('location') ?? '');
  const { searchParams: asked } = authorization;
  const now = Math.floor(Date.now() / 1_000);
  issuer.idToken = () =>
    issuer.sign({
      iss: issuer.url,
      aud: issuer.clientId,
      sub: subject,
      iat: now,
      exp: now + 600,
      nonce: asked.get('nonce'),
      email: `${subject}@${domain}`,
      ...(sid && { sid }),
    });
  const callback = new URL(asked.get('redirect_uri') ?? '');
  callback.search = String(new URLSearchParams({ code: 'x', state: asked.get('state') ?? '' }));
  const answer = await callBack({ callback, cookie: cookieOf(login, 'rag_sign_in') });
  return clientFor(String(succeeded(answer).access_token));
}

function logoutClaims(changes: Json = {}): Json {
  const now = Math.floor(Date.now() / 1_000);
  const subject = { sub: 'kim' };
  const of = { iss: issuer.url, aud: issuer.clientId, iat: now, exp: now + 120, jti: randomUUID() };
  return { ...of, ...subject, events: { [EVENT]: {} }, ...changes };
}

const send = (providerId: string, token: string, headers: Record<string, string> = FORM): Promise<Answer> =>
  anonymous.post(
    `/v1/auth/oidc/${providerId}/backchannel-logout`,
    new URLSearchParams({ logout_token: token, other: 'ignored' }).toString(),
    { headers },
  );

const isIn = async (client: Client) => (await client.get('/v1/me')).status === 200;

let team: Team;
let provider: Provider;

beforeEach(async () => {
  team = await newTeam();
  provider = await addProvider(team, { issuer: issuer.url, client_id: issuer.clientId });
});

test('a token with a subject ends all sessions of that person from this issuer, and nobody else’s', async () => {
  const [one, two, lee] = [
    await enter(provider, 'kim'),
    await enter(provider, 'kim', 'second'),
    await enter(provider, 'lee'),
  ];
  const google = await newUser(`kim@${provider.domain}`);
  const elsewhere = await addProvider(await newTeam(), { issuer: issuer.url, client_id: issuer.clientId });
  const other = await enter(elsewhere, 'kim');
  const answer = await send(provider.id, issuer.sign(logoutClaims()));
  expect([answer.status, answer.text, answer.headers.get('cache-control')]).toEqual([200, '', 'no-store']);
  expectProblem(await one.get('/v1/me'), 401, 'session_expired');
  expect(await isIn(two)).toBe(false);
  for (const client of [lee, google, other]) expect(await isIn(client)).toBe(true);
  const { data } = succeeded(
    await team.owner.get<{ data: Json[] }>(`${team.path}/audit-log?action=session.ended`),
  );
  expect(data).toHaveLength(2);
  expect(data[0]).toMatchObject({ actor: { type: 'system' }, after: { reason: 'backchannel_logout' } });
});

test('a token with a session of the issuer ends what began with that session only', async () => {
  const [laptop, phone, lee] = [
    await enter(provider, 'kim', 'laptop'),
    await enter(provider, 'kim', 'phone'),
    await enter(provider, 'lee', 'of-lee'),
  ];
  for (const more of [
    { sub: undefined, sid: 'laptop' },
    { sub: 'kim', sid: 'of-lee' },
  ])
    expect((await send(provider.id, issuer.sign(logoutClaims(more)))).status).toBe(200);
  expect([await isIn(laptop), await isIn(phone), await isIn(lee)]).toEqual([false, true, true]);
});

test('where the issuer named no session at sign-in, one of its sessions stands for all of its person', async () => {
  const kim = await enter(provider, 'kim');
  expect((await send(provider.id, issuer.sign(logoutClaims({ sub: 'lee', sid: 'x' })))).status).toBe(200);
  expect(await isIn(kim)).toBe(true);
  expect((await send(provider.id, issuer.sign(logoutClaims({ sid: 'x' })))).status).toBe(200);
  expect(await isIn(kim)).toBe(false);
});

test('a token has its effect once: whoever keeps it cannot end later sessions', async () => {
  const token = issuer.sign(logoutClaims());
  expect((await send(provider.id, token)).status).toBe(200);
  const kim = await enter(provider, 'kim');
  expectProblem(await send(provider.id, token), 400, 'invalid_logout_token');
  expect(await isIn(kim)).toBe(true);
});

describe('a token that proves nothing is refused, and ends nothing', () => {
  const past = Math.floor(Date.now() / 1_000) - 3_600;
  const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const clientSecret = createSecretKey(Buffer.from('the secret of the client'));

  test.each<[string, (claims: Json) => string]>([
    ['of another issuer', (claims) => issuer.sign({ ...claims, iss: 'https://accounts.google.com' })],
    ['for another client', (claims) => issuer.sign({ ...claims, aud: 'another' })],
    ['that has expired', (claims) => issuer.sign({ ...claims, iat: past, exp: past + 120 })],
    ['that is old', (claims) => issuer.sign({ ...claims, iat: past })],
    ['from the future', (claims) => issuer.sign({ ...claims, iat: past + 7_200, exp: past + 7_300 })],
    ['without the event', (claims) => issuer.sign({ ...claims, events: undefined })],
    ['with another event', (claims) => issuer.sign({ ...claims, events: { other: {} } })],
    ['with an event that is no object', (claims) => issuer.sign({ ...claims, events: { [EVENT]: true } })],
    ['with a nonce, as an ID token has one', (claims) => issuer.sign({ ...claims, nonce: 'x' })],
    ['that names nobody', (claims) => issuer.sign({ ...claims, sub: undefined })],
    ['without an id', (claims) => issuer.sign({ ...claims, jti: undefined })],
    ['without an end', ({ exp: _end, ...claims }) => issuer.sign(claims)],
    ['of another type', (claims) => issuer.sign(claims, { header: { typ: 'at+jwt', alg: 'RS256' } })],
    ['signed with a stranger’s key', (claims) => issuer.sign(claims, { key: strangersKey })],
    [
      'signed with the client’s secret',
      (claims) => issuer.sign(claims, { key: clientSecret, algorithm: 'HS256' }),
    ],
    ['without a signature', (claims) => `${issuer.sign(claims).split('.').slice(0, 2).join('.')}.`],
    ['that is none', () => 'x'],
    ['that is missing', () => ''],
  ])('%s', async (_what, make) => {
    const kim = await enter(provider, 'kim');
    expectProblem(await send(provider.id, make(logoutClaims())), 400, 'invalid_logout_token');
    expect(await isIn(kim)).toBe(true);
  });

  test('of an unknown provider, or not as a form', async () => {
    const token = issuer.sign(logoutClaims());
    expectProblem(await send(randomUUID(), token), 404, 'not_found');
    const json = { 'Content-Type': 'application/json' };
    expectProblem(await send(provider.id, token, json), 415, 'unsupported_media_type');
  });

  test('while the issuer’s keys cannot be read, the issuer is asked to come back', async () => {
    const kim = await enter(provider, 'kim');
    issuer.down = true;
    const answer = await send(provider.id, issuer.sign(logoutClaims()));
    issuer.down = false;
    expectProblem(answer, 503, 'dependency_unavailable');
    expect(await isIn(kim)).toBe(true);
  });
});

test('the local issuer’s own back-channel logout ends the session that it began', async () => {
  const [port = 0] = await freePorts(1);
  const url = `http://localhost:${port}`;
  const server = createIssuer({
    issuer: url,
    keys: readOrCreateKeys(path.join(tmpdir(), `issuer-${randomUUID()}.json`)),
    client: { id: 'rag', secret: 'the secret of the client', redirectUris: [`${url}/unused`] },
    alsoRedirectsTo: /\/v1\/auth\/oidc\/[\da-f-]{36}\/callback$/,
  });
  await listenLocally(server, port);
  try {
    const { domain } = await addProvider(team, { issuer: url, client_id: 'rag' });
    const email = `kim@${domain}`;
    const login = await anonymous.get(`/v1/auth/login?email=${email}`);
    const callback = await submitToIssuer(new URL(login.headers.get('location') ?? ''), { email });
    const answer = await callBack({ callback, cookie: cookieOf(login, 'rag_sign_in') });
    const kim = clientFor(String(succeeded(answer).access_token));
    expect(await isIn(kim)).toBe(true);
    const told = await fetch(`${url}/gone`, { method: 'POST', body: new URLSearchParams({ email }) });
    expect([told.status, await told.json()]).toEqual([200, { told: 1 }]);
    expectProblem(await kim.get('/v1/me'), 401, 'session_expired');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
