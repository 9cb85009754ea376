import { type Client, expectProblem, newKey, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { ask, callsAbout, conversationOf, mark, messagesOf, newBotPath } from '#tests/support/chat.ts';
import { answerText, dataOf, openStream, outline, readStream } from '#tests/support/sse.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText } from '#tests/support/upload.ts';

const QUESTION = '환불 기한은 며칠인가요?';

let team: Team;
let owner: Client;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  await addText(owner, team.path, '# 환불\n\n환불 기한은 설치한 날부터 14일이며 운송비는 고객이 부담한다.');
});

describe.each(['openai/gpt', 'anthropic/claude'])('when %s fails', (provider) => {
  test.each([
    ['the connection breaks', 'cut', 'provider_error', true],
    ['an error comes', 'error-event', 'provider_error', true],
    ['it sends no finish reason', 'unfinished', 'provider_error', true],
    ['it sends invalid JSON', 'garbage', 'provider_error', true],
    ['it stops sending', 'stall', 'provider_timeout', true],
  ])(
    'midway because %s, the text so far stays and one error ends the stream',
    async (_why, behaviour, code, retryable) => {
      const path = await newBotPath(team, { model: `${provider}-stub-${behaviour}` });
      const events = await readStream(owner, path, { message: QUESTION });
      expect(outline(events)).toBe('message_start retrieval delta usage error');
      expect(dataOf(events, 'error')).toEqual([{ code, message: expect.any(String), retryable }]);
      expect(answerText(events)).toMatch(/^문서에/);
      const [, answer] = await messagesOf(owner, team.path, conversationOf(events));
      expect(answer).toMatchObject({ content: answerText(events), finish_reason: 'error' });
    },
  );

  test('before its first token, a stream ends in one error, and without a stream it is a status', async () => {
    const path = await newBotPath(team, { model: `${provider}-stub-error-500` });
    const events = await readStream(owner, path, { message: QUESTION });
    expect(outline(events)).toBe('message_start retrieval error');
    expect(dataOf(events, 'error')).toMatchObject([{ code: 'provider_error', retryable: true }]);
    const answer = await owner.post(path, { message: QUESTION, stream: false });
    expectProblem(answer, 502, 'provider_error');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.text).not.toContain('The server had an error');
  });

  test('by not responding, the answer is a 504', async () => {
    const path = await newBotPath(team, { model: `${provider}-stub-never` });
    const answer = await owner.post(path, { message: QUESTION, stream: false });
    expectProblem(answer, 504, 'provider_timeout');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  test('by refusing the API key, the error does not contain the key', async () => {
    const path = await newBotPath(team, { model: `${provider}-stub-error-401` });
    const answer = await owner.post(path, { message: QUESTION, stream: false });
    expectProblem(answer, 502, 'provider_error');
    expect(answer.text).not.toMatch(/sk-/);
  });

  test('once and then works, the answer is complete', async () => {
    const path = await newBotPath(team, {
      model: `${provider}-stub-500-then-ok`,
    });
    const { message } = await ask(owner, path, QUESTION);
    expect(message.finish_reason).toBe('stop');
  });

  test('before its first token, the fallback answers, and the usage is the fallback’s', async () => {
    const path = await newBotPath(team, {
      model: `${provider}-stub-error-500`,
      fallback_model: 'openai/gpt-stub',
    });
    const events = await readStream(owner, path, { message: QUESTION });
    expect(events.at(-1)?.data).toEqual({ finish_reason: 'stop' });
    expect(dataOf(events, 'usage')).toMatchObject([{ model: 'openai/gpt-stub' }]);
  });

  test.each([
    ['length', 'length'],
    ['filter', 'content_filter'],
  ])('to finish, the answer says why: %s', async (behaviour, finish_reason) => {
    const path = await newBotPath(team, { model: `${provider}-stub-${behaviour}` });
    const { message } = await ask(owner, path, QUESTION);
    expect(message.finish_reason).toBe(finish_reason);
  });
});

describe('a client that disconnects', () => {
  test('ends the call of the model, and the text so far is saved as aborted', async () => {
    const word = mark();
    const path = await newBotPath(team, { model: 'openai/gpt-stub-slow' });
    const { events, close } = await openStream(owner, path, { message: `${QUESTION} ${word}` });
    let conversationId: unknown;
    let seen = '';
    for await (const { event, data } of events) {
      conversationId ??= data.conversation_id;
      if (event === 'delta') seen += String(data.text);
      if (seen.length > 4) break;
    }
    close();
    const calls = await readUntil(
      () => callsAbout(word),
      ([call]) => call?.aborted === true,
    );
    expect(calls).toHaveLength(1);
    const read = () => messagesOf(owner, team.path, conversationId);
    const [question, answer] = await readUntil(read, (messages) => messages.length === 2);
    expect(question?.content).toContain(word);
    expect(answer).toMatchObject({ role: 'assistant', finish_reason: 'aborted' });
    expect(answer?.content.startsWith(seen)).toBe(true);
    expect(answer?.content).not.toMatch(/없습니다/);
    expect(answer?.usage?.output_tokens).toBeGreaterThan(0);
  });

  test('does not block the answers of others', async () => {
    const slow = await newBotPath(team, { model: 'anthropic/claude-stub-slow' });
    const { events, close } = await openStream(owner, slow, { message: QUESTION });
    await events.next();
    const other = ask(owner, await newBotPath(team), QUESTION);
    close();
    expect((await other).message.finish_reason).toBe('stop');
  });
});

describe('spending', () => {
  type Usage = {
    data: {
      group: string;
      requests: number;
      input_tokens: number;
      output_tokens: number;
      cost_usd: number;
    }[];
  };

  test('is recorded by model, bot, key and day', async () => {
    const fresh = await newTeam();
    await addText(fresh.owner, fresh.path, '환불 기한은 14일이다.');
    const path = await newBotPath(fresh, { model: 'openai/gpt-4o-mini' });
    const key = await newKey(fresh, ['chat', 'usage:read']);
    const answers = [await ask(fresh.owner, path, QUESTION), await ask(key, path, QUESTION)];
    const events = await readStream(key, path, { message: QUESTION });
    const used = [
      ...answers.map(({ message }) => message.usage),
      ...dataOf<{ input_tokens: number; output_tokens: number; cost_usd: number }>(events, 'usage'),
    ];
    const sum = (field: 'input_tokens' | 'output_tokens' | 'cost_usd') =>
      used.reduce((total, usage) => total + usage[field], 0);
    const read = async (group: string) =>
      succeeded(await fresh.owner.get<Usage>(`${fresh.path}/usage?group_by=${group}`)).data;
    const [model] = await read('model');
    expect(model).toMatchObject({
      group: 'openai/gpt-4o-mini',
      requests: 3,
      input_tokens: sum('input_tokens'),
      output_tokens: sum('output_tokens'),
    });
    expect(model?.cost_usd).toBeCloseTo(sum('cost_usd'), 8);
    expect(model?.cost_usd).toBeGreaterThan(0);
    expect(await read('bot')).toMatchObject([{ group: path.split('/').at(-2), requests: 3 }]);
    expect(new Set((await read('key')).map(({ group, requests }) => `${group} ${requests}`))).toEqual(
      new Set(['null 1', `${key.id} 2`]),
    );
    expect(await read('day')).toMatchObject([{ group: new Date().toISOString().slice(0, 10), requests: 3 }]);
  });

  test('stops at an API key’s budget with a 429 and a Retry-After, streamed or not', async () => {
    const key = await newKey(team, ['chat'], { monthly_budget_usd: 0 });
    const path = await newBotPath(team, { model: 'openai/gpt-4o-mini' });
    for (const stream of [true, false]) {
      const answer = await key.post(path, { message: QUESTION, stream });
      expectProblem(answer, 429, 'budget_exceeded');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await ask(owner, path, QUESTION)).message.finish_reason).toBe('stop');
  });

  test('stops when the team’s budget is used up, and continues when it is raised', async () => {
    const fresh = await newTeam();
    await addText(fresh.owner, fresh.path, '환불 기한은 14일이다.');
    const path = await newBotPath(fresh, { model: 'openai/gpt-6.2-astra' });
    succeeded(await fresh.owner.patch(fresh.path, { monthly_budget_usd: 0.01 }));
    const tries = [];
    do tries.push(await fresh.owner.post(path, { message: QUESTION, stream: false }));
    while (tries.at(-1)?.status === 200 && tries.length < 20);
    expect(tries[0]?.status).toBe(200);
    expectProblem(tries.at(-1) ?? fail(), 429, 'budget_exceeded');
    succeeded(await fresh.owner.patch(fresh.path, { monthly_budget_usd: null }));
    expect((await ask(fresh.owner, path, QUESTION)).message.finish_reason).toBe('stop');
  });

  function fail(): never {
    throw new Error('nothing was asked');
  }
});
