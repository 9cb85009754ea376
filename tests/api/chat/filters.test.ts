import {
  type Client,
  expectProblem,
  type Json,
  newKey,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { addText } from '#tests/support/upload.ts';

type Cited = { citations: { filename: string }[] };

const QUESTION = '연차휴가는 며칠인가요?';

let team: Team;
let owner: Client;
let key: Client;
let collection: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  key = await newKey(team, ['chat']);
  collection = succeeded(await owner.post<{ id: string }>(`${team.path}/collections`, { name: 'x' })).id;
  const add = (year: number, more: object = {}) =>
    addText(owner, team.path, `${year}년 규정: 연차휴가는 ${year - 2000}일이다.`, {
      title: `${year}.md`,
      metadata: { year },
      ...more,
    });
  await Promise.all([add(2023), add(2024), add(2025), add(2026, { collection_id: collection })]);
});

async function newBot(more: Json = {}): Promise<string> {
  return succeeded(await owner.post<{ id: string }>(`${team.path}/bots`, { name: 'x', ...more })).id;
}

const namesOf = ({ citations }: Cited) => [...new Set(citations.map(({ filename }) => filename))].sort();

/** The file names that an answer cites, asked through our route and through OpenAI's. */
async function cited(bot: string, filter?: Json): Promise<string[]> {
  const own = succeeded(
    await owner.post<{ message: Cited }>(`${team.path}/bots/${bot}/chat`, {
      message: QUESTION,
      stream: false,
      ...(filter && { filter }),
    }),
  );
  const openAi = succeeded(
    await key.post<{ choices: { message: Cited }[] }>('/v1/chat/completions', {
      model: bot,
      messages: [{ role: 'user', content: QUESTION }],
      ...(filter && { filter }),
    }),
  );
  const names = namesOf(own.message);
  expect(namesOf(openAi.choices[0]?.message ?? { citations: [] })).toEqual(names);
  return names;
}

test('a question is answered from the documents that its filter leaves', async () => {
  const bot = await newBot();
  for (const year of [2023, 2025]) {
    expect(await cited(bot, { metadata: { year } })).toEqual([`${year}.md`]);
    expect(await cited(bot, { metadata: { year: { gte: year, lt: year + 1 } } })).toEqual([`${year}.md`]);
  }
  expect(await cited(bot, { metadata: { year: 1999 } })).toEqual([]);
});

test('a filter narrows the bot’s own and its collections, and never widens them', async () => {
  const bot = await newBot({ filter: { metadata: { year: { gte: 2025 } } } });
  expect(await cited(bot)).toEqual(['2025.md']);
  expect(await cited(bot, { metadata: { year: { lte: 2025 } } })).toEqual(['2025.md']);
  expect(await cited(bot, { metadata: { year: 2023 } })).toEqual([]);
  expect(await cited(bot, { collection_ids: [collection] })).toEqual([]);
  const wide = await newBot({ collection_ids: [collection] });
  expect(await cited(wide, { metadata: { year: { exists: true } } })).toEqual(['2026.md']);
});

test('the list of documents names only those that the filters leave', async () => {
  const bot = await newBot({ filter: { metadata: { year: { gte: 2024 } } } });
  const listed = async (filter?: Json) => {
    const body = { message: '어떤 문서가 있어?', stream: false, ...(filter && { filter }) };
    const answer = await owner.post<{ message: { content: string } }>(`${team.path}/bots/${bot}/chat`, body);
    return [2023, 2024, 2025, 2026].filter((year) => succeeded(answer).message.content.includes(`${year}`));
  };
  expect(await listed()).toEqual([2024, 2025]);
  expect(await listed({ metadata: { year: { lt: 2025 } } })).toEqual([2024]);
  expect(await listed({ metadata: { year: 2023 } })).toEqual([]);
});

test('a bot’s filter is shown, changed and removed', async () => {
  const filter = {
    metadata: { year: { in: [2023, 2024] }, draft: { ne: true } },
    created: { gte: '2020-01-01' },
  };
  const path = `${team.path}/bots/${await newBot({ filter })}`;
  expect(succeeded(await owner.get(path))).toMatchObject({ filter });
  expect(succeeded(await owner.patch(path, { name: 'y' }))).toMatchObject({ name: 'y', filter });
  const other = { document_ids: ['0192f0c1-6f0b-7cc1-9d5a-1f1a36c0a1d2'] };
  expect(succeeded(await owner.patch(path, { filter: other }))).toMatchObject({ filter: other });
  expect(succeeded(await owner.patch(path, { filter: null }))).toMatchObject({ filter: null });
});

test('a filter that is not understood is refused, where OpenAI’s clients send it too', async () => {
  const bot = await newBot();
  for (const filter of [{ year: 2024 }, { metadata: { year: { $gte: 2024 } } }, 'x']) {
    const asked = { message: 'x', stream: false, filter };
    expectProblem(await owner.post(`${team.path}/bots/${bot}/chat`, asked), 422, 'validation_failed');
    expectProblem(await owner.post(`${team.path}/bots`, { name: 'x', filter }), 422, 'validation_failed');
    const answer = await key.post('/v1/chat/completions', {
      model: bot,
      messages: [{ role: 'user', content: 'x' }],
      filter,
    });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'validation_failed' } } });
  }
});
