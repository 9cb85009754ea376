import { randomUUID } from 'node:crypto';
import {
  type Client,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import {
  ask,
  type ChatAnswer,
  callsAbout,
  type Message,
  mark,
  messagesOf,
  newBotPath,
  OUTLINE,
} from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';
import { answerText, dataOf, openStream, outline, readStream } from '#tests/support/sse.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText } from '#tests/support/upload.ts';

const QUESTION = '환불 기한은 며칠인가요?';
const OTHER_QUESTION = '운송비는 누가 부담하나요?';

let team: Team;
let owner: Client;
let path: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  await addText(owner, team.path, '# 환불\n\n환불 기한은 설치한 날부터 14일이며 운송비는 고객이 부담한다.');
});

beforeEach(async () => {
  path = await newBotPath(team);
});

const regeneratePath = (messageId: string) => `${team.path}/messages/${messageId}/regenerate`;

async function regenerate(messageId: string, body: Json = {}): Promise<ChatAnswer> {
  return succeeded(await owner.post<ChatAnswer>(regeneratePath(messageId), { stream: false, ...body }));
}

async function useModel(model: string): Promise<void> {
  succeeded(await owner.patch(path.replace(/\/chat$/, ''), { model }));
}

const messages = (conversationId: string) => messagesOf(owner, team.path, conversationId);
const ids = (rows: Pick<Message, 'id'>[]) => rows.map(({ id }) => id);
const contents = (rows: Message[]) => rows.map(({ content }) => content);

/** The requests that the usage counts for this test's bot. */
async function countUsage(): Promise<number> {
  const { data } = succeeded(
    await owner.get<{ data: { group: string; requests: number }[] }>(`${team.path}/usage?group_by=bot`),
  );
  return data.find(({ group }) => group === path.split('/').at(-2))?.requests ?? 0;
}

