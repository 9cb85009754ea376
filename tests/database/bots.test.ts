import { randomUUID } from 'node:crypto';
import { loadConfig } from '#shared/core/config.ts';
import * as bots from '#shared/db/bots.ts';
import { closePools } from '#shared/db/pool.ts';
import { withDatabase } from '#tests/support/database.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';
import { insertTeamRows, type TeamRows } from '#tests/support/team-rows.ts';

/** A user who is a member of all but the last team. */
let userId: string;
let teams: TeamRows[];

beforeAll(async () => {
  await usePlatformSettings();
  await loadConfig('database');
  await withDatabase(async (owner) => {
    teams = [];
    for (let i = 0; i < 4; i += 1) teams.push(await insertTeamRows(owner));
    userId = (teams[0] as TeamRows).user;
    const others = teams.slice(1, -1).map(({ team }) => team);
    await owner.query(
      `INSERT INTO memberships (team_id, user_id, role) SELECT unnest($1::uuid[]), $2, 'viewer'`,
      [others, userId],
    );
  });
});

afterAll(async () => {
  await closePools();
  await withDatabase(async (owner) => {
    const ids = teams.map(({ team }) => team);
    await owner.query('DELETE FROM outbox WHERE team_id = ANY($1)', [ids]);
    await owner.query('DELETE FROM transfers WHERE team_id = ANY($1)', [ids]);
    await owner.query('DELETE FROM teams WHERE id = ANY($1)', [ids]);
    await owner.query('DELETE FROM users WHERE id = ANY($1)', [teams.map(({ user }) => user)]);
  });
});

test('the team of a bot is found among all teams of a user', async () => {
  for (const { team, bot } of teams.slice(0, -1)) expect(await bots.findTeamForUser(userId, bot)).toBe(team);
});

test('a bot of a team without the user is not found', async () => {
  expect(await bots.findTeamForUser(userId, teams.at(-1)?.bot ?? '')).toBeNull();
});

test('an unknown bot, and a user without a team, find nothing', async () => {
  expect(await bots.findTeamForUser(userId, randomUUID())).toBeNull();
  expect(await bots.findTeamForUser(randomUUID(), teams[0]?.bot ?? '')).toBeNull();
});
