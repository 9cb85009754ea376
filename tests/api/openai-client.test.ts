import { randomUUID } from 'node:crypto';
import OpenAI, {
  APIError,
  AuthenticationError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';
import { type Key, newKey, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { type Citation, callsAbout, chunksOf, expectProved, mark, newBotPath } from '#tests/support/chat.ts';
import { pdfFile } from '#tests/support/files.ts';
import { platform } from '#tests/support/platform.ts';
import { readUntil } from '#tests/support/until.ts';
import { addFile, type Document } from '#tests/support/upload.ts';

/** The official client, unmodified, with our base URL and an API key. */
const QUESTION = '연차휴가는 며칠인가요?';

/** The embedding model of the tests' platform. */
const EMBEDDING_MODEL = 'builtin/hashing';

/** Our extension of a message, or of the last chunk of one, which the client's types lack. */
function citationsOf(part: unknown): Citation[] {
  return (part as { citations?: Citation[] } | undefined)?.citations ?? [];
}

let team: Team;
let key: Key;
let client: OpenAI;
let model: string;
let document: Document;

beforeAll(async () => {
  team = await newTeam();
  document = await addFile(
    team.owner,
    team.path,
    pdfFile('취업규칙.pdf', ['표지', '연차휴가는 해마다 15일이며 이월은 5일까지 된다.']),
  );
  key = await newKey(team, ['chat', 'embeddings']);
  client = await clientWith(key.key);
  model = await botOf({});
});

async function clientWith(apiKey: string): Promise<OpenAI> {
  return new OpenAI({ apiKey, baseURL: `${(await platform()).url}/v1`, maxRetries: 0 });
}

async function botOf(bot: object): Promise<string> {
  return String((await newBotPath(team, { ...bot })).split('/').at(-2));
}

const user = (content: string) => ({ role: 'user' as const, content });

async function failure(promise: Promise<unknown>): Promise<APIError> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError) return error;
  throw error;
}

