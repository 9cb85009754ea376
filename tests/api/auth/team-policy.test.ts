import { randomUUID } from 'node:crypto';
import {
  type Answer,
  anonymous,
  clientFor,
  expectProblem,
  type Json,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { type FakeIssuer, startFakeIssuer } from '#tests/support/fake-issuer.ts';
import { callBack, cookieOf } from '#tests/support/sign-in-steps.ts';

/** What a team's issuer may claim, and what the team's policy asks of it: an issuer whose tokens the test writes. */
let issuer: FakeIssuer;
let team: Team;
let domain: string;

beforeAll(async () => {
  issuer = await startFakeIssuer();
});

afterAll(() => issuer.close());

beforeEach(async () => {
  team = await newTeam();
  domain = `${randomUUID()}.example`;
});

async function addProvider(policy: Json = {}): Promise<void> {
  const body = { issuer: issuer.url, client_id: issuer.clientId, client_secret: 'secret', domains: [domain] };
  const path = `${team.path}/identity-providers`;
  const { id } = succeeded(await team.owner.post(path, { ...body, ...policy }));
  succeeded(await team.owner.post(`${path}/${String(id)}/verify`));
}

const seconds = () => Math.floor(Date.now() / 1_000);

/** Signs in with an ID token that has these claims besides the usual ones. */
async function signIn(claims: Json): Promise<Answer> {
  const email = `kim@${domain}`;
  const login = await anonymous.get(`/v1/auth/login?email=${email}`);
  const { searchParams } = new URL(login.headers.get('location') ?? '');
  issuer.idToken = ({ sign, url, clientId }) =>
    sign({
      iss: url,
      aud: clientId,
      sub: randomUUID(),
      iat: seconds(),
      exp: seconds() + 600,
      nonce: searchParams.get('nonce'),
      email,
      ...claims,
    });
  const callback = new URL(searchParams.get('redirect_uri') ?? '');
  callback.searchParams.set('code', 'the-code');
  callback.searchParams.set('state', searchParams.get('state') ?? '');
  return callBack({ callback, cookie: cookieOf(login, 'rag_sign_in') });
}

const POLICY = { required_acr: ['urn:silver', 'urn:gold'], required_amr: ['pwd', 'otp'] };

test.each([
  ['one of the levels and all methods', { acr: 'urn:gold', amr: ['otp', 'pwd', 'hwk'] }],
  ['another of the levels', { acr: 'urn:silver', amr: ['pwd', 'otp'] }],
])('a token with %s comes in', async (_what, claims) => {
  await addProvider(POLICY);
  succeeded(await signIn(claims));
});

test.each([
  ['no level', { amr: ['pwd', 'otp'] }],
  ['a lower level', { acr: 'urn:bronze', amr: ['pwd', 'otp'] }],
  ['a level that only begins so', { acr: 'urn:gold-ish', amr: ['pwd', 'otp'] }],
  ['one method too few', { acr: 'urn:gold', amr: ['pwd'] }],
  ['methods that are no list', { acr: 'urn:gold', amr: 'pwd otp' }],
  ['no methods', { acr: 'urn:gold' }],
])('a token with %s is refused', async (_what, claims) => {
  await addProvider(POLICY);
  expectProblem(await signIn(claims), 401, 'sign_in_failed');
});

test.each([
  ['now', 0, 200],
  ['ten minutes ago', 600, 200],
  ['two hours ago', 7_200, 401],
])('who signed in at the issuer %s is answered as the age of an hour asks', async (_when, ago, status) => {
  await addProvider({ max_age_seconds: 3_600 });
  const answer = await signIn({ auth_time: seconds() - ago });
  expect(answer.status).toBe(status);
});

test('the session ends when the sign-in at the issuer is too old, not when it is used', async () => {
  await addProvider({ max_age_seconds: 3_600 });
  const person = clientFor(String(succeeded(await signIn({ auth_time: seconds() - 3_000 })).access_token));
  const [session] = succeeded(await person.get<{ data: Json[] }>('/v1/me/sessions')).data;
  const left = (Date.parse(String(session?.expires_at)) - Date.now()) / 1_000;
  expect(left).toBeGreaterThan(500);
  expect(left).toBeLessThanOrEqual(600);
});

test('an issuer that does not say when the person signed in is refused where that matters', async () => {
  await addProvider({ max_age_seconds: 3_600 });
  expectProblem(await signIn({}), 401, 'sign_in_failed');
});

test.each([
  ['an unverified address', () => ({ email_verified: false })],
  ['an address verified in words only', () => ({ email_verified: 'true' })],
  ['no address', () => ({ email: undefined })],
  ['an address of a subdomain', () => ({ email: `kim@mail.${domain}` })],
  ['an address with the domain before another', () => ({ email: `kim@${domain}@example.com` })],
  ['a list of addresses', () => ({ email: [`kim@${domain}`] })],
  ['the nonce of another sign-in', () => ({ nonce: 'x' })],
  ['another audience', () => ({ aud: 'somebody-else' })],
  ['Google as its issuer', () => ({ iss: 'https://accounts.google.com' })],
])('a token with %s is refused', async (_what, claims) => {
  await addProvider();
  expectProblem(await signIn(claims()), 401, 'sign_in_failed');
});

test('the case of the claimed address makes no difference', async () => {
  await addProvider();
  const person = clientFor(
    String(succeeded(await signIn({ email: `Kim@${domain.toUpperCase()}` })).access_token),
  );
  expect((await person.get('/v1/me')).body).toMatchObject({ email: `kim@${domain}` });
});
