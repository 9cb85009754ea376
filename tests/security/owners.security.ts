import { newMember, newTeam, type Team, type User } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { printCounts } from './support/counts.ts';

const ROUNDS = 200;

const pathOf = ({ path }: Team, { id }: User) => `${path}/members/${id}`;
const remove = (team: Team, by: User, whom: User) => by.delete(pathOf(team, whom));
const demote = (team: Team, by: User, whom: User) => by.patch(pathOf(team, whom), { role: 'viewer' });

/** What both owners do at the same moment. */
const DUELS = [
  { what: 'remove each other', acts: [remove, remove], self: false },
  { what: 'demote each other', acts: [demote, demote], self: false },
  { what: 'remove and demote each other', acts: [remove, demote], self: false },
  { what: 'leave', acts: [remove, remove], self: true },
  { what: 'leave and demote themselves', acts: [remove, demote], self: true },
] as const;

/** Makes both owners again, as the tables' owner. */
async function restore(team: Team, users: User[]): Promise<void> {
  await withDatabase((db) =>
    db.query(
      `INSERT INTO memberships (team_id, user_id, role) SELECT $1, unnest($2::uuid[]), 'owner'
       ON CONFLICT (team_id, user_id) DO UPDATE SET role = 'owner'`,
      [team.id, users.map(({ id }) => id)],
    ),
  );
}

async function countOwners({ id }: Team): Promise<number> {
  const { rows } = await withDatabase((db) =>
    db.query<{ owners: number }>(
      `SELECT count(*)::int AS owners FROM memberships WHERE team_id = $1 AND role = 'owner'`,
      [id],
    ),
  );
  return rows[0]?.owners ?? 0;
}

test(`after ${ROUNDS} rounds of two owners against each other the team always has an owner`, async () => {
  const team = await newTeam();
  const [one, two] = [team.owner, await newMember(team, 'owner')];
  const ownerless: string[] = [];
  const failed: string[] = [];
  let refused = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const duel = DUELS[round % DUELS.length] ?? DUELS[0];
    await restore(team, [one, two]);
    const answers = await Promise.all([
      duel.acts[0](team, one, duel.self ? one : two),
      duel.acts[1](team, two, duel.self ? two : one),
    ]);
    if ((await countOwners(team)) === 0) ownerless.push(`round ${round}: ${duel.what}`);
    refused += answers.filter(({ status }) => status >= 400).length;
    failed.push(...answers.filter(({ status }) => status >= 500).map(({ text }) => text));
  }
  printCounts('two owners', { rounds: ROUNDS, refused, ownerless: ownerless.length, failed: failed.length });
  expect({ ownerless, failed }).toEqual({ ownerless: [], failed: [] });
  // Each round can have one winner only.
  expect(refused).toBe(ROUNDS);
}, 300_000);