describe('an answer that is given again', () => {
  test('takes the place of the earlier one, with an id of its own, and both are paid for', async () => {
    const { conversation_id, message } = await ask(owner, path, QUESTION);
    await useModel('builtin/extractive');
    const again = await regenerate(message.id);
    expect(again.conversation_id).toBe(conversation_id);
    expect(again.message).toMatchObject({ finish_reason: 'stop', model: 'builtin/extractive' });
    expect(again.message.id).not.toBe(message.id);
    const [question, answer, ...rest] = await messages(conversation_id);
    expect(rest).toEqual([]);
    expect(question?.content).toBe(QUESTION);
    expect(answer).toMatchObject({ id: again.message.id, content: again.message.content });
    expect(await countUsage()).toBe(2);
  });

  test('streams as chat does, without a body too', async () => {
    const { conversation_id, message } = await ask(owner, path, QUESTION);
    const events = await readStream(owner, regeneratePath(message.id), undefined);
    expect(outline(events)).toMatch(OUTLINE);
    const [start] = dataOf<{ message_id: string }>(events, 'message_start');
    expect(start).toMatchObject({ conversation_id });
    expect(await messages(conversation_id)).toMatchObject([
      { content: QUESTION },
      { id: start?.message_id, content: answerText(events) },
    ]);
  });

  test('knows the turns before its question, and neither itself nor what followed', async () => {
    const [first, last] = [mark(), mark()];
    const { conversation_id } = await ask(owner, path, `${QUESTION} ${first}`);
    const { message } = await ask(owner, path, OTHER_QUESTION, { conversation_id });
    await ask(owner, path, `그건 언제부터인가요? ${last}`, { conversation_id });
    const before = (await callsAbout(first)).length;
    const again = await regenerate(message.id);
    const calls = (await callsAbout(first)).slice(before);
    const prompt = calls.at(-1)?.body.messages as { role: string; content: string }[];
    expect(prompt.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(prompt.at(-1)?.content).toContain(OTHER_QUESTION);
    expect(JSON.stringify(calls)).not.toContain(last);
    const rows = await messages(conversation_id);
    expect(rows.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(rows.at(-1)?.id).toBe(again.message.id);
  });

  test('is what the next question follows: no model sees the earlier one again', async () => {
    const [word, conversation] = [mark(), await ask(owner, path, QUESTION)];
    const { conversation_id, message } = conversation;
    await useModel('openai/gpt-stub-missing');
    await regenerate(message.id);
    await useModel('openai/gpt-stub');
    await ask(owner, path, `${OTHER_QUESTION} ${word}`, { conversation_id });
    const prompt = JSON.stringify((await callsAbout(word)).at(-1)?.body.messages);
    expect(prompt).toContain('문서에는 이 내용이 없습니다');
    expect(prompt).not.toContain('그 밖의 내용은');
  });

  test('is found by the earlier one’s id too, so that a retry has the same effect', async () => {
    const { conversation_id, message } = await ask(owner, path, QUESTION);
    const second = await regenerate(message.id);
    const third = await regenerate(message.id);
    expect(ids(await messages(conversation_id))).toEqual([expect.any(String), third.message.id]);
    expect(third.message.id).not.toBe(second.message.id);
  });

  test('stands alone after two at the same time', async () => {
    const { conversation_id, message } = await ask(owner, path, QUESTION);
    const both = await Promise.all([regenerate(message.id), regenerate(message.id)]);
    const rows = await messages(conversation_id);
    expect(rows).toHaveLength(2);
    expect(both.map((each) => each.message.id)).toContain(rows[1]?.id);
  });

  test('narrows by a filter of its own', async () => {
    const { message } = await ask(owner, path, QUESTION);
    const filter = { metadata: { nobody: 'has this' } };
    expect((await regenerate(message.id, { filter })).message.finish_reason).toBe('no_context');
  });

  test('can be rated; the earlier one no longer', async () => {
    const { message } = await ask(owner, path, QUESTION);
    const again = await regenerate(message.id);
    const rate = (id: string) => owner.post(`${team.path}/messages/${id}/feedback`, { rating: 'up' });
    expect((await rate(again.message.id)).status).toBe(200);
    expectProblem(await rate(message.id), 404, 'not_found');
  });

  test('is beside the earlier one in the review of questions, each with its question', async () => {
    const word = mark();
    const { message } = await ask(owner, path, `${QUESTION} ${word}`);
    const again = await regenerate(message.id);
    const { data } = succeeded(
      await owner.get<{ data: { message_id: string; question: string }[] }>(
        `${team.path}/questions?q=${word}`,
      ),
    );
    expect(data.map(({ message_id }) => message_id)).toEqual([again.message.id, message.id]);
    for (const { question } of data) expect(question).toBe(`${QUESTION} ${word}`);
  });
});

describe('an attempt that ends early', () => {
  test.each([
    ['before its first word', 'openai/gpt-stub-error-500'],
    ['midway', 'openai/gpt-stub-cut'],
  ])('by a failure %s leaves the earlier answer', async (_when, model) => {
    const { conversation_id, message } = await ask(owner, path, QUESTION);
    const before = await messages(conversation_id);
    await useModel(model);
    const events = await readStream(owner, regeneratePath(message.id), {});
    expect(events.at(-1)?.event).toBe('error');
    expectProblem(await owner.post(regeneratePath(message.id), { stream: false }), 502, 'provider_error');
    expect(await messages(conversation_id)).toEqual(before);
    // The id that the failed stream began with stands for the question as well.
    await useModel('openai/gpt-stub');
    const [start] = dataOf<{ message_id: string }>(events, 'message_start');
    const again = await regenerate(String(start?.message_id));
    expect(ids(await messages(conversation_id))).toEqual([before[0]?.id, again.message.id]);
  });

  test('by its client, after its first words, is what stands there', async () => {
    const { conversation_id, message } = await ask(owner, path, QUESTION);
    await useModel('openai/gpt-stub-slow');
    const { events, close } = await openStream(owner, regeneratePath(message.id), {});
    for await (const { event } of events) if (event === 'delta') break;
    close();
    const [, answer] = await readUntil(
      () => messages(conversation_id),
      ([, last]) => last?.finish_reason === 'aborted',
    );
    expect(answer?.content.length).toBeGreaterThan(0);
    expect(await countUsage()).toBe(2);
  });
});

describe('a question that is put in another’s place', () => {
  test('drops what came after that one, and sees what came before', async () => {
    const [first, edited] = [mark(), mark()];
    const { conversation_id } = await ask(owner, path, `${QUESTION} ${first}`);
    await ask(owner, path, '해외는요?', { conversation_id });
    await ask(owner, path, '국내는요?', { conversation_id });
    const [, , second] = await messages(conversation_id);
    const replace_message_id = second?.id;
    const text = `${OTHER_QUESTION} ${edited}`;
    const { message } = await ask(owner, path, text, { conversation_id, replace_message_id });
    const rows = await messages(conversation_id);
    expect(contents(rows)).toEqual([`${QUESTION} ${first}`, rows[1]?.content, text, message.content]);
    const prompt = JSON.stringify((await callsAbout(edited)).at(-1)?.body.messages);
    expect(prompt).toContain(first);
    expect(prompt).not.toMatch(/해외는요|국내는요/);
    expect(await countUsage()).toBe(4);
  });

  test('names its conversation by that question alone', async () => {
    const { conversation_id } = await ask(owner, path, QUESTION);
    const [question] = await messages(conversation_id);
    const replace_message_id = question?.id;
    const edited = await ask(owner, path, OTHER_QUESTION, { replace_message_id });
    expect(edited.conversation_id).toBe(conversation_id);
    const other = (await ask(owner, path, QUESTION)).conversation_id;
    const body = { message: 'x', replace_message_id, conversation_id: other };
    expectProblem(await owner.post(path, body), 404, 'not_found');
  });

  test('is found by the earlier one’s id too; a question that was dropped is not', async () => {
    const { conversation_id } = await ask(owner, path, QUESTION);
    await ask(owner, path, '해외는요?', { conversation_id });
    const [first, , second] = await messages(conversation_id);
    for (const message of [OTHER_QUESTION, '운송비는요?'])
      await ask(owner, path, message, { replace_message_id: first?.id });
    expect(contents(await messages(conversation_id))).toEqual(['운송비는요?', expect.any(String)]);
    const dropped = { message: 'x', replace_message_id: second?.id };
    expectProblem(await owner.post(path, dropped), 404, 'not_found');
  });

  test('stays with its failed answer, which can be asked for again', async () => {
    const { conversation_id } = await ask(owner, path, QUESTION);
    const [question] = await messages(conversation_id);
    await useModel('openai/gpt-stub-error-500');
    const body = { message: OTHER_QUESTION, replace_message_id: question?.id, stream: false };
    expectProblem(await owner.post(path, body), 502, 'provider_error');
    const [, failed] = await messages(conversation_id);
    expect(failed).toMatchObject({ content: '', finish_reason: 'error' });
    await useModel('openai/gpt-stub');
    const { message } = await regenerate(String(failed?.id));
    expect(contents(await messages(conversation_id))).toEqual([OTHER_QUESTION, message.content]);
  });

  test('leaves no answer behind that was still running for what it replaces', async () => {
    const { conversation_id } = await ask(owner, path, QUESTION);
    const [first] = await messages(conversation_id);
    await useModel('openai/gpt-stub-slow');
    const { events } = await openStream(owner, path, { message: OTHER_QUESTION, conversation_id });
    await events.next();
    await useModel('openai/gpt-stub');
    await ask(owner, path, '운송비는요?', { replace_message_id: first?.id });
    expect((await Array.fromAsync(events)).at(-1)?.event).toBe('done');
    expect(contents(await messages(conversation_id))).toEqual(['운송비는요?', expect.any(String)]);
  });

  test('is an answer’s place for no one: only questions are replaced', async () => {
    const { message } = await ask(owner, path, QUESTION);
    const body = { message: 'x', replace_message_id: message.id };
    expectProblem(await owner.post(path, body), 404, 'not_found');
  });
});

describe('what leaves a conversation', () => {
  test('is neither searched nor exported with it', async () => {
    const word = mark();
    const { conversation_id } = await ask(owner, path, QUESTION);
    await ask(owner, path, word, { conversation_id });
    const [first] = await messages(conversation_id);
    const found = async () =>
      succeeded(await owner.get<{ data: Json[] }>(`${team.path}/conversations?q=${word}`)).data.length;
    expect(await found()).toBe(1);
    await ask(owner, path, OTHER_QUESTION, { replace_message_id: first?.id });
    expect(await found()).toBe(0);
    const exported = await owner.get(`${team.path}/conversations/${conversation_id}/export`);
    expect(exported.text).toContain(OTHER_QUESTION);
    expect(exported.text).not.toContain(word);
  });
});

describe('an Idempotency-Key', () => {
  test('repeats the answer that was given again, and asks no model a second time', async () => {
    const { conversation_id, message } = await ask(owner, path, QUESTION);
    const headers = { 'Idempotency-Key': randomUUID() };
    const post = () => owner.post(regeneratePath(message.id), { stream: false }, { headers });
    const [first, second] = [await post(), await post()];
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await countUsage()).toBe(2);
    expect(await messages(conversation_id)).toHaveLength(2);
  });

  test('asks again after a changed question was not answered', async () => {
    const { conversation_id } = await ask(owner, path, QUESTION);
    const [question] = await messages(conversation_id);
    const headers = { 'Idempotency-Key': randomUUID() };
    const body = { message: OTHER_QUESTION, replace_message_id: question?.id, stream: false };
    await useModel('openai/gpt-stub-error-500');
    expect((await owner.post(path, body, { headers })).status).toBe(502);
    await useModel('openai/gpt-stub');
    expect((await owner.post(path, body, { headers })).status).toBe(200);
    expect(contents(await messages(conversation_id))).toEqual([
      OTHER_QUESTION,
      expect.stringMatching(/14일/),
    ]);
  });
});

describe('the budget', () => {
  test('holds for an answer that is given again, and none stays reserved', async () => {
    const fresh = await newTeam();
    await addText(fresh.owner, fresh.path, '환불 기한은 14일이다.');
    const path = await newBotPath(fresh, { model: 'openai/gpt-4o-mini' });
    const { message } = await ask(fresh.owner, path, QUESTION);
    const again = () =>
      fresh.owner.post(`${fresh.path}/messages/${message.id}/regenerate`, { stream: false });
    succeeded(await fresh.owner.patch(fresh.path, { monthly_budget_usd: 5 }));
    expect((await again()).status).toBe(200);
    const { rows } = await withDatabase((db) =>
      db.query('SELECT FROM reservations WHERE team_id = $1', [fresh.id]),
    );
    expect(rows).toEqual([]);
    succeeded(await fresh.owner.patch(fresh.path, { monthly_budget_usd: 0 }));
    expectProblem(await again(), 429, 'budget_exceeded');
  });
});

describe('only the owner of a conversation', () => {
  test.each([
    ['a colleague', () => newMember(team, 'admin')],
    ['an API key of the same user', () => newKey(team, ['chat'])],
    ['a member of another team', async () => (await newTeam()).owner],
  ])('asks in it again: for %s its messages do not exist', async (_who, make) => {
    const { conversation_id, message } = await ask(owner, path, QUESTION);
    const before = await messages(conversation_id);
    const other = await make();
    expectProblem(await other.post(regeneratePath(message.id), {}), 404, 'not_found');
    const body = { message: 'x', replace_message_id: before[0]?.id };
    expectProblem(await other.post(path, body), 404, 'not_found');
    expect(await messages(conversation_id)).toEqual(before);
  });

  test('and with a key only for bots that it may use', async () => {
    const key = await newKey(team, ['chat']);
    const { message } = await ask(key, path, QUESTION);
    const bots = { bot_ids: [String((await newBotPath(team)).split('/').at(-2))] };
    succeeded(await owner.patch(`${team.path}/api-keys/${key.id}`, bots));
    expectProblem(await key.post(regeneratePath(message.id), {}), 404, 'not_found');
  });
});

test('questions, unknown messages and unknown fields are refused', async () => {
  const { conversation_id } = await ask(owner, path, QUESTION);
  const [question] = await messages(conversation_id);
  for (const id of [String(question?.id), randomUUID(), 'x'])
    expectProblem(await owner.post(regeneratePath(id), {}), 404, 'not_found');
  expectProblem(await owner.post(regeneratePath(randomUUID()), { x: 1 }), 422, 'validation_failed');
  const body = { message: 'x', replace_message_id: 'x' };
  expectProblem(await owner.post(path, body), 422, 'validation_failed');
});
