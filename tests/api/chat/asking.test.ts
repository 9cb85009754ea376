import { randomUUID } from 'node:crypto';
import { describeAccess } from '#tests/support/access.ts';
import { type Client, expectProblem, type Json, newTeam, type Team } from '#tests/support/api.ts';
import {
  ask,
  type ChatAnswer,
  type Citation,
  callsAbout,
  chunksOf,
  expectProved,
  mark,
  newBotPath,
  OUTLINE,
  type Retrieved,
} from '#tests/support/chat.ts';
import { pdfFile } from '#tests/support/files.ts';
import { answerText, dataOf, openStream, outline, readStream } from '#tests/support/sse.ts';
import { addFile, addText } from '#tests/support/upload.ts';

const QUESTION = '연차휴가는 며칠인가요?';

let team: Team;
let owner: Client;
let chunks: Map<string, { text: string; page: number | null }>;
let path: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  const lines = ['표지', '연차휴가는 해마다 15일이며 이월은 5일까지 된다.', '출장비는 하루 4만 원이다.'];
  const documents = [
    await addFile(owner, team.path, pdfFile('취업규칙.pdf', lines)),
    await addText(owner, team.path, '# Travel\n\nThe daily allowance is 80 dollars. Taxis need a receipt.'),
  ];
  chunks = await chunksOf(
    owner,
    team.path,
    documents.map(({ id }) => id),
  );
  path = await newBotPath(team);
});

describeAccess([
  { method: 'POST', path: '/bots/{id}/chat', role: 'viewer', scope: 'chat', body: { message: 'x' } },
  { method: 'GET', path: '/conversations', role: 'viewer', scope: 'chat' },
  { method: 'GET', path: '/conversations/{id}', role: 'viewer', scope: 'chat' },
  { method: 'DELETE', path: '/conversations/{id}', role: 'viewer', scope: 'chat' },
  { method: 'GET', path: '/conversations/{id}/messages', role: 'viewer', scope: 'chat' },
  { method: 'POST', path: '/messages/{id}/feedback', role: 'viewer', scope: 'chat', body: { rating: 'up' } },
]);

describe.each([
  'openai/gpt-stub',
  'anthropic/claude-stub',
  'anthropic/claude-haiku-4-5',
  'builtin/extractive',
])('an answer of %s', (model) => {
  let bot: string;

  beforeAll(async () => {
    bot = await newBotPath(team, { model });
  });

  test.each([
    [QUESTION, '취업규칙.pdf', 2],
    ['How much is the daily allowance?', 'note.md', null],
  ])('streams in the order of the contract, every citation proved: %s', async (message, filename, page) => {
    const { response, events: stream } = await openStream(owner, bot, { message });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-request-id')).toBeTruthy();
    const events = await Array.fromAsync(stream);
    expect(outline(events)).toMatch(OUTLINE);
    expect(events[0]?.data).toEqual({
      conversation_id: expect.any(String),
      message_id: expect.any(String),
      model,
    });
    const [{ chunks: retrieved } = { chunks: [] }] = dataOf<{ chunks: Retrieved[] }>(events, 'retrieval');
    const citations = dataOf<Citation>(events, 'citation');
    expect(citations[0]).toMatchObject({ index: 1, filename, page });
    expectProved({ text: answerText(events), citations, retrieved }, chunks);
    expect(dataOf(events, 'usage')).toEqual([
      {
        model,
        input_tokens: expect.any(Number),
        output_tokens: expect.any(Number),
        cost_usd: expect.any(Number),
      },
    ]);
    expect(events.at(-1)).toEqual({ event: 'done', data: { finish_reason: 'stop' } });
  });

  test('is the same without a stream', async () => {
    const events = await readStream(owner, bot, { message: QUESTION });
    const { message } = await ask(owner, bot, QUESTION);
    const [usage] = dataOf(events, 'usage');
    expect(message).toEqual({
      id: expect.any(String),
      role: 'assistant',
      content: answerText(events),
      citations: dataOf<Citation>(events, 'citation'),
      finish_reason: 'stop',
      model,
      usage: {
        input_tokens: usage?.input_tokens,
        output_tokens: usage?.output_tokens,
        cost_usd: usage?.cost_usd,
      },
    });
  });
});

test('markers that a model invents are neither in the text nor among the citations', async () => {
  const { message } = await ask(owner, path, QUESTION);
  const prompt = JSON.stringify((await callsAbout(QUESTION)).at(-1)?.body);
  expect(prompt).toContain('연차휴가는 해마다 15일이며');
  expect(message.content).toContain('그 밖의 내용은 문서에 없습니다');
  expect(message.content).not.toContain('99');
  expect(message.citations.map(({ index }) => index)).toEqual([1]);
});

