import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Answer,
  anonymous,
  clientFor,
  expectProblem,
  newTeam,
  newUser,
  succeeded,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { BrowserJar } from '#tests/support/own-api/browser-jar.ts';
import { type OwnApi, startOwnApi } from '#tests/support/own-api/own-api.ts';
import { platform } from '#tests/support/platform.ts';

/** Signing in by a link in a mail. */
const someone = () => `${randomUUID()}@example.com`;

function tokenIn(answer: Answer): string {
  return String(succeeded(answer).local_link).split('#')[1] ?? '';
}

async function ask(email: string, browser = new BrowserJar()) {
  const answer = await browser.post('/v1/auth/email', { email });
  return { browser, token: tokenIn(answer) };
}

const open = (browser: BrowserJar, token: string) => browser.post('/v1/auth/email/callback', { token });

type Mail = { to: string; subject: string; text: string };

async function mailsTo(email: string): Promise<Mail[]> {
  const directory = (await platform()).env.MAIL_DIRECTORY ?? '';
  const mails = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(path.join(directory, file), 'utf8')) as Mail);
  return mails.filter(({ to }) => to === email);
}

test('the link of a mail signs in, with the tokens and the cookie of any other way', async () => {
  const email = someone();
  const { browser, token } = await ask(email.toUpperCase());
  const [mail] = await mailsTo(email);
  expect(mail?.text).toContain(`${(await platform()).url}/sign-in/email#${token}`);
  const answer = await open(browser, token);
  const tokens = succeeded(answer);
  expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
  expect(answer.headers.getSetCookie().join()).toMatch(/rag_refresh=[^;]+; Path=\/v1\/auth;.*HttpOnly/);
  expect((await clientFor(String(tokens.access_token)).get('/v1/me')).body).toMatchObject({
    email,
    teams: [],
  });
});

test('a second link is for the same person, who is another one than at Google', async () => {
  const google = await newUser();
  const ids: unknown[] = [];
  for (let i = 0; i < 2; i += 1) {
    const { browser, token } = await ask(google.email);
    const { access_token: accessToken } = succeeded(await open(browser, token));
    ids.push(succeeded(await clientFor(String(accessToken)).get('/v1/me')).id);
  }
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).not.toBe(google.id);
});

test('every address gets the same answer: of an account, of an invitation, of nobody', async () => {
  const team = await newTeam();
  const invited = someone();
  succeeded(await team.owner.post(`${team.path}/invitations`, { email: invited, role: 'viewer' }));
  for (const email of [team.owner.email, invited, someone()]) {
    const answer = await anonymous.post('/v1/auth/email', { email });
    expect(answer).toMatchObject({ status: 202, body: { expires_in: 900 } });
    expect(Object.keys(answer.body)).toEqual(['expires_in', 'local_link']);
    expect(await mailsTo(email)).toHaveLength(1);
  }
});

