import OpenAI from 'openai';
import { type Client, expectProblem, newKey, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { ask, callsAbout, mark, newBotPath } from '#tests/support/chat.ts';
import { platform } from '#tests/support/platform.ts';
import { answerText, dataOf, outline, readStream } from '#tests/support/sse.ts';
import { addText } from '#tests/support/upload.ts';

const QUESTION = '환불 기한은 며칠인가요?';

type Sum = { group: string; requests: number; input_tokens: number; output_tokens: number; cost_usd: number };

let team: Team;
let owner: Client;
let word: string;

beforeEach(async () => {
  team = await newTeam();
  owner = team.owner;
  word = mark();
  await addText(owner, team.path, '# 환불\n\n환불 기한은 설치한 날부터 14일이며 운송비는 고객이 부담한다.');
});

const usage = async () =>
  succeeded(await owner.get<{ data: Sum[] }>(`${team.path}/usage?group_by=model`)).data;

describe.each(['openai/gpt-6.2-astra', 'anthropic/claude-opus-5-5'])('calls of %s', (model) => {
  test.each([
    ['that think up to their limit', 'wordless', 1],
    ['that bring no word', 'empty', 3],
  ])('%s are paid for, each of them, and so count against a budget', async (_what, behaviour, calls) => {
    const path = await newBotPath(team, { model });
    const message = `${QUESTION} ${word} stub:${behaviour}`;
    expectProblem(await owner.post(path, { message, stream: false }), 502, 'provider_error');
    expect(await callsAbout(word)).toHaveLength(calls);
    const [sum, ...others] = await usage();
    expect(others).toEqual([]);
    expect(sum).toMatchObject({ group: model, requests: 1, output_tokens: calls });
    expect(sum?.input_tokens).toBeGreaterThan(100 * calls);
    expect(sum?.cost_usd).toBeGreaterThan(0);
    succeeded(await owner.patch(team.path, { monthly_budget_usd: 0 }));
    expectProblem(await owner.post(path, { message: QUESTION, stream: false }), 429, 'budget_exceeded');
  });

  test('that bring no word are in the usage of a stream, before its error', async () => {
    const path = await newBotPath(team, { model });
    const events = await readStream(owner, path, { message: `${QUESTION} stub:wordless` });
    expect(outline(events)).toBe('message_start retrieval usage error');
    const [used] = dataOf<Sum>(events, 'usage');
    expect(used?.cost_usd).toBeGreaterThan(0);
    expect(await usage()).toMatchObject([{ requests: 1, cost_usd: used?.cost_usd }]);
  });
});

test('a question calls providers three times at most: its rewriting, retries and the fallback together', async () => {
  const path = await newBotPath(team);
  const { conversation_id } = await ask(owner, path, QUESTION);
  succeeded(
    await owner.patch(path.replace(/\/chat$/, ''), {
      model: 'openai/gpt-stub-error-500',
      fallback_model: 'anthropic/claude-stub-error-529',
    }),
  );
  const message = `그건 언제부터인가요? ${word}`;
  expectProblem(await owner.post(path, { message, conversation_id, stream: false }), 502, 'provider_error');
  expect((await callsAbout(word)).map(({ model }) => model)).toEqual([
    'gpt-stub-error-500',
    'gpt-stub-error-500',
    'claude-stub-error-529',
  ]);
});

test.each(['error-429', 'error-500'])(
  'an OpenAI client with its own retries does not multiply the calls: %s',
  async (behaviour) => {
    const path = await newBotPath(team, { model: `openai/gpt-stub-${behaviour}` });
    const { key } = await newKey(team, ['chat']);
    const client = new OpenAI({ apiKey: key, baseURL: `${(await platform()).url}/v1` });
    const messages = [{ role: 'user' as const, content: `${QUESTION} ${word}` }];
    const asked = client.chat.completions.create({ model: String(path.split('/').at(-2)), messages });
    await expect(asked).rejects.toMatchObject({ status: 502, code: 'provider_error' });
    expect(await callsAbout(word)).toHaveLength(3);
  },
);

test('a wait that a provider asks for is passed on, not used up by retries', async () => {
  const path = await newBotPath(team, { model: 'openai/gpt-stub-429-later' });
  const answer = await owner.post(path, { message: `${QUESTION} ${word}`, stream: false });
  expectProblem(answer, 502, 'provider_error');
  expect(answer.headers.get('retry-after')).toBe('30');
  expect(await callsAbout(word)).toHaveLength(1);
});

describe('an answer that a content filter', () => {
  test.each([
    ['openai/gpt-stub-filter', 'auto', /^콘텐츠 필터가/],
    ['anthropic/claude-stub-filter', 'en', /^A content filter/],
  ])('withheld says so, in the language of the answer: %s', async (model, language, words) => {
    const path = await newBotPath(team, { model, language });
    const events = await readStream(owner, path, { message: QUESTION });
    expect(outline(events)).toBe('message_start retrieval delta usage done');
    expect(answerText(events)).toMatch(words);
    expect(events.at(-1)?.data).toEqual({ finish_reason: 'content_filter' });
  });

  test('broke off has the refusal in a paragraph of its own', async () => {
    const { message } = await ask(
      owner,
      await newBotPath(team, { model: 'openai/gpt-stub-refusal' }),
      QUESTION,
    );
    expect(message.finish_reason).toBe('content_filter');
    expect(message.content).toMatch(/없습니다\.\n\nI can't help with that\.$/);
  });
});

test('a server that does not stream though asked to is read whole, in one call', async () => {
  const path = await newBotPath(team, { model: 'openai/gpt-stub-plain' });
  const { message } = await ask(owner, path, `${QUESTION} ${word}`);
  expect(message).toMatchObject({ finish_reason: 'stop', citations: [{ index: 1 }] });
  expect(message.usage.output_tokens).toBeGreaterThan(5);
  expect(await callsAbout(word)).toHaveLength(1);
});
