import {
  type Answer,
  type Client,
  expectProblem,
  newKey,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';
import { openStream, readStream } from '#tests/support/sse.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText } from '#tests/support/upload.ts';

const QUESTION = '환불 기한은 며칠인가요?';
/** More than half of the cost of one answer by the dearest model, and far less than its highest possible cost. */
const BUDGET_USD = 0.01;
const MODEL = 'openai/gpt-6.2-astra';

let team: Team;
let path: string;

beforeEach(async () => {
  team = await newTeam();
  await addText(team.owner, team.path, '환불 기한은 14일이다.');
  path = await newBotPath(team, { model: MODEL });
});

type Used = { message: { usage: { cost_usd: number } } };

function post(client: Client, message: string): Promise<Answer<Used>> {
  return client.post<Used>(path, { message, stream: false });
}

function complete(client: Client, content: string): Promise<Answer> {
  const model = path.split('/').at(-2);
  return client.post('/v1/chat/completions', { model, messages: [{ role: 'user', content }] });
}

async function readSpent(): Promise<number> {
  const { data } = succeeded(
    await team.owner.get<{ data: { cost_usd: number }[] }>(`${team.path}/usage?group_by=model`),
  );
  return data.reduce((sum, { cost_usd }) => sum + cost_usd, 0);
}

async function countReserved(): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM reservations WHERE team_id = $1';
  const { rows } = await withDatabase((db) => db.query<{ count: number }>(sql, [team.id]));
  return rows[0]?.count ?? 0;
}

/** Starts an answer that continues until `close` is called. */
async function slowAnswer(client: Client) {
  const { events, close } = await openStream(client, path, { message: `${QUESTION} stub:stall` });
  await events.next();
  return close;
}

describe.each([
  [
    'team',
    async () => succeeded(await team.owner.patch(team.path, { monthly_budget_usd: BUDGET_USD })),
    'owner',
  ],
  ['API key', () => Promise.resolve(), 'key'],
] as const)('the budget of a %s', (_whose, setBudget, who) => {
  let asker: Client;
  beforeEach(async () => {
    await setBudget();
    const key = await newKey(team, ['chat'], who === 'key' ? { monthly_budget_usd: BUDGET_USD } : {});
    asker = who === 'key' ? key : team.owner;
  });

  test('is exceeded by no more than one of many simultaneous answers', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(asker, `${QUESTION} stub:slow`)));
    const done = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => body.message.usage.cost_usd);
    for (const answer of answers) if (answer.status !== 200) expectProblem(answer, 429, 'budget_exceeded');
    expect(done.length).toBeGreaterThan(0);
    expect((await readSpent()) - Math.max(...done)).toBeLessThan(BUDGET_USD);
    expect(await countReserved()).toBe(0);
  });

  test('is reserved by an answer in progress, and free again when that ends', async () => {
    const close = await slowAnswer(asker);
    const refused = await post(asker, QUESTION);
    expectProblem(refused, 429, 'budget_exceeded');
    expect(Number(refused.headers.get('retry-after'))).toBeLessThan(60);
    expect(await complete(asker, QUESTION)).toMatchObject({
      status: 429,
      body: { error: { code: 'budget_exceeded' } },
    });
    close();
    await readUntil(countReserved, (count) => count === 0);
    expect((await post(asker, QUESTION)).status).toBe(200);
  });
});

describe('no budget is reserved any more', () => {
  beforeEach(async () => {
    succeeded(await team.owner.patch(team.path, { monthly_budget_usd: BUDGET_USD }));
  });

  test.each([
    ['after an answer', QUESTION, 200],
    ['after a failed answer', `${QUESTION} stub:error-500`, 502],
    ['after an answer that was cut off', `${QUESTION} stub:cut`, 502],
  ])('%s, by either way of asking', async (_when, message, status) => {
    for (const ask of [post, complete]) {
      expect((await ask(team.owner, message)).status).toBe(status);
      expect(await countReserved()).toBe(0);
    }
  });

  test('after a stream that failed', async () => {
    const events = await readStream(team.owner, path, { message: `${QUESTION} stub:error-500` });
    expect(events.at(-1)?.event).toBe('error');
    expect(await countReserved()).toBe(0);
  });

  test('after a question to an unknown conversation', async () => {
    const conversation_id = team.id;
    expectProblem(await team.owner.post(path, { message: QUESTION, conversation_id }), 404, 'not_found');
    expect(await countReserved()).toBe(0);
  });

  test('ten minutes after a crash', async () => {
    const hold = `INSERT INTO reservations (id, team_id, amount_usd, expires_at)
      VALUES (gen_random_uuid(), $1, 1, now() + $2::interval)`;
    await withDatabase((db) => db.query(hold, [team.id, '1 minute']));
    expectProblem(await post(team.owner, QUESTION), 429, 'budget_exceeded');
    await withDatabase((db) =>
      db.query(`UPDATE reservations SET expires_at = now() - interval '1 second' WHERE team_id = $1`, [
        team.id,
      ]),
    );
    expect((await post(team.owner, QUESTION)).status).toBe(200);
  });
});

test('without a budget an answer in progress takes a place among the team’s, but no money', async () => {
  const close = await slowAnswer(team.owner);
  const { rows } = await withDatabase((db) =>
    db.query<{ amount: number }>('SELECT amount_usd::float8 AS amount FROM reservations WHERE team_id = $1', [
      team.id,
    ]),
  );
  expect(rows).toEqual([{ amount: 0 }]);
  close();
  await readUntil(countReserved, (count) => count === 0);
});
