import { randomUUID } from 'node:crypto';
import type { Team, User } from '#tests/support/api.ts';
import {
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';

type List = { data: Json[]; next_cursor: string | null };

/** The expected sum of this many of the events below. */
function sum(group: string | null, requests: number): Json {
  const [input_tokens, output_tokens, cost_usd] = [10 * requests, 5 * requests, 0.25 * requests];
  return { group, requests, input_tokens, output_tokens, cost_usd };
}

let user: User;

beforeAll(async () => {
  user = await newUser();
});

describe('creating a team', () => {
  test('makes the caller its owner and gives it a default collection', async () => {
    const created = await user.post('/v1/teams', { name: '  한빛 팀  ' });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as string,
      name: '한빛 팀',
      external_models: true,
      vector_weight: 1,
      lexical_weight: 1,
      monthly_budget_usd: null,
      timezone: 'Asia/Seoul',
      question_review: true,
      retention_days: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    });
    const path = `/v1/teams/${String(created.body.id)}`;
    expect(succeeded(await user.get(path))).toEqual(created.body);
    expect(succeeded(await user.get<List>(`${path}/members`)).data).toMatchObject([
      { user_id: user.id, role: 'owner' },
    ]);
    expect(succeeded(await user.get<List>(`${path}/collections`)).data).toMatchObject([
      { name: 'default', is_default: true },
    ]);
  });

  test.each([
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['a name of spaces', { name: ' \t\u3000' }],
    ['a name of 121 characters', { name: 'x'.repeat(121) }],
    ['a number for a name', { name: 7 }],
    ['null for a name', { name: null }],
  ])('with %s is refused, and the error names the field', async (_what, body) => {
    const answer = await user.post<{ errors: Json[] }>('/v1/teams', body);
    expectProblem(answer, 422, 'validation_failed');
    expect(answer.body.errors).toMatchObject([{ path: 'name' }]);
  });

  test('counts Korean syllables, not code points: 120 typed as NFD fit', async () => {
    const created = await user.post('/v1/teams', { name: '한'.repeat(120).normalize('NFD') });
    expect(created.body).toMatchObject({ name: '한'.repeat(120) });
  });

  test('is not for API keys', async () => {
    const key = await newKey(await newTeam(user), ['documents:write']);
    expectProblem(await key.post('/v1/teams', { name: 'x' }), 403, 'insufficient_scope');
  });
});

describe('listing teams', () => {
  test('shows a user their own teams with the role in each, newest first', async () => {
    const someone = await newUser();
    const [first, second] = [await newTeam(someone), await newTeam()];
    await newMember(second, 'viewer', someone);
    expect(succeeded(await someone.get<List>('/v1/teams'))).toEqual({
      data: [
        { id: second.id, name: 'Team', role: 'viewer' },
        { id: first.id, name: 'Team', role: 'owner' },
      ],
      next_cursor: null,
    });
  });

  test('shows an API key only its own team', async () => {
    const team = await newTeam(user);
    const key = await newKey(team, ['search']);
    expect(succeeded(await key.get('/v1/teams'))).toEqual({
      data: [{ id: team.id, name: 'Team', role: 'owner' }],
      next_cursor: null,
    });
    expect(succeeded(await key.get(team.path))).toMatchObject({ id: team.id });
  });
});

describe('changing a team', () => {
  let team: Team;
  let admin: User;

  beforeAll(async () => {
    team = await newTeam(user);
    admin = await newMember(team, 'admin');
  });

  test('changes the sent fields and leaves the rest', async () => {
    succeeded(await admin.patch(team.path, { name: 'Renamed', vector_weight: 0.5 }));
    const changed = await admin.patch(team.path, { lexical_weight: 2 });
    expect(changed.body).toMatchObject({ name: 'Renamed', vector_weight: 0.5, lexical_weight: 2 });
    expect(succeeded(await user.get(team.path))).toEqual(changed.body);
  });

  test('an owner may set and remove the budget, an admin may not', async () => {
    expect((await user.patch(team.path, { monthly_budget_usd: 12.5 })).body).toMatchObject({
      monthly_budget_usd: 12.5,
    });
    for (const monthly_budget_usd of [null, 10])
      expectProblem(await admin.patch(team.path, { monthly_budget_usd }), 403, 'insufficient_role');
    expect((await user.patch(team.path, { monthly_budget_usd: null })).body).toMatchObject({
      monthly_budget_usd: null,
    });
  });

  test.each([
    ['nothing', {}],
    ['only what it does not know', { id: randomUUID(), created_at: '2020-01-01T00:00:00Z' }],
    ['an empty name', { name: '' }],
    ['null for the name', { name: null }],
    ['a negative weight', { vector_weight: -1 }],
    ['a weight beyond measure', { lexical_weight: 1e308 }],
    ['a text for a weight', { lexical_weight: '1' }],
    ['a negative budget', { monthly_budget_usd: -0.01 }],
    ['a budget of less than a cent', { monthly_budget_usd: 0.001 }],
  ])('to %s is refused', async (_what, body) => {
    expectProblem(await user.patch(team.path, body), 422, 'validation_failed');
  });

  test('is in the audit log with its actor', async () => {
    const { data } = succeeded(await user.get<List>(`${team.path}/audit-log?limit=100`));
    expect(data).toContainEqual(
      expect.objectContaining({
        action: 'team.updated',
        actor: expect.objectContaining({ type: 'user', id: admin.id }) as object,
        before: { lexical_weight: 1 },
        after: { lexical_weight: 2 },
      }),
    );
  });
});

