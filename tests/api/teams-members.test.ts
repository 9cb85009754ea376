import { randomUUID } from 'node:crypto';
import { ROLES, type Role } from '#shared/core/roles.ts';
import type { Answer, Team, User } from '#tests/support/api.ts';
import { expectProblem, newKey, newMember, newTeam, newUser, succeeded } from '#tests/support/api.ts';

type Member = { user_id: string; role: Role };

async function membersOf(team: Team, user = team.owner): Promise<Member[]> {
  return succeeded(await user.get<{ data: Member[] }>(`${team.path}/members?limit=100`)).data;
}

function give(user: User, role: string, [team, target]: [Team, User]): Promise<Answer> {
  return user.patch(`${team.path}/members/${target.id}`, { role });
}

function remove(user: User, [team, target]: [Team, User]): Promise<Answer> {
  return user.delete(`${team.path}/members/${target.id}`);
}

function owners(members: Member[]): number {
  return members.filter(({ role }) => role === 'owner').length;
}

describe('members', () => {
  test('are shown to every member, with name and role', async () => {
    const team = await newTeam();
    const viewer = await newMember(team, 'viewer');
    const members = await membersOf(team, viewer);
    expect(members).toHaveLength(2);
    expect(members).toContainEqual({
      user_id: viewer.id,
      email: viewer.email,
      name: expect.any(String) as string,
      picture_url: expect.any(String) as string,
      role: 'viewer',
      created_at: expect.any(String) as string,
    });
  });

  test('a new role takes effect at the next request, in both directions', async () => {
    const team = await newTeam();
    const someone = await newMember(team, 'viewer');
    expectProblem(await someone.get(`${team.path}/audit-log`), 403, 'insufficient_role');
    const changed = await give(team.owner, 'admin', [team, someone]);
    expect(changed.body).toMatchObject({ user_id: someone.id, role: 'admin' });
    expect((await someone.get(`${team.path}/audit-log`)).status).toBe(200);
    succeeded(await give(team.owner, 'viewer', [team, someone]));
    expectProblem(await someone.get(`${team.path}/audit-log`), 403, 'insufficient_role');
  });

  test('a removed member gets a 404 at the next request', async () => {
    const team = await newTeam();
    const someone = await newMember(team, 'member');
    expect((await remove(team.owner, [team, someone])).status).toBe(204);
    expectProblem(await someone.get(team.path), 404, 'not_found');
    expect((await someone.get<{ data: unknown[] }>('/v1/teams')).body.data).toEqual([]);
    expectProblem(await remove(team.owner, [team, someone]), 404, 'not_found');
  });

  test('anyone may leave, whatever their role', async () => {
    const team = await newTeam();
    for (const role of ROLES) {
      const someone = await newMember(team, role);
      expect((await remove(someone, [team, someone])).status).toBe(204);
      expectProblem(await someone.get(team.path), 404, 'not_found');
    }
  });

  test('members of other teams, unknown users and unknown ids get the same answer', async () => {
    const [team, other] = [await newTeam(), await newTeam()];
    const stranger = await newUser();
    const bodies = [];
    for (const target of [other.owner, stranger, { ...stranger, id: randomUUID() }]) {
      const [changed, removed] = [
        await give(team.owner, 'viewer', [team, target]),
        await remove(team.owner, [team, target]),
      ];
      expectProblem(changed, 404, 'not_found');
      expectProblem(removed, 404, 'not_found');
      bodies.push(changed.body.detail, removed.body.detail);
    }
    expect(new Set(bodies).size).toBe(1);
    expect(await membersOf(other)).toHaveLength(1);
  });

  test.each([{ role: 'god' }, { role: null }, {}, { role: ['owner'] }, { role: 'Owner' }])(
    'the role of %j is refused',
    async (body) => {
      const team = await newTeam();
      expectProblem(
        await team.owner.patch(`${team.path}/members/${team.owner.id}`, body),
        422,
        'validation_failed',
      );
    },
  );

  test('an API key with every scope may not manage them', async () => {
    const team = await newTeam();
    const someone = await newMember(team, 'viewer');
    const key = await newKey(team, ['documents:write', 'bots:write', 'chat', 'usage:read']);
    const path = `${team.path}/members/${someone.id}`;
    expectProblem(await key.patch(path, { role: 'owner' }), 403, 'insufficient_scope');
    expectProblem(await key.delete(path), 403, 'insufficient_scope');
    expectProblem(await key.get(`${team.path}/members`), 403, 'insufficient_scope');
    expectProblem(
      await key.post(`${team.path}/invitations`, { email: 'x@example.com', role: 'viewer' }),
      403,
      'insufficient_scope',
    );
  });
});

