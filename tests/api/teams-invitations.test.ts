import { randomUUID } from 'node:crypto';
import { ROLES } from '#shared/core/roles.ts';
import type { Answer, Team, User } from '#tests/support/api.ts';
import { expectProblem, type Json, newMember, newTeam, newUser, succeeded } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';

type Invitation = { id: string; token: string } & Json;

function invite(team: Team, body: object, inviter = team.owner): Promise<Answer<Invitation>> {
  return inviter.post<Invitation>(`${team.path}/invitations`, body);
}

function accept(user: User, token: string): Promise<Answer> {
  return user.post('/v1/invitations/accept', { token });
}

async function openInvitations(team: Team): Promise<Json[]> {
  return succeeded(await team.owner.get<{ data: Json[] }>(`${team.path}/invitations`)).data;
}

/** A new address. */
function address(): string {
  return `${randomUUID()}@example.com`;
}

let team: Team;

beforeEach(async () => {
  team = await newTeam();
});

test('an accepted invitation adds the user with its role, and works once', async () => {
  const user = await newUser();
  const created = await invite(team, { email: user.email, role: 'member' });
  const { token, ...shown } = created.body;
  expect([created.status, shown]).toEqual([
    201,
    {
      id: expect.any(String) as string,
      email: user.email,
      role: 'member',
      invited_by: team.owner.id,
      created_at: expect.any(String) as string,
      expires_at: expect.any(String) as string,
    },
  ]);
  expect(Date.parse(String(shown.expires_at)) - Date.parse(String(shown.created_at))).toBe(7 * 86_400_000);
  expect(await openInvitations(team)).toEqual([shown]);
  expect(succeeded(await accept(user, token))).toEqual({ id: team.id, name: 'Team', role: 'member' });
  expect((await user.get(team.path)).status).toBe(200);
  expect(await openInvitations(team)).toEqual([]);
  expectProblem(await accept(user, token), 404, 'not_found');
});

test('the token is shown once, and is neither in the list nor in the database', async () => {
  const { token } = succeeded(await invite(team, { email: address(), role: 'viewer' }));
  const secret = token.split('_')[2] ?? '';
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(await openInvitations(team))).not.toContain(secret);
  const { rows } = await withDatabase((owner) =>
    owner.query('SELECT i::text FROM invitations i WHERE team_id = $1', [team.id]),
  );
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test('an invitation is valid for one address only, compared without case', async () => {
  const [user, other] = [await newUser(), await newUser()];
  const { token } = succeeded(await invite(team, { email: user.email.toUpperCase(), role: 'viewer' }));
  expectProblem(await accept(other, token), 403, 'forbidden');
  expectProblem(await other.get(team.path), 404);
  succeeded(await accept(user, token));
});

test('an address has one open invitation per team, but may have others in other teams', async () => {
  const email = address();
  const other = await newTeam(team.owner);
  succeeded(await invite(team, { email, role: 'viewer' }));
  expectProblem(await invite(team, { email: email.toUpperCase(), role: 'member' }), 409, 'already_exists');
  succeeded(await invite(other, { email, role: 'viewer' }));
});

test('an invitation that is accepted concurrently adds one member once', async () => {
  const user = await newUser();
  const { token } = succeeded(await invite(team, { email: user.email, role: 'viewer' }));
  const answers = await Promise.all([1, 2, 3].map(() => accept(user, token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(2);
});

test('accepting as a member changes neither the role nor the invitation', async () => {
  const member = await newMember(team, 'viewer');
  const { token } = succeeded(await invite(team, { email: member.email, role: 'admin' }));
  expectProblem(await accept(member, token), 409, 'already_exists');
  const members = succeeded(await team.owner.get<{ data: Json[] }>(`${team.path}/members`)).data;
  expect(members).toContainEqual(expect.objectContaining({ user_id: member.id, role: 'viewer' }));
});

test('a withdrawn invitation is refused, and another one can be sent', async () => {
  const user = await newUser();
  const { id, token } = succeeded(await invite(team, { email: user.email, role: 'viewer' }));
  expect((await team.owner.delete(`${team.path}/invitations/${id}`)).status).toBe(204);
  expectProblem(await accept(user, token), 404, 'not_found');
  expectProblem(await team.owner.delete(`${team.path}/invitations/${id}`), 404, 'not_found');
  succeeded(await invite(team, { email: user.email, role: 'viewer' }));
});

test('an expired invitation is refused and not listed, and another one can be sent', async () => {
  const user = await newUser();
  const { id, token } = succeeded(await invite(team, { email: user.email, role: 'viewer' }));
  await withDatabase((owner) => owner.query('UPDATE invitations SET expires_at = now() WHERE id = $1', [id]));
  expectProblem(await accept(user, token), 404, 'not_found');
  expect(await openInvitations(team)).toEqual([]);
  succeeded(await invite(team, { email: user.email, role: 'viewer' }));
});

test('the invitation of a deleted team is refused', async () => {
  const user = await newUser();
  const { token } = succeeded(await invite(team, { email: user.email, role: 'viewer' }));
  expect((await team.owner.delete(team.path)).status).toBe(204);
  expectProblem(await accept(user, token), 404, 'not_found');
});

test('owners may invite to every role, admins to roles below admin, others not at all', async () => {
  for (const role of ROLES) succeeded(await invite(team, { email: address(), role }));
  const admin = await newMember(team, 'admin');
  for (const role of ['viewer', 'member']) succeeded(await invite(team, { email: address(), role }, admin));
  for (const role of ['admin', 'owner'])
    expectProblem(await invite(team, { email: address(), role }, admin), 403, 'insufficient_role');
  const member = await newMember(team, 'member');
  expectProblem(await invite(team, { email: address(), role: 'viewer' }, member), 403, 'insufficient_role');
});

test('an invitation of another team cannot be withdrawn', async () => {
  const other = await newTeam();
  const { id } = succeeded(await invite(other, { email: address(), role: 'viewer' }));
  expectProblem(await team.owner.delete(`${team.path}/invitations/${id}`), 404, 'not_found');
  expect(await openInvitations(other)).toHaveLength(1);
});

test('a token with any change is refused', async () => {
  const user = await newUser();
  const { token } = succeeded(await invite(team, { email: user.email, role: 'viewer' }));
  const other = await newTeam();
  const [, , secret = ''] = token.split('_');
  for (const changed of [
    token.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
    `inv_${other.id}_${secret}`,
    `inv_${randomUUID()}_${secret}`,
    `inv_${'-'.repeat(36)}_${secret}`,
    'inv_',
    '',
  ])
    expectProblem(await accept(user, changed), 404, 'not_found');
});

test.each([
  ['no address', { role: 'viewer' }],
  ['something that is no address', { email: 'nobody', role: 'viewer' }],
  ['an address with a line break', { email: 'a@example.com\nbcc: b@example.com', role: 'viewer' }],
  ['a very long address', { email: `${'a'.repeat(300)}@example.com`, role: 'viewer' }],
  ['no role', { email: 'a@example.com' }],
  ['a role that is none', { email: 'a@example.com', role: 'root' }],
])('an invitation with %s is refused', async (_what, body) => {
  expectProblem(await invite(team, body), 422, 'validation_failed');
});

test.each([{}, { token: 7 }, { token: null }, { token: 'x'.repeat(201) }])(
  'accepting %j is refused',
  async (body) => {
    expectProblem(await team.owner.post('/v1/invitations/accept', body), 422, 'validation_failed');
  },
);
