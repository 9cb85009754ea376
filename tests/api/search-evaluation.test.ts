import { type Client, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { type SampleQuestion, sampleFiles, sampleQuestions } from '#tests/support/files.ts';
import { IN_OTHER_WORDS, UNRELATED } from '#tests/support/questions.ts';
import { addFile, addText } from '#tests/support/upload.ts';

/**
 * Measures how well the demo's questions find their passages, with `builtin/hashing` in place of a model: prints a
 * table, and asserts lower bounds. A real model should exceed them.
 */
const MODES = ['hybrid', 'vector', 'lexical'] as const;
const TOP = 20;

type Mode = (typeof MODES)[number];
type Hit = { filename: string; page: number | null; text: string; score: number };
type Row = SampleQuestion & { hits: Hit[] };

let team: Team;
let owner: Client;
let botId: string;
const results = new Map<Mode, Row[]>();

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  await Promise.all(sampleFiles().map((file) => addFile(owner, team.path, file)));
  const bot = { name: 'all', model: 'builtin/extractive' };
  botId = succeeded(await owner.post<{ id: string }>(`${team.path}/bots`, bot)).id;
  for (const mode of MODES)
    results.set(mode, await Promise.all(sampleQuestions().map((each) => ask(each, mode))));
  print();
});

async function ask(question: SampleQuestion, mode: Mode): Promise<Row> {
  const body = { query: question.question, mode, top_k: TOP };
  return {
    ...question,
    hits: succeeded(await owner.post<{ data: Hit[] }>(`${team.path}/search`, body)).data,
  };
}

/** The rank of the passage, from 1; 0 if it is not among the hits. */
function rankOf({ hits, file, page, answer }: Row, wanted: 'page' | 'answer'): number {
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ');
  return (
    hits.findIndex(
      (hit) =>
        hit.filename === file &&
        (page === null || hit.page === page) &&
        (wanted === 'page' || plain(hit.text).includes(plain(answer))),
    ) + 1
  );
}

function meanReciprocalRank(mode: Mode, wanted: 'page' | 'answer'): number {
  const rows = results.get(mode) ?? [];
  const sum = rows.reduce((total, row) => total + (rankOf(row, wanted) ? 1 / rankOf(row, wanted) : 0), 0);
  return sum / rows.length;
}

function print(): void {
  const lines = MODES.map((mode) => {
    const [page, answer] = [meanReciprocalRank(mode, 'page'), meanReciprocalRank(mode, 'answer')];
    return `${mode.padEnd(8)}  ${page.toFixed(3)}      ${answer.toFixed(3)}`;
  });
  console.log(['MRR@20    file+page  passage with the answer', ...lines].join('\n'));
}

test.each(sampleQuestions())(
  'hybrid search has $file, page $page, among the first three: $question',
  ({ question }) => {
    const row = results.get('hybrid')?.find((each) => each.question === question);
    expect(row && rankOf(row, 'page')).toBeGreaterThan(0);
    expect(row && rankOf(row, 'answer')).toBeGreaterThan(0);
    expect(row && Math.max(rankOf(row, 'page'), rankOf(row, 'answer'))).toBeLessThanOrEqual(3);
  },
);

test.each([
  ['hybrid', 0.95],
  ['lexical', 0.95],
  ['vector', 0.85],
] as const)('%s search puts the passage with the answer first nearly always', (mode, bound) => {
  expect(meanReciprocalRank(mode, 'answer')).toBeGreaterThan(bound);
});

test('hybrid search is not worse than either retriever', () => {
  const hybrid = meanReciprocalRank('hybrid', 'answer');
  expect(hybrid).toBeGreaterThanOrEqual(meanReciprocalRank('vector', 'answer'));
  expect(hybrid).toBeGreaterThanOrEqual(meanReciprocalRank('lexical', 'answer') - 0.02);
});

type Answer = {
  message: { content: string; finish_reason: string; citations: { filename: string; page: number | null }[] };
};

async function chat(message: string): Promise<Answer['message']> {
  const path = `${team.path}/bots/${botId}/chat`;
  return succeeded(await owner.post<Answer>(path, { message, stream: false })).message;
}

test.each(sampleQuestions())('a bot answers from $file: $question', async ({ question, file, page }) => {
  const { finish_reason, citations } = await chat(question);
  expect(finish_reason).toBe('stop');
  expect(citations.map((citation) => citation.filename)).toContain(file);
  if (page !== null) expect(citations.map((citation) => citation.page)).toContain(page);
});

test.each([...UNRELATED.ko, ...UNRELATED.en])(
  'a bot refuses what the documents do not say: %s',
  async (question) => {
    const { finish_reason, citations, content } = await chat(question);
    expect({ finish_reason, citations }).toEqual({ finish_reason: 'no_context', citations: [] });
    expect(content).toMatch(/[가-힣]/.test(question) ? /^죄송합니다/ : /^I'm sorry/);
  },
);

test('a wish that no document can grant cites nothing', async () => {
  expect(await chat('Tell me a joke.')).toMatchObject({ finish_reason: 'stop', citations: [] });
});

test('a bot answers most questions in words other than the documents’', async () => {
  const asked = Object.entries(IN_OTHER_WORDS).flatMap(([file, questions]) =>
    questions.map(async (question) => {
      const { citations } = await chat(question);
      return { question, found: citations.some(({ filename }) => filename === file) };
    }),
  );
  const results = await Promise.all(asked);
  const missed = results.filter(({ found }) => !found).map(({ question }) => question);
  console.log(
    [`In other words: ${results.length - missed.length} of ${results.length} answered; not`, ...missed].join(
      '\n  ',
    ),
  );
  expect(missed.length / results.length).toBeLessThan(0.2);
});

test.each([
  ['Refunds are accepted within 14 days.', 'What is the refund deadline?'],
  ['환불은 구매 후 14일 이내에 가능합니다.', '환불 가능 날짜를 알려 주세요'],
])('in a small library one common word is enough: %s', async (text, query) => {
  const small = await newTeam();
  await addText(small.owner, small.path, text);
  const answer = await small.owner.post<{ data: Hit[] }>(`${small.path}/search`, { query });
  expect(succeeded(answer).data[0]?.score).toBeGreaterThan(0.2);
});