describe('a link is refused', () => {
  test('the second time, also when both come at once', async () => {
    const { browser, token } = await ask(someone());
    const answers = await Promise.all(Array.from({ length: 6 }, () => open(browser, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expectProblem(await open(browser, token), 401, 'sign_in_failed');
  });

  test('in another browser, which uses nothing up', async () => {
    const { browser, token } = await ask(someone());
    const other = (await ask(someone())).browser;
    for (const stranger of [new BrowserJar(), other]) {
      const answer = await open(stranger, token);
      expectProblem(answer, 401, 'sign_in_failed');
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    succeeded(await open(browser, token));
  });

  test('with a browser cookie that somebody made up', async () => {
    const email = someone();
    const planted = { headers: { Cookie: `rag_browser=${'x'.repeat(32)}.${'y'.repeat(43)}` } };
    const token = tokenIn(await anonymous.post('/v1/auth/email', { email }, planted));
    expectProblem(await anonymous.post('/v1/auth/email/callback', { token }, planted), 401, 'sign_in_failed');
  });

  test('after fifteen minutes', async () => {
    const email = someone();
    const { browser, token } = await ask(email);
    await withDatabase((db) =>
      db.query(`UPDATE sign_in_links SET expires_at = now() - interval '1 second' WHERE email = $1`, [email]),
    );
    expectProblem(await open(browser, token), 401, 'sign_in_failed');
  });

  test.each(['', 'x', 'x'.repeat(43), '../..'])('when it is %j', async (token) => {
    const { browser } = await ask(someone());
    expectProblem(await open(browser, token), 401, 'sign_in_failed');
  });
});

test('both of two links that one browser asked for work', async () => {
  const email = someone();
  const first = await ask(email);
  const second = await ask(email, first.browser);
  succeeded(await open(first.browser, first.token));
  expect(second.token).not.toBe(first.token);
});

test('opening the link’s page or asking with GET and HEAD uses nothing up', async () => {
  const { browser, token } = await ask(someone());
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    await anonymous.request(method, `/v1/auth/email/callback?token=${token}`);
  succeeded(await open(browser, token));
});

test('an address gets at most five mails in fifteen minutes, and the answers do not tell', async () => {
  const email = someone();
  const answers = await Promise.all(
    Array.from({ length: 9 }, () => anonymous.post('/v1/auth/email', { email })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 202));
  expect(await mailsTo(email)).toHaveLength(5);
});

test.each([
  ['no address', { email: 'x' }],
  ['a line break', { email: 'a@example.com\r\nBcc: b@example.com' }],
  ['two addresses', { email: 'a@example.com,b@example.com' }],
  ['a name', { email: 'A <a@example.com>' }],
  ['an unknown field', { email: 'a@example.com', redirect: 'https://evil.example' }],
])('a request with %s is refused', async (_what, body) => {
  expectProblem(await anonymous.post('/v1/auth/email', body), 422, 'validation_failed');
});

describe('return_to', () => {
  test('is where the callback redirects to', async () => {
    const [target = ''] = (await platform()).env.RETURN_TO_URLS?.split(',') ?? [];
    const browser = new BrowserJar();
    const token = tokenIn(await browser.post('/v1/auth/email', { email: someone(), return_to: target }));
    const answer = await open(browser, token);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, target]);
  });

  test('is refused unless it is configured', async () => {
    const body = { email: someone(), return_to: 'https://evil.example.com' };
    expectProblem(await anonymous.post('/v1/auth/email', body), 422, 'unknown_url');
  });
});

describe('with other settings', () => {
  let api: OwnApi;

  beforeAll(async () => {
    api = await startOwnApi();
  });

  afterAll(() => api.close());

  test('one network address may ask for so many links only, for whomever', async () => {
    succeeded(await api.client(null).post('/v1/auth/email', { email: someone() }));
    await api.set('sign_in', { SIGN_IN_LINKS_PER_ADDRESS: '1' });
    const refused = await api.client(null).post('/v1/auth/email', { email: someone() });
    expectProblem(refused, 429, 'rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await api.set('sign_in', { SIGN_IN_LINKS_PER_ADDRESS: '1000' });
  });

  test('who may not come in learns it from the link, not before', async () => {
    await api.set('sign_up', { SIGN_UP: 'invited' });
    const asked = await api.client(null).post('/v1/auth/email', { email: someone() });
    const Cookie = asked.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const token = tokenIn(asked);
    const answer = await api.client(null).post('/v1/auth/email/callback', { token }, { headers: { Cookie } });
    expectProblem(answer, 403, 'sign_up_closed');
  });

  test('without a sender the way is off, and not offered', async () => {
    expect((await api.client(null).get('/v1/auth/methods')).body).toEqual({ google: true, email: true });
    await api.set('sign_in', { MAIL_DIRECTORY: null });
    expect((await api.client(null).get('/v1/auth/methods')).body).toEqual({ google: true, email: false });
    expectProblem(await api.client(null).post('/v1/auth/email', { email: someone() }), 404, 'not_found');
  });

  test('without a client Google is off, and not offered', async () => {
    await api.set('google', { GOOGLE_CLIENT_ID: null });
    expect((await api.client(null).get('/v1/auth/methods')).body).toMatchObject({ google: false });
    expectProblem(await api.client(null).get('/v1/auth/google/login'), 404, 'not_found');
  });
});
