import { randomUUID } from 'node:crypto';
import {
  anonymous,
  type Client,
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
import { type OwnApi, startOwnApi } from '#tests/support/own-api/own-api.ts';

/** The sessions of members, seen and ended by others, and sessions that rest. */
let team: Team;

beforeEach(async () => {
  team = await newTeam();
});

const pathOf = (userId: string) => `${team.path}/members/${userId}/sessions`;

async function sessionsOf(actor: Client, userId: string): Promise<Json[]> {
  return succeeded(await actor.get<{ data: Json[] }>(pathOf(userId))).data;
}

test('an owner sees a member’s sessions and ends one of them at once', async () => {
  const member = await newMember(team, 'member');
  const again = await newUser(member.email);
  const sessions = await sessionsOf(team.owner, member.id);
  expect(sessions).toHaveLength(2);
  expect(sessions[0]).toMatchObject({ current: false, ip: expect.stringMatching(/^127\./) as string });
  succeeded(await team.owner.delete(`${pathOf(member.id)}/${String(sessions[0]?.id)}`));
  expectProblem(await again.get('/v1/me'), 401, 'session_expired');
  expectProblem(
    await anonymous.post('/v1/auth/refresh', { refresh_token: again.refreshToken }),
    401,
    'session_expired',
  );
  expect((await member.get('/v1/me')).status).toBe(200);
});

test('all sessions of a member end at once, and the audit log has who did it', async () => {
  const [admin, member] = [await newMember(team, 'admin'), await newMember(team, 'viewer')];
  succeeded(await admin.delete(pathOf(member.id)));
  expectProblem(await member.get('/v1/me'), 401, 'session_expired');
  const { data } = succeeded(
    await team.owner.get<{ data: Json[] }>(`${team.path}/audit-log?action=session.ended`),
  );
  expect(data).toMatchObject([{ actor: { id: admin.id } }]);
});

test('an admin reaches nobody at or above admin, and others nobody', async () => {
  const [admin, other, member] = [
    await newMember(team, 'admin'),
    await newMember(team, 'admin'),
    await newMember(team, 'member'),
  ];
  const [session] = await sessionsOf(team.owner, member.id);
  const one = `${pathOf(member.id)}/${String(session?.id)}`;
  const key = await newKey(team, ['usage:read']);
  for (const target of [team.owner.id, other.id]) {
    expectProblem(await admin.get(pathOf(target)), 403, 'insufficient_role');
    expectProblem(await admin.delete(pathOf(target)), 403, 'insufficient_role');
  }
  for (const [method, path] of [
    ['GET', pathOf(member.id)],
    ['DELETE', pathOf(member.id)],
    ['DELETE', one],
  ] as const) {
    expectProblem(await member.request(method, path), 403, 'insufficient_role');
    expectProblem(await key.request(method, path), 403, 'insufficient_scope');
    expectProblem(await anonymous.request(method, path), 401, 'unauthenticated');
  }
  expect((await team.owner.get('/v1/me')).status).toBe(200);
});

test('people of other teams, and sessions of others, are as missing as ones that never were', async () => {
  const stranger = await newTeam();
  const member = await newMember(team, 'member');
  const [session] = succeeded(await stranger.owner.get<{ data: Json[] }>('/v1/me/sessions')).data;
  const foreign = String(session?.id);
  for (const path of [pathOf(stranger.owner.id), pathOf(randomUUID())]) {
    expectProblem(await team.owner.get(path), 404, 'not_found');
    expectProblem(await team.owner.delete(path), 404, 'not_found');
  }
  for (const id of [foreign, randomUUID()])
    expectProblem(await team.owner.delete(`${pathOf(member.id)}/${id}`), 404, 'not_found');
  expectProblem(await stranger.owner.get(pathOf(member.id)), 404, 'not_found');
  expect((await stranger.owner.get('/v1/me')).status).toBe(200);
});

describe('a session that rests', () => {
  let api: OwnApi;

  beforeAll(async () => {
    api = await startOwnApi();
    await api.set('sign_in', { SESSION_IDLE_MINUTES: '30' });
  });

  afterAll(() => api.close());

  test.each([
    ['longer than it may', 31, 401, 1],
    ['shorter', 29, 200, 2],
  ])('%s: its refresh token is answered %i minutes later with %i', async (_what, minutes, status, listed) => {
    const person = await newUser();
    const again = await newUser(person.email);
    await withDatabase((db) =>
      db.query('UPDATE sessions SET rotated_at = rotated_at - make_interval(mins => $2) WHERE id = $1', [
        person.refreshToken.split('.')[0],
        minutes,
      ]),
    );
    const { body } = await api.client(again.credential).get<{ data: Json[] }>('/v1/me/sessions');
    expect(body.data).toHaveLength(listed);
    const answer = await api.client(null).post('/v1/auth/refresh', { refresh_token: person.refreshToken });
    expect(answer.status).toBe(status);
  });
});