test('a citation is sent as soon as its marker is complete, not at the end', async () => {
  const events = await readStream(owner, path, { message: QUESTION });
  const at = events.findIndex(({ event }) => event === 'citation');
  const before = answerText(events.slice(0, at));
  expect(before.endsWith('[1]')).toBe(true);
  expect(answerText(events.slice(at)).length).toBeGreaterThan(0);
});

describe('when nothing is found', () => {
  test.each([
    ['광합성이란 무엇인가요?', 'auto', /^죄송합니다/],
    ['How does photosynthesis work?', 'auto', /^I'm sorry/],
    ['光合成とは何ですか？', 'auto', /^申し訳/],
    ['광합성이란 무엇인가요?', 'en', /^I'm sorry/],
  ])(
    'a bot refuses in the question’s language or its own, and calls no model: %s (%s)',
    async (question, language, refusal) => {
      const word = mark();
      const bot = await newBotPath(team, { language });
      const events = await readStream(owner, bot, { message: `${question} ${word}` });
      expect(outline(events)).toBe('message_start retrieval delta usage done');
      expect(dataOf(events, 'retrieval')).toEqual([{ query: `${question} ${word}`, chunks: [] }]);
      expect(answerText(events)).toMatch(refusal);
      expect(dataOf(events, 'usage')).toMatchObject([{ input_tokens: 0, output_tokens: 0, cost_usd: 0 }]);
      expect(events.at(-1)?.data).toEqual({ finish_reason: 'no_context' });
      expect(await callsAbout(word)).toEqual([]);
    },
  );

  test('a bot with no_answer: general answers from general knowledge, without citations', async () => {
    const word = mark();
    const bot = await newBotPath(team, { no_answer: 'general' });
    const { message } = await ask(owner, bot, `How does photosynthesis work? ${word}`);
    expect(message).toMatchObject({ finish_reason: 'stop', citations: [] });
    expect(message.content).toContain('does not come from the documents');
    const calls = await callsAbout(word);
    expect(calls).toHaveLength(1);
    expect(JSON.stringify(calls[0]?.body)).not.toContain('<passage ');
  });

  test('passages below the bot’s min_score do not count', async () => {
    const bot = await newBotPath(team, { retrieval: { min_score: 1 } });
    const { message } = await ask(owner, bot, '출장비와 연차휴가와 기타 복지에 대해 알려 주세요');
    expect(message.finish_reason).toBe('no_context');
  });

  test('a bot searches only its own collections', async () => {
    const { body } = await owner.post<{ id: string }>(`${team.path}/collections`, { name: randomUUID() });
    const bot = await newBotPath(team, { collection_ids: [body.id] });
    expect((await ask(owner, bot, QUESTION)).message.finish_reason).toBe('no_context');
  });
});

test('a question in decomposed Hangul is the same question', async () => {
  const composed = await ask(owner, path, QUESTION);
  const decomposed = await ask(owner, path, QUESTION.normalize('NFD'));
  expect(decomposed.message.content).toBe(composed.message.content);
});

test.each<[string, Json, string]>([
  ['no message', {}, 'message'],
  ['a blank message', { message: ' \n' }, 'message'],
  ['a message of another type', { message: ['x'] }, 'message'],
  ['a message without end', { message: 'x'.repeat(20_001) }, 'message'],
  ['a conversation that cannot be', { message: 'x', conversation_id: '1' }, 'conversation_id'],
  ['a stream in words', { message: 'x', stream: 'yes' }, 'stream'],
])('%s is refused by field, before anything streams', async (_what, body, field) => {
  const answer = await owner.post(path, body);
  expectProblem(answer, 422, 'validation_failed');
  expect(answer.body.errors).toMatchObject([{ path: field }]);
});

test('malformed JSON, an unknown bot, an unknown conversation are refused with a status', async () => {
  expectProblem(await owner.post(path, '{"message":'), 400, 'invalid_json');
  expectProblem(
    await owner.post(`${team.path}/bots/${randomUUID()}/chat`, { message: 'x' }),
    404,
    'not_found',
  );
  const conversation_id = randomUUID();
  expectProblem(await owner.post(path, { message: 'x', conversation_id }), 404, 'not_found');
});

test('a bot of another team is not found', async () => {
  const other = await newTeam();
  const foreign = path.replace(team.id, other.id);
  expectProblem(await other.owner.post<ChatAnswer>(foreign, { message: 'x' }), 404, 'not_found');
});
