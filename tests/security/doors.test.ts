import type { Role } from '#shared/core/roles.ts';
import { newTeam, type Team, type User } from '#tests/support/api.ts';
import { ACCESS_TABLE } from './support/access-table.ts';
import { BODIES } from './support/bodies.ts';
import { type Caller, newPeople, sessionCallers } from './support/callers.ts';
import { inParallel, printCounts } from './support/counts.ts';
import { knock, wrongAnswer } from './support/doors.ts';
import { OPERATIONS } from './support/operations.ts';

/** The short part of the matrix: every route, with sessions only. `npm run test:security` adds the keys. */
let team: Team;
let people: Record<Role, User>;
let callers: Caller[];

beforeAll(async () => {
  team = await newTeam();
  people = await newPeople(team);
  callers = await sessionCallers(team, people);
}, 60_000);

test('every route has its line in the table of access rules, and no line is left over', () => {
  expect([...ACCESS_TABLE.keys()].sort()).toEqual(OPERATIONS.map(({ name }) => name).sort());
});

test('every route with a body has a valid one to be called with', () => {
  const withBody = OPERATIONS.filter(({ body }) => body !== null).map(({ name }) => name);
  expect(Object.keys(BODIES).sort()).toEqual(withBody.sort());
});

test('every route is open to exactly the sessions that the table admits', async () => {
  const calls = OPERATIONS.flatMap((operation) => callers.map((caller) => ({ operation, caller })));
  const wrong: string[] = [];
  await inParallel(calls, 4, async ({ operation, caller }) => {
    const fault = wrongAnswer(operation, caller, await knock(operation, caller, team.id));
    if (fault) wrong.push(fault);
  });
  printCounts('doors by session', {
    routes: OPERATIONS.length,
    callers: callers.length,
    calls: calls.length,
    unexpected: wrong.length,
  });
  expect(wrong).toEqual([]);
}, 120_000);
