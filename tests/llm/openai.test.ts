import { streamLlm } from '#shared/llm/provider.ts';
import { log } from '#shared/observability/log.ts';
import { llmRequest, readAll } from '#tests/support/llm-request.ts';
import { useLlmSettings } from '#tests/support/llm-settings.ts';
import { type LlmStub, startLlmStub } from '#tests/support/llm-stub/stub.ts';
import { until } from '#tests/support/until.ts';

let stub: LlmStub;

beforeEach(async () => {
  stub = await startLlmStub();
  await useLlmSettings({ OPENAI_API_KEY: 'sk-stub', OPENAI_BASE_URL: stub.openAiUrl });
});

afterEach(() => stub.close());

const ask = (model: string, over = {}) =>
  readAll(streamLlm(llmRequest({ model: `openai/${model}`, ...over })));

describe('an OpenAI model', () => {
  test('streams start, deltas, the reported usage and the finish reason', async () => {
    const { events, text, error } = await ask('gpt-stub');
    expect(error).toBeUndefined();
    expect(events[0]).toEqual({ type: 'start', model: 'openai/gpt-stub' });
    expect(text).toBe('문서에 따르면 “연차는 15일입니다.” [1] 그 밖의 내용은 문서에 없습니다 [99].');
    expect(events.filter(({ type }) => type === 'delta').length).toBeGreaterThan(10);
    expect(events.slice(-2)).toEqual([
      { type: 'usage', input_tokens: expect.any(Number), output_tokens: Math.ceil(text.length / 3) },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(stub.requests[0]?.body).toMatchObject({
      model: 'gpt-stub',
      temperature: 0.2,
      max_tokens: 300,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(stub.requests[0]?.headers.authorization).toBe('Bearer sk-stub');
  });

  test.each(['gpt-5-mini', 'gpt-6-luna', 'o4-mini', 'gpt-5-chat-latest'])(
    '%s refuses temperature and max_tokens, and is called without them',
    async (model) => {
      const { text, error } = await ask(model);
      expect(error).toBeUndefined();
      expect(text).toContain('[1]');
      expect(stub.requests[0]?.body).not.toHaveProperty('temperature');
      expect(stub.requests[0]?.body.max_completion_tokens).toBeGreaterThanOrEqual(300);
    },
  );

  test.each([
    ['length', 'length'],
    ['filter', 'content_filter'],
  ])('says why an answer is not whole: %s', async (behaviour, reason) => {
    expect((await ask(`gpt-stub-${behaviour}`)).last).toEqual({ type: 'finish', reason });
  });

  test('tokens are estimated when none are reported', async () => {
    const { events } = await ask('gpt-stub-no-usage');
    const usage = events.find((event) => event.type === 'usage');
    expect(usage?.input_tokens).toBeGreaterThan(10);
    expect(usage?.output_tokens).toBeGreaterThan(10);
  });

  test('an aborted call closes its connection to the provider and throws the reason of the abort', async () => {
    const controller = new AbortController();
    const events = streamLlm(llmRequest({ model: 'openai/gpt-stub-slow', signal: controller.signal }));
    await events.next();
    await events.next();
    controller.abort(new Error('the client went away'));
    expect((await readAll(events)).error).toEqual(new Error('the client went away'));
    await until(() => stub.requests[0]?.aborted === true);
  });

  test('a call aborted before its first token closes its connection and is not retried', async () => {
    const controller = new AbortController();
    const pending = readAll(
      streamLlm(llmRequest({ model: 'openai/gpt-stub-never', signal: controller.signal })),
    );
    await until(() => stub.requests.length === 1);
    controller.abort(new Error('the client went away'));
    expect((await pending).error).toEqual(new Error('the client went away'));
    await until(() => stub.requests[0]?.aborted === true);
    expect(stub.requests).toHaveLength(1);
  });

  test('a reader that stops closes the connection to the provider', async () => {
    for await (const event of streamLlm(llmRequest({ model: 'openai/gpt-stub-slow' }))) {
      if (event.type === 'delta') break;
    }
    await until(() => stub.requests[0]?.aborted === true);
  });
});

describe('a failing OpenAI model', () => {
  test.each(['gpt-stub-500-then-ok', 'gpt-stub-429-then-ok'])(
    '%s: the call is retried and answers',
    async (model) => {
      const { text, error } = await ask(model);
      expect(error).toBeUndefined();
      expect(text).toContain('[1]');
      expect(stub.requests).toHaveLength(2);
    },
  );

  test.each(['error-429', 'error-500', 'error-503', 'garbage', 'empty', 'unfinished'])(
    '%s on every call is a retryable provider_error',
    async (behaviour) => {
      const { error } = await ask(`gpt-stub-${behaviour}`);
      expect(error).toMatchObject({ code: 'provider_error', status: 502, retryAfterSeconds: 1 });
    },
  );

  test('a long retry-after is not waited for, but passed on to the client', async () => {
    const { error } = await ask('gpt-stub-429-later');
    expect(error).toMatchObject({ code: 'provider_error', retryAfterSeconds: 30 });
    expect(stub.requests).toHaveLength(1);
  });

  test('a model that thinks up to its limit fails with the name of the setting to raise', async () => {
    const { error } = await ask('gpt-stub-wordless');
    expect(error).toMatchObject({ code: 'provider_error', retryAfterSeconds: undefined });
    expect(String(error)).toContain('max_output_tokens');
  });

  test('is called three times at most', async () => {
    await ask('gpt-stub-error-500');
    expect(stub.requests).toHaveLength(3);
  });

  test.each([
    ['error-400', 'provider_error'],
    ['error-401', 'provider_error'],
    ['error-402', 'provider_error'],
    ['error-403', 'provider_error'],
    ['error-404', 'unknown_model'],
    ['error-413', 'input_too_long'],
  ])('%s cannot be helped by asking again', async (behaviour, code) => {
    const { error } = await ask(`gpt-stub-${behaviour}`);
    expect(error).toMatchObject({ code, retryAfterSeconds: undefined });
    expect(stub.requests).toHaveLength(1);
  });

  test('leaves the provider’s reason in the log, where an operator finds it', async () => {
    const warn = import.meta.jest.spyOn(log, 'warn').mockImplementation(() => {});
    try {
      await ask('gpt-stub-error-400');
      expect(warn).toHaveBeenCalledWith(
        'A call of a language model failed',
        expect.objectContaining({ reason: '400 We could not parse the body of your request.' }),
      );
    } finally {
      warn.mockRestore();
    }
  });

  test('never shows the provider’s message, which may quote an API key', async () => {
    const { error } = await ask('gpt-stub-401');
    expect(String(error)).not.toContain('sk-');
  });

  test('a refused connection is a retryable provider_error', async () => {
    await stub.close();
    expect((await ask('gpt-stub')).error).toMatchObject({ code: 'provider_error', retryAfterSeconds: 1 });
  });

  test.each(['cut', 'error-event'])(
    '%s after the first token ends the stream without a second call',
    async (kind) => {
      const { events, text, error } = await ask(`gpt-stub-${kind}`);
      expect(text).toMatch(/^문서에 따르면/);
      expect(events.filter(({ type }) => type === 'start')).toHaveLength(1);
      expect(error).toMatchObject({ code: 'provider_error', retryAfterSeconds: 1 });
      expect(stub.requests).toHaveLength(1);
    },
  );

  test.each(['never', 'hang'])('%s is a provider_timeout and closes the connection', async (kind) => {
    await useLlmSettings({
      OPENAI_API_KEY: 'sk-stub',
      OPENAI_BASE_URL: stub.openAiUrl,
      LLM_TIMEOUT_MS: '150',
    });
    expect((await ask(`gpt-stub-${kind}`)).error).toMatchObject({ code: 'provider_timeout', status: 504 });
    await until(() => stub.requests[0]?.aborted === true);
    expect(stub.requests).toHaveLength(1);
  });

  test('an answer that stalls is a provider_timeout, and its text so far is kept', async () => {
    await useLlmSettings({
      OPENAI_API_KEY: 'sk-stub',
      OPENAI_BASE_URL: stub.openAiUrl,
      LLM_TIMEOUT_MS: '300',
    });
    const { text, error } = await ask('gpt-stub-stall');
    expect(text).toMatch(/^문서에/);
    expect(error).toMatchObject({ code: 'provider_timeout' });
    await until(() => stub.requests[0]?.aborted === true);
  });

  test('a rotated API key is read again and the call repeated once', async () => {
    await stub.close();
    stub = await startLlmStub({ keys: ['sk-new'] });
    await useLlmSettings({ OPENAI_API_KEY: 'sk-old', OPENAI_BASE_URL: stub.openAiUrl });
    process.env.OPENAI_API_KEY = 'sk-new';
    expect((await ask('gpt-stub')).error).toBeUndefined();
    expect(stub.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-old',
      'Bearer sk-new',
    ]);
  });
});
