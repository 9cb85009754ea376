import { v7 as uuidv7 } from 'uuid';
import {
  expectProblem,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';

type Day = Record<string, unknown> & { day: string };
type Insights = { from: string; to: string; timezone: string; data: Day[] };

let team: Team;
let owner: User;
let bots: string[];

/** Answers: outcome, rating, moment; of the first bot but for the last. */
const ANSWERS: [string, string | null, string][] = [
  ['answered', 'up', '2026-03-01T14:59:59Z'],
  ['answered', 'down', '2026-03-01T15:00:00Z'],
  ['no_context', 'down', '2026-03-02T03:00:00Z'],
  ['unverified', null, '2026-03-02T03:00:00Z'],
  ['error', null, '2026-03-02T14:59:59Z'],
  ['small_talk', null, '2026-03-03T15:00:00Z'],
];

const NOTHING = {
  questions: 0,
  answered: 0,
  no_context: 0,
  unverified: 0,
  small_talk: 0,
  errors: 0,
  rated_up: 0,
  rated_down: 0,
  cost_usd: 0,
};

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  const paths = [await newBotPath(team), await newBotPath(team)];
  bots = paths.map((path) => String(path.split('/').at(-2)));
  await withDatabase(async (db) => {
    for (const [at, [outcome, rating, time]] of ANSWERS.entries()) {
      const bot = bots[at === ANSWERS.length - 1 ? 1 : 0];
      const conversation = uuidv7();
      await db.query(
        `INSERT INTO conversations (id, team_id, bot_id, user_id, title) VALUES ($1, $2, $3, $4, 'x')`,
        [conversation, team.id, bot, owner.id],
      );
      await db.query(
        `INSERT INTO messages (id, team_id, conversation_id, role, content, outcome, rating, created_at)
         VALUES ($1, $2, $3, 'assistant', 'x', $4, $5, $6)`,
        [uuidv7(), team.id, conversation, outcome, rating, time],
      );
      await db.query(
        `INSERT INTO usage_events (id, team_id, user_id, bot_id, model, input_tokens, output_tokens, cost_usd, created_at)
         VALUES ($1, $2, $3, $4, 'm', 1, 1, 0.25, $5)`,
        [uuidv7(), team.id, owner.id, bot, time],
      );
    }
  });
});

const read = async (query: string, reader: Pick<User, 'get'> = owner) =>
  succeeded(await reader.get<Insights>(`${team.path}/insights?${query}`));

test('each day of the period has its answers by outcome, its ratings and its cost', async () => {
  expect(await read('from=2026-03-01&to=2026-03-04')).toEqual({
    from: '2026-02-28T15:00:00.000Z',
    to: '2026-03-04T15:00:00.000Z',
    timezone: 'Asia/Seoul',
    data: [
      { ...NOTHING, day: '2026-03-01', questions: 1, answered: 1, rated_up: 1, cost_usd: 0.25 },
      {
        ...NOTHING,
        day: '2026-03-02',
        questions: 4,
        answered: 1,
        no_context: 1,
        unverified: 1,
        errors: 1,
        rated_down: 2,
        cost_usd: 1,
      },
      { ...NOTHING, day: '2026-03-03' },
      { ...NOTHING, day: '2026-03-04', questions: 1, small_talk: 1, cost_usd: 0.25 },
    ],
  });
});

test('days are those of the time zone that is asked for', async () => {
  const { data } = await read('from=2026-03-01&to=2026-03-02&timezone=UTC');
  expect(data.map(({ questions }) => questions)).toEqual([2, 3]);
});

test('a bot’s own are asked for by its id', async () => {
  const { data } = await read(`from=2026-03-01&to=2026-03-04&bot_id=${bots[1]}`);
  expect(data.map(({ questions }) => questions)).toEqual([0, 0, 0, 1]);
  expect(data.map(({ cost_usd }) => cost_usd)).toEqual([0, 0, 0, 0.25]);
});

test('without a period they are the last 30 days', async () => {
  const { data, to } = await read('');
  expect(data.length).toBeGreaterThanOrEqual(30);
  expect(Date.parse(to)).toBeGreaterThan(Date.now() - 60_000);
});

test('a key with usage:read reads them, members and other teams do not', async () => {
  const key = await newKey(team, ['usage:read']);
  expect((await read('from=2026-03-01&to=2026-03-01', key)).data).toHaveLength(1);
  const member = await newMember(team, 'member');
  expectProblem(await member.get(`${team.path}/insights`), 403, 'insufficient_role');
  const stranger = (await newTeam()).owner;
  expectProblem(await stranger.get(`${team.path}/insights`), 404, 'not_found');
  const own = succeeded(
    await stranger.get<Insights>(`/v1/teams/${(await newTeam(stranger)).id}/insights?bot_id=${bots[0]}`),
  );
  expect(own.data.every(({ questions, cost_usd }) => questions === 0 && cost_usd === 0)).toBe(true);
});

test.each(['from=2024-01-01&to=2026-01-01', 'from=2026-01-02&to=2026-01-01', 'timezone=Mars', 'bot_id=x'])(
  '?%s is refused',
  async (query) => {
    expectProblem(await owner.get(`${team.path}/insights?${query}`), 400, 'invalid_request');
  },
);

test('a leap year fits', async () => {
  expect((await read('from=2024-01-01&to=2024-12-31')).data).toHaveLength(366);
});
