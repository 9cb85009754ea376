import { expectProblem, newKey, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';
import { type OwnApi, startOwnApi } from '#tests/support/own-api/own-api.ts';
import { addText } from '#tests/support/upload.ts';

/** Models whose price is not known, and the budget of the whole installation. */
const QUESTION = '환불 기한은 며칠인가요?';
const UNPRICED = [
  'openai/GPT-6-ASTRA',
  'openai/gpt-6-astra-latest',
  'openai/o3-pro',
  'openai/ft:gpt-4o:corp::x',
  'openai/ft:gpt-4o-2024-08-06',
  'openai/gpt-6-astra:free',
  'anthropic/Claude-Opus-5',
];
const PRICED = 'openai/gpt-6.2-astra';

let api: OwnApi;
let team: Team;

beforeAll(async () => {
  api = await startOwnApi();
});

afterAll(() => api.close());

beforeEach(async () => {
  team = await newTeam();
});

const setBudget = async (usd: number | null) =>
  succeeded(await team.owner.patch(team.path, { monthly_budget_usd: usd }));

describe.each(UNPRICED)('%s', (model) => {
  test('is refused for a new or changed bot, as fallback too, while the team has a budget', async () => {
    const { id } = succeeded(
      await team.owner.post<{ id: string }>(`${team.path}/bots`, { name: 'b', model: PRICED }),
    );
    await setBudget(10);
    for (const body of [{ model }, { fallback_model: model }]) {
      expectProblem(
        await team.owner.post(`${team.path}/bots`, { name: 'x', ...body }),
        422,
        'model_without_price',
      );
      expectProblem(await team.owner.patch(`${team.path}/bots/${id}`, body), 422, 'model_without_price');
    }
    expect((await team.owner.patch(`${team.path}/bots/${id}`, { name: 'renamed' })).status).toBe(200);
  });

  test('answers nothing once the team or the key has a budget', async () => {
    const path = await newBotPath(team, { model });
    const key = await newKey(team, ['chat', 'bots:write'], { monthly_budget_usd: 10 });
    expectProblem(await key.post(path, { message: QUESTION, stream: false }), 422, 'model_without_price');
    expectProblem(await key.post(`${team.path}/bots`, { name: 'x', model }), 422, 'model_without_price');
    await setBudget(10);
    expectProblem(
      await team.owner.post(path, { message: QUESTION, stream: false }),
      422,
      'model_without_price',
    );
    const completion = { model: path.split('/').at(-2), messages: [{ role: 'user', content: QUESTION }] };
    expect(await team.owner.post('/v1/chat/completions', completion)).toMatchObject({
      status: 422,
      body: { error: { code: 'model_without_price' } },
    });
  });

  test('is allowed where no budget holds', async () => {
    await newBotPath(team, { model });
  });
});

test('a dated snapshot has the price of its model', async () => {
  await setBudget(10);
  await newBotPath(team, { model: 'openai/gpt-5.4-mini-2026-03-17' });
});

describe('the budget of the installation', () => {
  async function readSpent(): Promise<number> {
    const sql = 'SELECT coalesce(sum(cost_usd), 0)::float8 AS spent FROM installation_spending';
    const { rows } = await withDatabase((db) => db.query<{ spent: number }>(sql));
    return rows[0]?.spent ?? 0;
  }

  /** Sets the ceiling so that `leftUsd` is left of it: other tests spend too. */
  async function leave(leftUsd: number): Promise<void> {
    const ceiling = (await readSpent()) + leftUsd;
    await api.set('spending', { INSTALLATION_MONTHLY_BUDGET_USD: String(ceiling) });
  }

  afterEach(() => api.set('spending', { INSTALLATION_MONTHLY_BUDGET_USD: null }));

  async function ask(model: string, message = QUESTION) {
    await addText(team.owner, team.path, '환불 기한은 14일이다.');
    const path = await newBotPath(team, { model });
    return await api.client(team.owner.credential).post(path, { message, stream: false });
  }

  test('counts the answers of all teams, and refuses the next one when it is used up', async () => {
    await leave(1);
    const before = await readSpent();
    expect((await ask(PRICED)).status).toBe(200);
    expect(await readSpent()).toBeGreaterThan(before);
    await leave(0);
    team = await newTeam();
    const refused = await ask(PRICED);
    expectProblem(refused, 429, 'budget_exceeded');
    expect(String(refused.body.detail)).not.toMatch(/\d/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('is exceeded by no more than one of many simultaneous answers of several teams', async () => {
    // Less than the highest possible cost of two answers, and much more than other tests spend meanwhile.
    await leave(0.2);
    const paths = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const other = await newTeam();
        return { other, path: await newBotPath(other, { model: PRICED, no_answer: 'general' }) };
      }),
    );
    const answers = await Promise.all(
      paths.map(({ other, path }) =>
        api.client(other.owner.credential).post(path, { message: `${QUESTION} stub:slow`, stream: false }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const left = await withDatabase((db) => db.query('SELECT FROM installation_reservations'));
    expect(left.rowCount).toBe(0);
  });

  test('does not stop the built-in model, which costs nothing', async () => {
    await leave(0);
    expect((await ask('builtin/extractive')).status).toBe(200);
  });

  test('refuses a model without a known price', async () => {
    await leave(10);
    expectProblem(await ask('openai/gpt-stub'), 422, 'model_without_price');
  });
});
