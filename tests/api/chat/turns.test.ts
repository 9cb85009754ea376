import OpenAI from 'openai';
import { type Client, type Json, newKey, newTeam, type Team } from '#tests/support/api.ts';
import { ask, callsAbout, mark, newBotPath, type Retrieved } from '#tests/support/chat.ts';
import { platform } from '#tests/support/platform.ts';
import { answerText, dataOf, outline, readStream } from '#tests/support/sse.ts';
import { addText } from '#tests/support/upload.ts';

const MODELS = ['openai/gpt-stub', 'builtin/extractive'];

let team: Team;
let owner: Client;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  await Promise.all([
    addText(owner, team.path, '# 환불\n\n환불 기한은 설치한 날부터 14일이며 운송비는 고객이 부담한다.', {
      title: '환불 안내.md',
    }),
    addText(owner, team.path, '# 보증\n\n본체 보증 기간은 2년이다. 배터리 보증 기간은 12개월이다.', {
      title: '회의록-2026-03-12.md',
    }),
  ]);
});

describe.each(MODELS)('a message that asks for nothing in the documents, with %s', (model) => {
  let path: string;

  beforeAll(async () => {
    path = await newBotPath(team, {
      model,
      name: '고객 도우미',
      description: '환불과 보증을 안내합니다.',
      greeting: '어서 오세요!',
      starters: ['환불 기한은 며칠인가요?'],
    });
  });

  test.each(['안녕하세요', 'Hello!', '고마워요', '너는 누구니?', 'What can you do?', '요약해 줘'])(
    'is answered without passages and citations: %s',
    async (message) => {
      const events = await readStream(owner, path, { message });
      expect(outline(events)).toBe('message_start retrieval delta usage done');
      expect(dataOf(events, 'retrieval')).toEqual([{ query: message, chunks: [] }]);
      expect(answerText(events)).not.toMatch(/^죄송합니다/);
      expect(events.at(-1)?.data).toEqual({ finish_reason: 'stop' });
    },
  );

  test('asks which documents there are, and gets their titles', async () => {
    const { message } = await ask(owner, path, '어떤 문서가 있어?');
    expect(message).toMatchObject({ finish_reason: 'stop', citations: [] });
    expect(message.content).toContain('환불 안내');
    expect(message.content).toContain('회의록-2026-03-12');
    const named = await ask(owner, path, '회의록은 어떤 게 있어요?');
    expect(named.message.content).toContain('회의록-2026-03-12');
    expect(named.message.content).not.toContain('환불 안내');
  });

  test('a title of another team, or of a collection that the bot does not read, is not listed', async () => {
    const { body } = await owner.post<{ id: string }>(`${team.path}/collections`, { name: mark() });
    const narrow = await newBotPath(team, { model, collection_ids: [body.id] });
    expect((await ask(owner, narrow, '어떤 문서가 있어?')).message.content).not.toContain('환불');
    const other = await newTeam();
    const foreign = await newBotPath(other, { model });
    expect((await ask(other.owner, foreign, '어떤 문서가 있어?')).message.content).not.toContain('환불');
  });

  test('thanks after an answer are not answered by a cited sentence again', async () => {
    const { conversation_id } = await ask(owner, path, '환불 기한은 며칠인가요?');
    const { message } = await ask(owner, path, '고마워요!', { conversation_id });
    expect(message).toMatchObject({ finish_reason: 'stop', citations: [] });
  });

  test('a greeting before a question does not hide the question', async () => {
    const { message } = await ask(owner, path, '안녕하세요, 환불 기한은 며칠인가요?');
    expect(message.citations[0]?.quote).toContain('14일');
  });
});

test('a bot without a model says who it is in its own words', async () => {
  const path = await newBotPath(team, {
    model: 'builtin/extractive',
    name: '고객 도우미',
    description: '환불과 보증을 안내합니다.',
    greeting: '어서 오세요!',
    starters: ['환불 기한은 며칠인가요?'],
  });
  expect((await ask(owner, path, '안녕하세요')).message.content).toMatch(/^어서 오세요![^]*환불 기한은 며칠/);
  const { content } = (await ask(owner, path, '너는 누구니?')).message;
  expect(content).toMatch(/고객 도우미[^]*환불과 보증을 안내합니다/);
});

test('a bot without a model shortens its last answer, and declines to translate it', async () => {
  const path = await newBotPath(team, { model: 'builtin/extractive' });
  const { conversation_id } = await ask(owner, path, '환불 기한은 며칠인가요?');
  const short = (await ask(owner, path, '더 짧게', { conversation_id })).message;
  expect(short).toMatchObject({ finish_reason: 'stop', citations: [] });
  expect(short.content).toContain('14일');
  const translated = (await ask(owner, path, '영어로 번역해 줘', { conversation_id })).message;
  expect(translated.finish_reason).toBe('stop');
  expect(translated.content).toMatch(/번역/);
});

