import { randomUUID } from 'node:crypto';
import { type Answer, expectProblem, newTeam, newUser, succeeded } from '#tests/support/api.ts';
import { type OwnApi, startOwnApi } from '#tests/support/own-api/own-api.ts';

/** Who may come in, and how many teams one person may found. */
let api: OwnApi;

beforeAll(async () => {
  api = await startOwnApi();
});

afterAll(() => api.close());

const someone = (domain = 'example.com') => `${randomUUID()}@${domain}`;

type Settings = Partial<
  Record<'SIGN_UP' | 'SIGN_UP_DOMAINS' | 'FIRST_OWNER_EMAIL' | 'MAX_TEAMS_PER_PERSON', string>
>;

function policy({ SIGN_UP = 'invited', ...more }: Settings): Promise<void> {
  const none = { SIGN_UP_DOMAINS: null, FIRST_OWNER_EMAIL: null, MAX_TEAMS_PER_PERSON: null };
  return api.set('sign_up', { ...none, SIGN_UP, ...more });
}

async function invite(email: string): Promise<string> {
  const team = await newTeam();
  const answer = await team.owner.post<{ token: string }>(`${team.path}/invitations`, {
    email,
    role: 'member',
  });
  return succeeded(answer).token;
}

/** Signs in and returns a client of the API. */
async function enter(email: string) {
  const tokens = succeeded(await api.signIn(email));
  return api.client(String(tokens.access_token));
}

test('by default only invited people come in, and they join with their invitation', async () => {
  await policy({});
  const email = someone();
  const token = await invite(email.toUpperCase());
  const person = await enter(email);
  expect((await person.post('/v1/invitations/accept', { token })).status).toBe(200);
});

test('a stranger, the holder of a withdrawn invitation and one of a foreign address get the same answer', async () => {
  await policy({ SIGN_UP: 'domains', SIGN_UP_DOMAINS: 'corp.example' });
  const withdrawn = someone();
  const team = await newTeam();
  const { id } = succeeded(
    await team.owner.post<{ id: string }>(`${team.path}/invitations`, { email: withdrawn, role: 'viewer' }),
  );
  succeeded(await team.owner.delete(`${team.path}/invitations/${id}`));
  const answers: Answer[] = [];
  for (const email of [someone(), withdrawn, someone('notcorp.example'), someone('corp.example.com')])
    answers.push(await api.signIn(email));
  for (const answer of answers) {
    expectProblem(answer, 403, 'sign_up_closed');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect({ ...answer.body, request_id: '' }).toEqual({ ...answers[0]?.body, request_id: '' });
  }
});

test.each([
  ['an address of a listed domain', 'corp.example'],
  ['whatever its case', 'CORP.example'],
])('%s comes in', async (_what, domain) => {
  await policy({ SIGN_UP: 'domains', SIGN_UP_DOMAINS: 'other.example, Corp.Example' });
  await enter(someone(domain));
});

test.each(['mail.corp.example', 'corp.example.evil.example', 'xcorp.example'])(
  'an address of %s does not come in where corp.example is listed',
  async (domain) => {
    await policy({ SIGN_UP: 'domains', SIGN_UP_DOMAINS: 'corp.example' });
    expectProblem(await api.signIn(someone(domain)), 403, 'sign_up_closed');
  },
);

test('an invited person comes in from any domain', async () => {
  await policy({ SIGN_UP: 'domains', SIGN_UP_DOMAINS: 'corp.example' });
  const email = someone();
  await invite(email);
  await enter(email);
});

test('the first owner comes in and founds a team where nobody is invited yet', async () => {
  const email = someone();
  await policy({ FIRST_OWNER_EMAIL: email.toUpperCase() });
  const owner = await enter(email);
  expect((await owner.post('/v1/teams', { name: 'First' })).status).toBe(201);
});

test('who has an account keeps it when sign-up is closed later', async () => {
  const { email } = await newUser();
  await policy({});
  await enter(email);
});

test('a person founds three teams where sign-up is not open, also when all are asked for at once', async () => {
  await policy({ SIGN_UP: 'domains', SIGN_UP_DOMAINS: 'corp.example' });
  const person = await enter(someone('corp.example'));
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => person.post('/v1/teams', { name: 'Team' })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 403, 'too_many_teams');
});

test('deleting a team makes no room for another one in the same month', async () => {
  await policy({ SIGN_UP: 'open', MAX_TEAMS_PER_PERSON: '1' });
  const person = await enter(someone());
  const { id } = succeeded(await person.post<{ id: string }>('/v1/teams', { name: 'Team' }));
  succeeded(await person.delete(`/v1/teams/${id}`));
  expectProblem(await person.post('/v1/teams', { name: 'Team' }), 403, 'too_many_teams');
});

test('a new account of the same identity makes no room either, and an imported team counts', async () => {
  await policy({ SIGN_UP: 'open', MAX_TEAMS_PER_PERSON: '1' });
  const email = someone();
  const person = await enter(email);
  const files = [{ size_bytes: 1 }];
  type Started = { import: { team_id: string } };
  const started = succeeded(await person.post<Started>('/v1/teams/import', { files }));
  expectProblem(await person.post('/v1/teams', { name: 'Team' }), 403, 'too_many_teams');
  expectProblem(await person.post('/v1/teams/import', { files }), 403, 'too_many_teams');
  succeeded(await person.delete(`/v1/teams/${started.import.team_id}`));
  expect((await person.delete('/v1/me')).status).toBe(202);
  expectProblem(await (await enter(email)).post('/v1/teams', { name: 'Team' }), 403, 'too_many_teams');
});

test('an imported team starts with the default budget', async () => {
  await policy({ SIGN_UP: 'open' });
  await api.set('spending', { DEFAULT_TEAM_BUDGET_USD: '12.5' });
  const person = await enter(someone());
  const files = [{ size_bytes: 1 }];
  type Started = { import: { team_id: string } };
  const started = succeeded(await person.post<Started>('/v1/teams/import', { files }));
  await api.set('spending', { DEFAULT_TEAM_BUDGET_USD: null });
  expect(succeeded(await person.get(`/v1/teams/${started.import.team_id}`))).toMatchObject({
    monthly_budget_usd: 12.5,
  });
});

test('a new team starts with the default budget', async () => {
  await policy({ SIGN_UP: 'open' });
  await api.set('spending', { DEFAULT_TEAM_BUDGET_USD: '12.5' });
  const person = await enter(someone());
  expect(succeeded(await person.post('/v1/teams', { name: 'Team' }))).toMatchObject({
    monthly_budget_usd: 12.5,
  });
  await api.set('spending', { DEFAULT_TEAM_BUDGET_USD: null });
  expect(succeeded(await person.post('/v1/teams', { name: 'Team' }))).toMatchObject({
    monthly_budget_usd: null,
  });
});