describe('the audit log', () => {
  test('lists every change of members, invitations and keys, newest first, without secrets', async () => {
    const team = await newTeam();
    const member = await newMember(team, 'viewer');
    const key = await newKey(team, ['search']);
    await team.owner.patch(`${team.path}/members/${member.id}`, { role: 'member' });
    await team.owner.post(`${team.path}/api-keys/${key.id}/rotate`, { overlap_minutes: 0 });
    await team.owner.delete(`${team.path}/api-keys/${key.id}`);
    await team.owner.delete(`${team.path}/members/${member.id}`);
    const answer = await team.owner.get<List>(`${team.path}/audit-log`);
    expect(answer.body.data.map(({ action }) => action)).toEqual([
      'member.removed',
      'api_key.revoked',
      'api_key.rotated',
      'member.updated',
      'api_key.created',
      'member.joined',
      'invitation.created',
      'team.created',
    ]);
    expect(answer.text).not.toMatch(/rag_|inv_|secret|token/);
  });
});

describe('usage', () => {
  let team: Team;

  beforeAll(async () => {
    team = await newTeam(user);
    const event = `INSERT INTO usage_events (id, team_id, user_id, model, input_tokens, output_tokens, cost_usd, created_at)
      VALUES (gen_random_uuid(), $1, $2, $3, 10, 5, 0.25, $4)`;
    await withDatabase(async (owner) => {
      for (const [model, day] of [
        ['a', '2026-01-01T23:59:59Z'],
        ['a', '2026-01-02T00:00:00Z'],
        ['b', '2026-01-02T12:00:00Z'],
      ])
        await owner.query(event, [team.id, user.id, model, day]);
    });
  });

  test.each([
    ['day', [sum('2026-01-01', 1), sum('2026-01-02', 2)]],
    ['model', [sum('a', 2), sum('b', 1)]],
    ['bot', [sum(null, 3)]],
    ['key', [sum(null, 3)]],
  ])('is summed by %s', async (groupBy, data) => {
    const path = `${team.path}/usage?from=2026-01-01&to=2026-01-02&timezone=UTC&group_by=${groupBy}`;
    expect(succeeded(await user.get(path))).toEqual({
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-03T00:00:00.000Z',
      timezone: 'UTC',
      data,
    });
  });

  test('is summed by user', async () => {
    const path = `${team.path}/usage?from=2026-01-01&to=2026-01-02&group_by=user`;
    expect(succeeded(await user.get(path))).toMatchObject({ data: [sum(user.id, 3)] });
  });

  test('counts days in the team’s time zone', async () => {
    const usage = async () => succeeded(await user.get(`${team.path}/usage?from=2026-01-01&to=2026-01-02`));
    expect(await usage()).toMatchObject({
      from: '2025-12-31T15:00:00.000Z',
      timezone: 'Asia/Seoul',
      data: [sum('2026-01-02', 3)],
    });
    succeeded(await user.patch(team.path, { timezone: 'UTC' }));
    expect(await usage()).toMatchObject({ data: [sum('2026-01-01', 1), sum('2026-01-02', 2)] });
    expectProblem(await user.patch(team.path, { timezone: 'Mars/Olympus' }), 422, 'validation_failed');
  });

  test('covers `from` (inclusive) to `to` (exclusive), in any time zone', async () => {
    const path = `${team.path}/usage?from=2026-01-01T00:00:00Z&to=${encodeURIComponent('2026-01-02T09:00:00+09:00')}`;
    expect(succeeded(await user.get(path))).toMatchObject({ data: [sum('2026-01-01', 1)] });
  });

  test('is readable with the scope usage:read, and empty for a new team', async () => {
    const other = await newTeam(user);
    const key = await newKey(other, ['usage:read']);
    expect(succeeded(await key.get(`${other.path}/usage`))).toMatchObject({ data: [] });
  });

  test.each([
    'from=yesterday',
    'to=2026-13-01',
    'group_by=colour',
    'timezone=Mars/Olympus',
    'from=',
    'from=2026-01-01T00:00:00',
    'from=2026-01-02&to=2026-01-01',
    'from=9999-01-01',
    'to=0000-01-01',
  ])('?%s is refused', async (query) => {
    expectProblem(await user.get(`${team.path}/usage?${query}`), 400, 'invalid_request');
  });
});
