import { randomUUID } from 'node:crypto';
import {
  type Client,
  expectProblem,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { ask, callsAbout, mark, messagesOf, newBotPath } from '#tests/support/chat.ts';
import { addText } from '#tests/support/upload.ts';

type Conversation = { id: string; bot_id: string; title: string; created_at: string };
type Page<T> = { data: T[]; next_cursor: string | null };

let team: Team;
let owner: Client;
let path: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  const travel = '# 출장\n\n국내 출장의 숙박비 한도는 12만 원이다. 해외 출장의 숙박비 한도는 220달러이다.';
  await Promise.all([
    addText(owner, team.path, travel, { title: '출장.md' }),
    addText(owner, team.path, '# 환불\n\n환불은 14일 안에 된다.', { title: '환불.md' }),
  ]);
  path = await newBotPath(team);
});

const conversations = () => `${team.path}/conversations`;

test('a conversation keeps its questions and answers in order, with all their fields', async () => {
  const first = await ask(owner, path, '국내 출장 숙박비 한도는 얼마인가요?');
  const { conversation_id } = first;
  const second = await ask(owner, path, '해외는요?', { conversation_id });
  expect(second.conversation_id).toBe(conversation_id);
  const messages = await messagesOf(owner, team.path, conversation_id);
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  expect(messages[0]).toMatchObject({
    content: '국내 출장 숙박비 한도는 얼마인가요?',
    citations: [],
    finish_reason: null,
    model: null,
    usage: null,
    feedback: null,
  });
  const { id, content, citations, finish_reason, model, usage } = first.message;
  expect(messages[1]).toMatchObject({ id, content, citations, finish_reason, model, usage, feedback: null });
  expect(succeeded(await owner.get<Conversation>(`${conversations()}/${conversation_id}`))).toEqual({
    id: conversation_id,
    bot_id: path.split('/').at(-2),
    title: '국내 출장 숙박비 한도는 얼마인가요?',
    pinned: false,
    created_at: expect.any(String),
  });
});

test('a follow-up is sent with the earlier turns, without their citation markers', async () => {
  const word = mark();
  const { conversation_id, message } = await ask(owner, path, `국내 출장 숙박비 한도는 얼마인가요? ${word}`);
  expect(message.content).toContain('[1]');
  await ask(owner, path, '해외는요?', { conversation_id });
  const calls = await callsAbout(word);
  const messages = calls.at(-1)?.body.messages as { role: string; content: string }[];
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  expect(messages[1]?.content).toContain(word);
  expect(messages[2]?.content).toContain('문서에 따르면');
  expect(messages[2]?.content).not.toMatch(/\[\d+\]/);
  expect(messages[3]?.content).toContain('해외는요?');
});

test('a follow-up that refers to the question before it finds that question’s passages', async () => {
  const { conversation_id } = await ask(owner, path, '국내 출장 숙박비 한도는 얼마인가요?');
  const { message } = await ask(owner, path, '그건 언제부터인가요?', { conversation_id });
  expect(message.finish_reason).toBe('stop');
  expect(message.citations[0]?.quote).toContain('숙박비');
});

test('a follow-up on another subject finds passages on that subject', async () => {
  const { conversation_id } = await ask(owner, path, '국내 출장 숙박비 한도는 얼마인가요?');
  const { message } = await ask(owner, path, '환불은요?', { conversation_id });
  expect(message.citations[0]?.quote).toContain('환불은 14일 안에 된다.');
});

