import { unzipSync } from 'fflate';
import {
  expectProblem,
  type Json,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';
import { readUntil } from '#tests/support/until.ts';

type Session = { id: string; current: boolean };
type Listed = { data: Session[] };

/** A person in two teams, once with a session that reaches the first only, and once with one that reaches both. */
async function personInTwoTeams(): Promise<{ team: Team; other: Team; bound: User; free: User }> {
  const [team, other] = [await newTeam(), await newTeam()];
  const bound = await newUser();
  await newMember(team, 'admin', bound);
  await newMember(other, 'member', bound);
  const free = await newUser(bound.email);
  const sessions = succeeded(await bound.get<Listed>('/v1/me/sessions')).data;
  const current = sessions.find((session) => session.current);
  // As the callback of a team's issuer opens it.
  await withDatabase((db) =>
    db.query('UPDATE sessions SET only_team_id = $2 WHERE id = $1', [current?.id, team.id]),
  );
  return { team, other, bound, free };
}

async function exportOf(user: User): Promise<string> {
  const { id } = succeeded(await user.post<{ id: string }>('/v1/me/export'));
  const ready = await readUntil(
    () => user.get(`/v1/me/export/${id}`),
    ({ status }) => status !== 202,
  );
  const file = await fetch(ready.headers.get('location') ?? '');
  const entries = unzipSync(new Uint8Array(await file.arrayBuffer()));
  return Object.values(entries)
    .map((bytes) => Buffer.from(bytes).toString())
    .join('');
}

describe('a session from a team’s own issuer', () => {
  test('founds no team, also not by an import', async () => {
    const { bound } = await personInTwoTeams();
    expectProblem(await bound.post('/v1/teams', { name: 'Team' }), 403, 'forbidden');
    const files = [{ size_bytes: 1 }];
    expectProblem(await bound.post('/v1/teams/import', { files }), 403, 'forbidden');
  });

  test('deletes no account that is in other teams', async () => {
    const { team, other, bound, free } = await personInTwoTeams();
    expectProblem(await bound.delete('/v1/me'), 403, 'forbidden');
    expect(succeeded(await free.get<{ teams: Json[] }>('/v1/me')).teams).toHaveLength(2);
    succeeded(await free.delete(`${other.path}/members/${bound.id}`));
    expect((await bound.delete('/v1/me')).status).toBe(202);
    expectProblem(await team.owner.delete(`${team.path}/members/${bound.id}`), 404, 'not_found');
  });

  test('exports what lies in its team, and sees no other export', async () => {
    const { team, other, bound, free } = await personInTwoTeams();
    for (const each of [team, other])
      succeeded(await free.post(await newBotPath(each), { message: `In ${each.id}`, stream: false }));
    const text = await exportOf(bound);
    expect(text).toContain(`In ${team.id}`);
    expect(text).not.toContain(other.id);
    expect(await exportOf(free)).toContain(`In ${other.id}`);
    const { id } = succeeded(await free.post<{ id: string }>('/v1/me/export'));
    expectProblem(await bound.get(`/v1/me/export/${id}`), 404, 'not_found');
  });

  test('sees and ends sessions of its kind only', async () => {
    const { bound, free } = await personInTwoTeams();
    const own = succeeded(await bound.get<Listed>('/v1/me/sessions')).data;
    expect(own).toMatchObject([{ current: true }]);
    const all = succeeded(await free.get<Listed>('/v1/me/sessions')).data;
    expect(all).toHaveLength(2);
    const another = all.find(({ current }) => current)?.id;
    expectProblem(await bound.delete(`/v1/me/sessions/${another}`), 404, 'not_found');
    succeeded(await bound.delete(`/v1/me/sessions/${own[0]?.id}`));
    expectProblem(await bound.get('/v1/me'), 401, 'session_expired');
    expect((await free.get('/v1/me')).status).toBe(200);
  });

  test('is in the audit log of its team only', async () => {
    const { team, other, bound } = await personInTwoTeams();
    const [own] = succeeded(await bound.get<Listed>('/v1/me/sessions')).data;
    succeeded(await bound.post('/v1/auth/logout'));
    const ended = { action: 'session.ended', target: { id: own?.id } };
    const entriesOf = async ({ owner, path }: Team) =>
      succeeded(await owner.get<{ data: Json[] }>(`${path}/audit-log?action=session.ended`)).data;
    expect(await entriesOf(team)).toMatchObject([ended]);
    expect(await entriesOf(other)).toEqual([]);
  });
});