describe('chat completions', () => {
  test('return an answer with verified citations', async () => {
    const completion = await client.chat.completions.create({ model, messages: [user(QUESTION)] });
    expect(completion).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/) as string,
      object: 'chat.completion',
      model,
      created: expect.any(Number) as number,
    });
    const [choice] = completion.choices;
    expect(choice).toMatchObject({
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', refusal: null },
    });
    const citations = citationsOf(choice?.message);
    expect(citations).toMatchObject([{ document_id: document.id, filename: '취업규칙.pdf', page: 2 }]);
    const chunks = await chunksOf(team.owner, team.path, [document.id]);
    expectProved({ text: choice?.message.content ?? '', citations, retrieved: citations }, chunks);
    const { prompt_tokens, completion_tokens, total_tokens } = completion.usage ?? {};
    expect(total_tokens).toBe(Number(prompt_tokens) + Number(completion_tokens));
    expect(prompt_tokens).toBeGreaterThan(0);
  });

  test('stream the same answer in chunks, with its citations in the last one', async () => {
    const whole = await client.chat.completions.create({ model, messages: [user(QUESTION)] });
    const stream = await client.chat.completions.create({ model, messages: [user(QUESTION)], stream: true });
    const chunks = await Array.fromAsync(stream);
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    const last = chunks.at(-1)?.choices[0];
    expect(last?.finish_reason).toBe('stop');
    const citations = citationsOf(last?.delta);
    expect(citations).toHaveLength(1);
    expect(citations).toEqual(citationsOf(whole.choices[0]?.message));
    expect(new Set(chunks.map(({ id, model: of }) => `${id} ${of}`)).size).toBe(1);
    expect(chunks.every((chunk) => chunk.usage === undefined)).toBe(true);
  });

  test('streams report the usage on request, in a separate chunk', async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: [user(QUESTION)],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const last = chunks.at(-1);
    expect(last?.choices).toEqual([]);
    expect(last?.usage?.total_tokens).toBeGreaterThan(0);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  test('work with the client’s own helper for streams', async () => {
    const stream = client.chat.completions.stream({ model, messages: [user(QUESTION)] });
    expect(await stream.finalContent()).toContain('연차휴가는 해마다 15일이며');
  });

  test('use the earlier messages, and follow the system message', async () => {
    const word = mark();
    await client.chat.completions.create({
      model,
      messages: [
        { role: 'system', content: `존댓말로 답하세요 ${word}` },
        user('연차휴가는 며칠인가요?'),
        { role: 'assistant', content: '15일입니다 [1].' },
        user([{ type: 'text', text: '이월은요?' }] as unknown as string),
      ],
      temperature: 0.9,
      max_completion_tokens: 77,
    });
    const [call] = await callsAbout(word);
    const messages = call?.body.messages as { role: string; content: string }[];
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages.at(-1)?.content).toContain('이월은요?');
    expect(messages[0]?.content).toContain(word);
    expect(call?.body).toMatchObject({ temperature: 0.9 });
    expect(call?.body.max_tokens ?? call?.body.max_completion_tokens).toBe(77);
  });

  test.each(['max_tokens', 'max_completion_tokens'])(
    'cannot have more than the bot gives, by %s or by temperature',
    async (field) => {
      const word = mark();
      const tame = await botOf({ max_output_tokens: 50, temperature: 0, instructions: '짧게 답하세요.' });
      await client.chat.completions.create({
        model: tame,
        messages: [{ role: 'developer', content: `Say everything you know. ${word}` }, user(QUESTION)],
        temperature: 2,
        [field]: 32_000,
      });
      const [call] = await callsAbout(word);
      expect(call?.body.max_tokens ?? call?.body.max_completion_tokens).toBe(50);
      expect(call?.body.temperature).toBe(1);
      const [system] = (call?.body.messages ?? []) as { content: string }[];
      const [team = '', caller = ''] = (system?.content ?? '').split('<caller>\n');
      expect(team).toContain('짧게 답하세요.');
      expect(team).not.toContain(word);
      expect(caller).toContain(word);
    },
  );

  test('go on after a message with an image, a null or a tool in it', async () => {
    const word = mark();
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
    const messages = [
      user([{ type: 'text', text: `이 사진 좀 봐 주세요 ${word}` }, image] as unknown as string),
      { role: 'assistant', content: null, refusal: null, tool_calls: [] },
      { role: 'tool', content: '{}', tool_call_id: 'x' },
      user([{ type: 'text', text: '연차휴가는 며칠인가요?' }, image] as unknown as string),
    ];
    const completion = await client.chat.completions.create({
      model,
      messages: messages as OpenAI.ChatCompletionMessageParam[],
    });
    expect(completion.choices[0]?.message.content).toContain('15일');
    const call = (await callsAbout(word)).at(-1);
    const sent = call?.body.messages as { role: string; content: string }[];
    expect(sent[0]?.content).toMatch(/images or files[^]*left out/);
    expect(sent.at(-1)?.content).toContain('연차휴가는 며칠인가요?');
  });

  test('with nothing found are a refusal with finish_reason stop', async () => {
    const completion = await client.chat.completions.create({
      model,
      messages: [user('광합성이란 무엇인가요?')],
    });
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop' });
    expect(completion.choices[0]?.message.content).toMatch(/^죄송합니다/);
  });

  test('that the client aborts end the call of the model, and are billed', async () => {
    const word = mark();
    const slow = await botOf({ model: 'openai/gpt-stub-slow' });
    const stream = await client.chat.completions.create({
      model: slow,
      messages: [user(`${QUESTION} ${word}`)],
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    stream.controller.abort();
    await readUntil(
      () => callsAbout(word),
      ([call]) => call?.aborted === true,
    );
    const usage = async () =>
      succeeded(await team.owner.get<{ data: { group: string }[] }>(`${team.path}/usage?group_by=bot`)).data;
    await readUntil(usage, (data) => data.some(({ group }) => group === slow));
  });

  test('store no conversation', async () => {
    await client.chat.completions.create({ model, messages: [user(QUESTION)] });
    expect(succeeded(await key.get(`${team.path}/conversations`))).toEqual({ data: [], next_cursor: null });
  });
});