test('conversations are listed newest first, by bot and in pages, and deleted with their messages', async () => {
  const fresh = await newTeam();
  const [one, two] = [await newBotPath(fresh), await newBotPath(fresh)];
  const ids: string[] = [];
  for (const bot of [one, two, one]) ids.unshift((await ask(fresh.owner, bot, 'x')).conversation_id);
  const list = async (query: string) =>
    succeeded(await fresh.owner.get<Page<Conversation>>(`${fresh.path}/conversations?${query}`));
  expect((await list('')).data.map(({ id }) => id)).toEqual(ids);
  const botId = String(two.split('/').at(-2));
  expect((await list(`bot_id=${botId}`)).data.map(({ id }) => id)).toEqual([ids[1]]);
  const first = await list('limit=2');
  expect((await list(`limit=2&cursor=${first.next_cursor}`)).data.map(({ id }) => id)).toEqual([ids[2]]);
  expect((await fresh.owner.delete(`${fresh.path}/conversations/${ids[0]}`)).status).toBe(204);
  expectProblem(await fresh.owner.get(`${fresh.path}/conversations/${ids[0]}`), 404, 'not_found');
  expectProblem(await fresh.owner.get(`${fresh.path}/conversations/${ids[0]}/messages`), 404, 'not_found');
  expectProblem(await fresh.owner.delete(`${fresh.path}/conversations/${ids[0]}`), 404, 'not_found');
});

test('a conversation is found by its title or a message, renamed and pinned', async () => {
  const fresh = await newTeam();
  const bot = await newBotPath(fresh);
  const [badge, canteen] = [
    await ask(fresh.owner, bot, 'Badge 분실'),
    await ask(fresh.owner, bot, '구내식당 시간'),
  ];
  const list = async (query: string) =>
    succeeded(await fresh.owner.get<Page<Conversation>>(`${fresh.path}/conversations?${query}`)).data;
  expect((await list('q=badge')).map(({ id }) => id)).toEqual([badge.conversation_id]);
  const one = `${fresh.path}/conversations/${canteen.conversation_id}`;
  expect(succeeded(await fresh.owner.patch(one, { title: '점심', pinned: true }))).toMatchObject({
    title: '점심',
    pinned: true,
  });
  expect(await list('pinned=true')).toMatchObject([{ id: canteen.conversation_id, title: '점심' }]);
  expect((await list(`q=${encodeURIComponent('구내식당')}`)).map(({ id }) => id)).toEqual([
    canteen.conversation_id,
  ]);
  expect(await list(`q=${encodeURIComponent('%')}`)).toEqual([]);
  for (const body of [{}, { title: '' }, { title: 'x'.repeat(201) }, { pinned: 'yes' }])
    expectProblem(await fresh.owner.patch(one, body), 422, 'validation_failed');
  const colleague = await newMember(fresh, 'admin');
  expectProblem(await colleague.patch(one, { title: 'x' }), 404, 'not_found');
});

test('a conversation is exported as Markdown with its sources, or as JSON', async () => {
  const { conversation_id, message } = await ask(owner, path, '국내 출장 숙박비 한도는 얼마인가요?');
  const one = `${conversations()}/${conversation_id}/export`;
  const markdown = await owner.get(one);
  expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  for (const part of ['# 국내 출장', message.content, `- [1] ${message.citations[0]?.filename}`])
    expect(markdown.text).toContain(part);
  const json = succeeded(await owner.get<{ messages: { content: string }[] }>(`${one}?format=json`));
  expect(json.messages.map(({ content }) => content)).toEqual([
    '국내 출장 숙박비 한도는 얼마인가요?',
    message.content,
  ]);
  expectProblem(await owner.get(`${one}?format=pdf`), 400, 'invalid_request');
  expectProblem(await (await newMember(team, 'admin')).get(one), 404, 'not_found');
});

test('messages are listed oldest first, in pages', async () => {
  const { conversation_id } = await ask(owner, path, '하나');
  for (const message of ['둘', '셋']) await ask(owner, path, message, { conversation_id });
  const list = `${conversations()}/${conversation_id}/messages`;
  type Messages = Page<{ content: string; role: string }>;
  const first = succeeded(await owner.get<Messages>(`${list}?limit=3`));
  const rest = succeeded(await owner.get<Messages>(`${list}?limit=3&cursor=${first.next_cursor}`));
  const questions = [...first.data, ...rest.data].filter(({ role }) => role === 'user');
  expect(questions.map(({ content }) => content)).toEqual(['하나', '둘', '셋']);
  expect(rest).toMatchObject({ data: { length: 3 }, next_cursor: null });
});

