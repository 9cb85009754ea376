import { expectProblem, newKey, newMember, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';

type Entry = { action: string };

let team: Team;
let admin: Awaited<ReturnType<typeof newMember>>;
let key: Awaited<ReturnType<typeof newKey>>;

beforeAll(async () => {
  team = await newTeam();
  admin = await newMember(team, 'admin');
  key = await newKey(team, ['bots:write']);
  const bot = succeeded(await key.post<{ id: string }>(`${team.path}/bots`, { name: '=cmd()' }));
  succeeded(await admin.patch(`${team.path}/bots/${bot.id}`, { name: 'y' }));
  succeeded(await admin.patch(team.path, { name: '=1+1, "x"' }));
  await withDatabase((db) =>
    db.query(`UPDATE audit_log SET created_at = '2026-03-01T15:00:00Z' WHERE team_id = $1 AND action = $2`, [
      team.id,
      'team.updated',
    ]),
  );
});

const read = async (query = '') =>
  succeeded(
    await team.owner.get<{ data: Entry[]; next_cursor: string | null }>(`${team.path}/audit-log?${query}`),
  );
const actions = async (query: string) => (await read(query)).data.map(({ action }) => action);

test.each([
  ['a user', () => `actor=${admin.id}`, ['team.updated', 'bot.updated', 'member.joined']],
  ['an API key', () => `actor=${key.id}`, ['bot.created']],
  ['an action', () => 'action=bot.updated', ['bot.updated']],
  ['what actions are about', () => 'action=bot', ['bot.updated', 'bot.created']],
  ['a day of the team’s time zone', () => 'from=2026-03-02&to=2026-03-02', ['team.updated']],
  ['a moment', () => 'to=2026-03-01T15:00:00Z', []],
  ['several at once', () => `actor=${admin.id}&action=bot&from=2026-03-03`, ['bot.updated']],
])('is filtered by %s', async (_what, query, expected) => {
  expect(await actions(query())).toEqual(expected);
});

test('keeps its filter from page to page', async () => {
  const first = await read('action=bot&limit=1');
  expect(await actions(`action=bot&limit=1&cursor=${first.next_cursor}`)).toEqual(['bot.created']);
});

test('is a CSV file for spreadsheets, in which no cell is a formula', async () => {
  const answer = await team.owner.get(`${team.path}/audit-log?action=team.updated`, {
    headers: { Accept: 'text/csv' },
  });
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toContain('audit-log.csv');
  const [head, row] = answer.text.split('\r\n');
  expect(head).toBe(
    'created_at,action,actor_type,actor_id,actor_name,target_type,target_id,ip,user_agent,before,after,request_id,id',
  );
  expect(row).toContain(`2026-03-01T15:00:00.000Z,team.updated,user,${admin.id},`);
  expect(row).toContain('"{""name"":""=1+1, \\""x\\""""}"');
});

test.each(['actor=x', 'from=yesterday', 'from=2026-01-02&to=2026-01-01', 'action='])(
  '?%s is refused',
  async (query) => {
    expectProblem(await team.owner.get(`${team.path}/audit-log?${query}`), 400, 'invalid_request');
  },
);
