import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import OpenAI from 'openai';
import { type AnswerRecord, type ChatEvent, readAnswer, streamAnswer } from '#shared/chat/answer.ts';
import { answerQuestion, type ChatBot } from '#shared/chat/answer-question.ts';
import { openAiFormat } from '#shared/chat/openai-format.ts';
import { Spending } from '#shared/chat/spending.ts';
import { namedEventFormat } from '#shared/chat/stream-events.ts';
import { openAiSseStream, sseStream } from '#shared/http/sse.ts';
import { detectLanguage } from '#shared/text/language.ts';
import { passage } from '#tests/support/llm-request.ts';
import { useLlmSettings } from '#tests/support/llm-settings.ts';
import { type LlmStub, startLlmStub } from '#tests/support/llm-stub/stub.ts';
import { until } from '#tests/support/until.ts';

let stub: LlmStub;

beforeEach(async () => {
  stub = await startLlmStub();
  await useLlmSettings({
    OPENAI_API_KEY: 'sk-stub',
    OPENAI_BASE_URL: stub.openAiUrl,
    ANTHROPIC_API_KEY: 'sk-ant-stub',
    ANTHROPIC_BASE_URL: stub.url,
  });
});

afterEach(() => stub.close());

const BOT: ChatBot = {
  name: '인사 도우미',
  description: '',
  instructions: '',
  greeting: '',
  starters: [],
  language: 'auto',
  model: 'openai/gpt-stub',
  fallback_model: null,
  temperature: 0.2,
  max_output_tokens: 300,
  no_answer: 'refuse',
  links: 'cited',
};

const PASSAGES = [
  passage(1, '연차는 15일입니다. 병가는 60일입니다.'),
  passage(2, '재택근무는 주 2회 할 수 있습니다.'),
];

function ask(bot: Partial<ChatBot> = {}, turn: Partial<Parameters<typeof answerQuestion>[0]> = {}) {
  return answerQuestion({
    bot: { ...BOT, ...bot },
    question: '연차는 며칠인가요?',
    history: [],
    turn: { kind: 'documents' },
    query: turn.question ?? '연차는 며칠인가요?',
    passages: PASSAGES,
    documents: null,
    spending: new Spending(),
    timeZone: 'Asia/Seoul',
    signal: new AbortController().signal,
    ...turn,
  });
}

let saved: AnswerRecord | undefined;
const save = (answer: AnswerRecord) => Promise.resolve(void (saved = answer));
const read = (events: AsyncIterable<ChatEvent>) => readAnswer(events, save);