describe('an admin', () => {
  let team: Team;
  let admin: User;
  let other: User;

  beforeAll(async () => {
    team = await newTeam();
    admin = await newMember(team, 'admin');
    other = await newMember(team, 'admin');
  });

  test('may manage members below admin', async () => {
    const someone = await newMember(team, 'viewer');
    succeeded(await give(admin, 'member', [team, someone]));
    succeeded(await give(admin, 'viewer', [team, someone]));
    expect((await remove(admin, [team, someone])).status).toBe(204);
  });

  test('may make nobody an admin or an owner, not even itself', async () => {
    const someone = await newMember(team, 'viewer');
    for (const role of ['admin', 'owner']) {
      expectProblem(await give(admin, role, [team, someone]), 403, 'insufficient_role');
      expectProblem(await give(admin, role, [team, admin]), 403, 'insufficient_role');
    }
  });

  test('may change or remove neither other admins nor owners', async () => {
    for (const target of [other, team.owner]) {
      expectProblem(await give(admin, 'viewer', [team, target]), 403, 'insufficient_role');
      expectProblem(await remove(admin, [team, target]), 403, 'insufficient_role');
    }
  });
});

describe('a team never has zero owners', () => {
  test('the only owner can neither leave nor step down', async () => {
    const team = await newTeam();
    await newMember(team, 'admin');
    const self: [Team, User] = [team, team.owner];
    expectProblem(await remove(team.owner, self), 409, 'last_owner');
    for (const role of ['admin', 'member', 'viewer'])
      expectProblem(await give(team.owner, role, self), 409, 'last_owner');
    expect((await give(team.owner, 'owner', self)).status).toBe(200);
    expect(owners(await membersOf(team))).toBe(1);
  });

  test('when all owners step down or leave concurrently, exactly one is refused', async () => {
    const team = await newTeam();
    const second = await newMember(team, 'owner');
    const third = await newMember(team, 'owner');
    const viewer = await newMember(team, 'viewer');
    const answers = await Promise.all([
      give(team.owner, 'viewer', [team, team.owner]),
      remove(second, [team, second]),
      give(third, 'admin', [team, third]),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(1);
    expect(owners(await membersOf(team, viewer))).toBe(1);
  });

  test('when owners demote and remove each other concurrently, one is left', async () => {
    for (let round = 0; round < 3; round += 1) {
      const team = await newTeam();
      const second = await newMember(team, 'owner');
      const viewer = await newMember(team, 'viewer');
      await Promise.all([
        give(team.owner, 'viewer', [team, second]),
        remove(second, [team, team.owner]),
        remove(team.owner, [team, team.owner]),
        give(second, 'member', [team, second]),
      ]);
      expect(owners(await membersOf(team, viewer))).toBeGreaterThanOrEqual(1);
    }
  });

  test('an owner who was just demoted no longer acts as one, even concurrently', async () => {
    const team = await newTeam();
    const second = await newMember(team, 'owner');
    const third = await newMember(team, 'owner');
    const [first, back] = await Promise.all([
      give(team.owner, 'viewer', [team, second]),
      give(second, 'viewer', [team, team.owner]),
    ]);
    expect(new Set([first.status, back.status])).toEqual(new Set([200, 403]));
    expect(owners(await membersOf(team, third))).toBe(2);
  });
});