test('a model transforms the last answer from the conversation, without passages', async () => {
  const word = mark();
  const path = await newBotPath(team, { instructions: word });
  const { conversation_id } = await ask(owner, path, '환불 기한은 며칠인가요?');
  await ask(owner, path, '방금 답변을 영어로 번역해 줘', { conversation_id });
  const call = (await callsAbout(word)).at(-1)?.body.messages as { role: string; content: string }[];
  expect(call.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  expect(JSON.stringify(call)).not.toContain('<passage ');
  expect(call[2]?.content).toContain('14일');
});

describe('an LLM decides itself whether the answer is there', () => {
  test.each([
    '주문번호 20261127-00123인데 환불 기한은 며칠인가요?',
    '저는 김민준이고 지난주 화요일에 강남점에서 제품을 구입했는데요, 환불 기한은 며칠인가요?',
    'Galaxy Book4 Pro 360 NT960QGK-KC51G 모델을 샀습니다. 환불 기한은 며칠인가요?',
  ])('a question with much beside it reaches the model: %s', async (question) => {
    const { message } = await ask(owner, await newBotPath(team), question);
    expect(message.finish_reason).toBe('stop');
    expect(message.citations[0]?.quote).toContain('환불 기한');
  });

  test.each(['openai/gpt-stub-missing', 'anthropic/claude-stub-missing'])(
    'when %s says that it is not there, the answer ends in no_context, without its mark',
    async (model) => {
      const path = await newBotPath(team, { model });
      const events = await readStream(owner, path, { message: '환불 기한은 며칠인가요?' });
      expect(outline(events)).toBe('message_start retrieval delta usage done');
      expect(answerText(events)).toBe('문서에는 이 내용이 없습니다.');
      expect(events.at(-1)?.data).toEqual({ finish_reason: 'no_context' });
      expect(dataOf<{ output_tokens: number }>(events, 'usage')[0]?.output_tokens).toBeGreaterThan(0);
    },
  );

  test('a bot with no_answer: general may answer beside the passages, and says so', async () => {
    const word = mark();
    const path = await newBotPath(team, { no_answer: 'general', instructions: word });
    await ask(owner, path, '배터리는 어떤 원리로 작동하나요?');
    const [call] = await callsAbout(word);
    expect(JSON.stringify(call?.body)).toContain('<passage ');
    expect(JSON.stringify(call?.body)).toMatch(/general knowledge: begin by saying/);
    expect(JSON.stringify(call?.body)).not.toContain('NOT_FOUND');
  });
});

describe('a follow-up', () => {
  const retrievalOf = async (path: string, body: Json) => {
    const events = await readStream(owner, path, body);
    return dataOf<{ query: string; chunks: Retrieved[] }>(events, 'retrieval')[0];
  };

  test('is rewritten by the bot’s model, and the tokens are billed with the answer', async () => {
    const path = await newBotPath(team);
    const { conversation_id } = await ask(owner, path, '배터리 보증 기간은 얼마인가요?');
    const found = await retrievalOf(path, { message: '그럼 언제까지예요?', conversation_id });
    expect(found?.query).toBe('배터리 보증 기간은 얼마인가요? 그럼 언제까지예요?');
    expect(found?.chunks.length).toBeGreaterThan(0);
  });

  test.each(['openai/gpt-stub-error-500', 'builtin/extractive'])(
    'is rewritten by rules where no model answers: %s',
    async (model) => {
      const path = await newBotPath(team, { model: 'builtin/extractive' });
      const { conversation_id } = await ask(owner, path, '배터리 보증 기간은 얼마인가요?');
      await ask(owner, path, '네 알겠어요', { conversation_id });
      succeed(await owner.patch(path.replace(/\/chat$/, ''), { model }));
      const found = await retrievalOf(path, { message: '그럼 언제까지예요?', conversation_id });
      expect(found?.query).toMatch(/배터리.*보증.*그럼 언제까지예요\?$/);
      expect(found?.chunks.length).toBeGreaterThan(0);
    },
  );

  function succeed({ status }: { status: number }): void {
    expect(status).toBe(200);
  }
});

test('a provider that fails is called three times at most for one question, and by its client not again', async () => {
  const word = mark();
  const path = await newBotPath(team, {
    model: 'openai/gpt-stub-error-429',
    fallback_model: 'openai/gpt-stub-error-500',
  });
  const key = await newKey(team, ['chat']);
  const client = new OpenAI({ apiKey: key.key, baseURL: `${(await platform()).url}/v1` });
  const model = String(path.split('/').at(-2));
  const messages = [{ role: 'user' as const, content: `환불 기한은 며칠인가요? ${word}` }];
  await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject({ status: 502 });
  expect(await callsAbout(word)).toHaveLength(3);
});

test('an answer that used up its tokens before its first word is billed', async () => {
  const path = await newBotPath(team, { model: 'openai/gpt-stub-wordless' });
  const events = await readStream(owner, path, { message: '환불 기한은 며칠인가요?' });
  expect(outline(events)).toBe('message_start retrieval usage error');
  expect(dataOf<{ input_tokens: number }>(events, 'usage')[0]?.input_tokens).toBeGreaterThan(10);
});

describe('the prompt of a front end for a title', () => {
  const prompt =
    '### Task:\nGenerate a concise, 3-5 word title.\n### Output:\nJSON format: { "title": "your title" }\n### Chat History:\n<chat_history>\nUSER: 환불 기한은 며칠인가요?\nASSISTANT: 14일입니다.\n</chat_history>';

  test('is answered by the built-in model as JSON, without retrieval', async () => {
    const path = await newBotPath(team, { model: 'builtin/extractive' });
    const { message } = await ask(owner, path, prompt);
    expect(JSON.parse(message.content)).toEqual({ title: '환불' });
    expect(message).toMatchObject({ finish_reason: 'stop', citations: [] });
  });

  test('reaches a model as it is', async () => {
    const word = mark();
    const path = await newBotPath(team);
    await ask(owner, path, `${prompt}\n${word}`);
    const [call] = await callsAbout(word);
    const messages = call?.body.messages as { role: string; content: string }[];
    expect(messages.at(-1)?.content).toBe(`${prompt}\n${word}`);
    expect(messages).toHaveLength(2);
  });
});