describe('errors are those of the client’s own classes', () => {
  const create = (over: object, using = client) =>
    failure(using.chat.completions.create({ model, messages: [user(QUESTION)], ...over }));

  test('for an invalid key', async () => {
    for (const wrong of ['sk-openai', `${key.key.slice(0, -1)}0`, 'rag_']) {
      const error = await create({}, await clientWith(wrong));
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.type).toBe('authentication_error');
    }
  });

  test('for an unknown model, or another team’s', async () => {
    const other = await newTeam();
    const foreign = String((await newBotPath(other)).split('/').at(-2));
    const errors = [];
    for (const missing of ['gpt-4o', randomUUID(), foreign]) errors.push(await create({ model: missing }));
    for (const error of errors) expect(error).toBeInstanceOf(NotFoundError);
    expect(errors[2]?.message).toBe(errors[1]?.message);
  });

  test('for a key without the scope', async () => {
    const error = await create({}, await clientWith((await newKey(team, ['search'])).key));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error.code).toBe('insufficient_scope');
  });

  test('for a budget that is used up', async () => {
    const broke = await newKey(team, ['chat'], { monthly_budget_usd: 0 });
    const priced = await botOf({ model: 'openai/gpt-4o-mini' });
    const error = await create({ model: priced }, await clientWith(broke.key));
    expect(error).toBeInstanceOf(RateLimitError);
    expect([error.code, error.type]).toEqual(['budget_exceeded', 'insufficient_quota']);
  });

  test.each([
    ['no messages', { messages: [] }, 'messages'],
    [
      'a last message that is no question',
      { messages: [user('a'), { role: 'assistant', content: 'b' }] },
      'messages',
    ],
    ['a temperature out of range', { temperature: 3 }, 'temperature'],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      'messages',
    ],
  ])('for %s', async (_what, over, param) => {
    const error = await create(over);
    expect(error).toBeInstanceOf(UnprocessableEntityError);
    expect(error.code).toBe('validation_failed');
    expect(error.param).toMatch(new RegExp(`^${param}`));
  });

  test('for a model that fails before it answers, and in the middle of a stream', async () => {
    const dead = await create({ model: await botOf({ model: 'openai/gpt-stub-error-500' }) });
    expect([dead.status, dead.code]).toEqual([502, 'provider_error']);
    const cut = await botOf({ model: 'openai/gpt-stub-cut' });
    const stream = await client.chat.completions.create({
      model: cut,
      messages: [user(QUESTION)],
      stream: true,
    });
    let text = '';
    const error = await failure(
      (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      })(),
    );
    expect(error.code).toBe('provider_error');
    expect(text).toMatch(/^문서에/);
  });
});

describe('models', () => {
  test('are the bots', async () => {
    const models = await Array.fromAsync(client.models.list());
    expect(models.find(({ id }) => id === model)).toMatchObject({ object: 'model', owned_by: team.id });
  });
});

describe('embeddings', () => {
  test('are unit vectors, the same as floats and as base64', async () => {
    const input = ['연차휴가는 15일이다.', 'The robot carries 200 kg.'];
    const floats = await client.embeddings.create({
      model: EMBEDDING_MODEL,
      input,
      encoding_format: 'float',
    });
    const packed = await client.embeddings.create({ model: EMBEDDING_MODEL, input });
    expect(floats.data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
      [0, 384],
      [1, 384],
    ]);
    for (const [i, { embedding }] of floats.data.entries()) {
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 4);
      for (const [at, value] of embedding.entries())
        expect(packed.data[i]?.embedding[at]).toBeCloseTo(value, 5);
    }
    expect(floats.usage.prompt_tokens).toBeGreaterThan(0);
    expect(floats.usage.total_tokens).toBe(floats.usage.prompt_tokens);
  });

  test('take one text as well', async () => {
    const { data } = await client.embeddings.create({ model: EMBEDDING_MODEL, input: '하나' });
    expect(data).toHaveLength(1);
  });

  test('need a key with the scope, a model that is served, and something to embed', async () => {
    const create = async (apiKey: string, input: string | string[]) =>
      failure((await clientWith(apiKey)).embeddings.create({ model: EMBEDDING_MODEL, input }));
    expect(await create('rag_wrong', 'x')).toBeInstanceOf(AuthenticationError);
    expect(await create((await newKey(team, ['chat'])).key, 'x')).toBeInstanceOf(PermissionDeniedError);
    const unknown = await failure(client.embeddings.create({ model: 'text-embedding-3-small', input: 'x' }));
    expect(unknown).toBeInstanceOf(NotFoundError);
    for (const nothing of ['', []]) expect([400, 422]).toContain((await create(key.key, nothing)).status);
  });
});
