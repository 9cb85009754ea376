import { newTeam, succeeded } from '#tests/support/api.ts';
import { deadCallers, keyCallers, newPeople, sessionCallers } from './support/callers.ts';
import { inParallel, printCounts } from './support/counts.ts';
import { knock, wrongAnswer } from './support/doors.ts';
import { OPERATIONS } from './support/operations.ts';

test('every route is open to exactly the credentials that the table admits', async () => {
  const team = await newTeam();
  const people = await newPeople(team);
  const create = async (path: string) =>
    succeeded(await team.owner.post<{ id: string }>(`${team.path}/${path}`, { name: 'x' })).id;
  const things = { people, botId: await create('bots'), collectionId: await create('collections') };
  const callers = [
    ...(await sessionCallers(team, people)),
    ...(await deadCallers(team)),
    ...(await keyCallers(team, things)),
  ];
  const calls = OPERATIONS.flatMap((operation) => callers.map((caller) => ({ operation, caller })));
  const wrong: string[] = [];
  await inParallel(calls, 4, async ({ operation, caller }) => {
    const fault = wrongAnswer(operation, caller, await knock(operation, caller, team.id));
    if (fault) wrong.push(fault);
  });
  printCounts('doors', {
    routes: OPERATIONS.length,
    credentials: callers.length,
    calls: calls.length,
    unexpected: wrong.length,
  });
  expect(wrong).toEqual([]);
}, 600_000);