test('messages are listed newest first on request, in pages of their own', async () => {
  const { conversation_id } = await ask(owner, path, '하나');
  await ask(owner, path, '둘', { conversation_id });
  const list = `${conversations()}/${conversation_id}/messages`;
  const all = await messagesOf(owner, team.path, conversation_id);
  type Messages = Page<{ id: string }>;
  const first = succeeded(await owner.get<Messages>(`${list}?order=desc&limit=3`));
  const rest = succeeded(await owner.get<Messages>(`${list}?order=desc&limit=3&cursor=${first.next_cursor}`));
  const ids = [...first.data, ...rest.data].map(({ id }) => id);
  expect(ids).toEqual(all.map(({ id }) => id).toReversed());
  expectProblem(await owner.get(`${list}?cursor=${first.next_cursor}`), 400, 'invalid_cursor');
});

test('a conversation belongs to one bot', async () => {
  const { conversation_id } = await ask(owner, path, '첫 질문');
  const other = await newBotPath(team);
  expectProblem(await owner.post(other, { message: 'x', conversation_id }), 404, 'not_found');
});

describe('a conversation is private', () => {
  test.each([
    ['a colleague', () => newMember(team, 'admin')],
    ['an API key of the same user', () => newKey(team, ['chat'])],
    ['a member of another team', async () => (await newTeam()).owner],
  ])('to its owner: %s does not see it', async (_who, make) => {
    const { conversation_id, message } = await ask(owner, path, '비밀 질문');
    const other = await make();
    const one = `${conversations()}/${conversation_id}`;
    expectProblem(await other.get(one), 404, 'not_found');
    expectProblem(await other.get(`${one}/messages`), 404, 'not_found');
    expectProblem(await other.delete(one), 404, 'not_found');
    expectProblem(
      await other.post(`${team.path}/messages/${message.id}/feedback`, { rating: 'up' }),
      404,
      'not_found',
    );
    expectProblem(await other.post(path, { message: 'x', conversation_id }), 404, 'not_found');
    const list = await other.get<Page<Conversation>>(conversations());
    if (list.status === 200) expect(list.body.data.map(({ id }) => id)).not.toContain(conversation_id);
    expect((await owner.get(one)).status).toBe(200);
  });

  test('to its API key: neither another key nor the user who created it sees it', async () => {
    const [key, other] = [await newKey(team, ['chat']), await newKey(team, ['chat'])];
    const { conversation_id } = await ask(key, path, '열쇠의 질문');
    const one = `${conversations()}/${conversation_id}`;
    expect((await key.get(one)).status).toBe(200);
    for (const reader of [other, owner]) expectProblem(await reader.get(one), 404, 'not_found');
  });
});

describe('feedback', () => {
  const feedback = (id: string) => `${team.path}/messages/${id}/feedback`;

  test('rates an answer, and a later rating replaces an earlier one', async () => {
    const { conversation_id, message } = await ask(owner, path, '환불 기한은?');
    const answer = await owner.post(feedback(message.id), { rating: 'down', comment: '출처가 없어요' });
    expect(answer).toMatchObject({
      status: 200,
      body: { message_id: message.id, rating: 'down', comment: '출처가 없어요' },
    });
    const rated = async () => (await messagesOf(owner, team.path, conversation_id))[1]?.feedback;
    expect(await rated()).toEqual({ rating: 'down', comment: '출처가 없어요' });
    succeeded(await owner.post(feedback(message.id), { rating: 'up' }));
    expect(await rated()).toEqual({ rating: 'up', comment: null });
  });

  test('is accepted for answers only, and only as up or down', async () => {
    const { conversation_id, message } = await ask(owner, path, '환불 기한은?');
    const [question] = await messagesOf(owner, team.path, conversation_id);
    expectProblem(await owner.post(feedback(String(question?.id)), { rating: 'up' }), 404, 'not_found');
    expectProblem(await owner.post(feedback(randomUUID()), { rating: 'up' }), 404, 'not_found');
    for (const body of [{}, { rating: 'meh' }, { rating: 'up', comment: 7 }])
      expectProblem(await owner.post(feedback(message.id), body), 422, 'validation_failed');
  });
});