describe('answering a question', () => {
  test.each(['openai/gpt-stub', 'anthropic/claude-stub', 'builtin/extractive'])(
    '%s: text, citations with quotes, one usage and one done',
    async (model) => {
      const events: ChatEvent[] = await Array.fromAsync(ask({ model }));
      expect(events.slice(-2).map(({ type }) => type)).toEqual(['usage', 'done']);
      const answer = await read(Readable.from(events));
      expect(answer.content).toContain('“연차는 15일입니다.” [1]');
      expect(answer.content).not.toContain('[99]');
      const [citation] = answer.citations;
      expect(citation).toMatchObject({ index: 1, chunk_id: 'chunk-1', document_id: 'document-1', page: 1 });
      expect(citation?.quote).toBe('연차는 15일입니다.');
      expect(answer.content.slice(citation?.start, citation?.end)).toMatch(/“연차는 15일입니다\.” \[1\]$/);
      expect(answer.usage).toMatchObject({ model });
      expect(answer.usage?.output_tokens).toBeGreaterThan(5);
      expect(answer.finish_reason).toBe('stop');
    },
  );

  test('the cost is that of the model that answered', async () => {
    const { usage } = await read(
      ask({ model: 'openai/gpt-stub-error-500', fallback_model: 'openai/gpt-4o-mini' }),
    );
    expect(usage?.model).toBe('openai/gpt-4o-mini');
    expect(usage?.cost_usd).toBeCloseTo((usage!.input_tokens * 0.15 + usage!.output_tokens * 0.6) / 1e6, 8);
  });

  test('the prompt contains the passages, the history and the rules', async () => {
    await read(ask({}, { history: [{ role: 'user', content: '안녕하세요' }] }));
    const messages = stub.requests[0]?.body.messages as { role: string; content: string }[];
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'user']);
    expect(messages[2]?.content).toContain('재택근무는 주 2회');
  });

  test.each([
    ['연차는 며칠인가요?', 'auto', 'ko'],
    ['How many days?', 'auto', 'en'],
    ['How many days?', 'ko', 'ko'],
  ])(
    'without passages, a bot refuses in the right language and calls no model: %s (%s)',
    async (question, language, spoken) => {
      const answer = await read(ask({ language }, { passages: [], question }));
      expect(detectLanguage(answer.content)).toBe(spoken);
      expect(answer).toMatchObject({ citations: [], finish_reason: 'no_context' });
      expect(answer.usage).toMatchObject({ input_tokens: 0, output_tokens: 0, cost_usd: 0 });
      expect(stub.requests).toHaveLength(0);
    },
  );

  test('a bot that may answer from general knowledge calls its model without passages', async () => {
    const answer = await read(ask({ no_answer: 'general' }, { passages: [] }));
    expect(answer.content).toMatch(/does not come from the documents/);
    expect(answer).toMatchObject({ citations: [], finish_reason: 'stop' });
  });

  test('an aborted answer ends in an estimated usage and done, and keeps its text', async () => {
    const controller = new AbortController();
    async function* abortOnText() {
      for await (const event of ask({ model: 'openai/gpt-stub-slow' }, { signal: controller.signal })) {
        if (event.type === 'delta') controller.abort();
        yield event;
      }
    }
    const answer = await read(abortOnText());
    expect(answer.content).not.toBe('');
    expect(answer.finish_reason).toBe('aborted');
    expect(answer.usage?.input_tokens).toBeGreaterThan(10);
    await until(() => stub.requests[0]?.aborted === true);
  });

  test('an answer that fails midway reports its usage before the error', async () => {
    await expect(read(ask({ model: 'openai/gpt-stub-cut' }))).rejects.toMatchObject({
      code: 'provider_error',
    });
    expect(saved?.content).toMatch(/^문서에/);
    expect(saved?.usage?.output_tokens).toBeGreaterThan(0);
    expect(saved?.finish_reason).toBeNull();
  });

  test('a call that fails before it starts has no usage', async () => {
    await expect(read(ask({ model: 'openai/gpt-stub-error-400' }))).rejects.toMatchObject({
      code: 'provider_error',
    });
    expect(saved?.usage).toBeNull();
  });
});

describe('over HTTP', () => {
  let server: Server;
  let url: string;

  /** Serves answers as the chat function does: `/v1/chat/completions` in OpenAI's format, else named events. */
  beforeEach(async () => {
    server = createServer((request, response) => {
      const controller = new AbortController();
      const model = String(request.headers['x-model'] ?? BOT.model);
      const answer = ask({ model }, { signal: controller.signal });
      const meta = { id: 'chatcmpl-1', created: 1, model: 'bot', includeUsage: true };
      const body = request.url?.endsWith('/completions')
        ? openAiSseStream(streamAnswer(answer, { save, format: openAiFormat(meta) }), { controller })
        : sseStream(streamAnswer(answer, { save, format: namedEventFormat([]) }), { controller });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      body.pipe(response);
      response.on('close', () => body.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const client = () => new OpenAI({ apiKey: 'rag_test', baseURL: `${url}/v1`, maxRetries: 0 });
  const params = {
    model: 'bot',
    messages: [],
    stream: true as const,
    stream_options: { include_usage: true },
  };

  test('the official OpenAI client reads text, finish reason, citations and usage', async () => {
    const chunks = await Array.fromAsync(await client().chat.completions.create(params));
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toContain('[1]');
    const last = chunks.at(-2)?.choices[0];
    expect(last?.finish_reason).toBe('stop');
    expect(last?.delta).toMatchObject({ citations: [{ index: 1, quote: '연차는 15일입니다.' }] });
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(20);
  });

  test('the official OpenAI client throws the error that ends a stream', async () => {
    const stream = await client().chat.completions.create(params, {
      headers: { 'x-model': 'openai/gpt-stub-cut' },
    });
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'provider_error' });
  });

  test('named events end in exactly one done', async () => {
    const text = await (await fetch(url)).text();
    const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    expect(names.filter((name) => name !== 'delta')).toEqual(['citation', 'usage', 'done']);
  });

  test('a client that goes away closes the connection to the provider', async () => {
    const controller = new AbortController();
    const response = await fetch(url, {
      signal: controller.signal,
      headers: { 'x-model': 'openai/gpt-stub-slow' },
    });
    await response.body?.getReader().read();
    controller.abort();
    await until(() => stub.requests[0]?.aborted === true);
  });
});
