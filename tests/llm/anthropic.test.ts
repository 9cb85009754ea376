import { streamLlm } from '#shared/llm/provider.ts';
import { llmRequest, readAll } from '#tests/support/llm-request.ts';
import { useLlmSettings } from '#tests/support/llm-settings.ts';
import { type LlmStub, startLlmStub } from '#tests/support/llm-stub/stub.ts';
import { until } from '#tests/support/until.ts';

let stub: LlmStub;

beforeEach(async () => {
  stub = await startLlmStub();
  await useLlmSettings({ ANTHROPIC_API_KEY: 'sk-ant-stub', ANTHROPIC_BASE_URL: stub.url });
});

afterEach(() => stub.close());

const startsWith = (model: string) => ({ type: 'start', model });

const settings = () => ({
  ANTHROPIC_API_KEY: 'sk-ant-stub',
  ANTHROPIC_BASE_URL: stub.url,
  OPENAI_API_KEY: 'sk-stub',
  OPENAI_BASE_URL: stub.openAiUrl,
});

const ask = (model: string, over = {}) =>
  readAll(streamLlm(llmRequest({ model: `anthropic/${model}`, ...over })));

describe('an Anthropic model', () => {
  test('streams its text without its thinking, then the usage and the finish reason', async () => {
    const { events, text, error } = await ask('claude-stub');
    expect(error).toBeUndefined();
    expect(events[0]).toEqual({ type: 'start', model: 'anthropic/claude-stub' });
    expect(text).toBe('문서에 따르면 “연차는 15일입니다.” [1] 그 밖의 내용은 문서에 없습니다 [99].');
    expect(events.slice(-2)).toEqual([
      { type: 'usage', input_tokens: expect.any(Number), output_tokens: Math.ceil(text.length / 3) },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(events.find((event) => event.type === 'usage')?.input_tokens).toBeGreaterThan(10);
  });

  test.each([
    'claude-haiku-5-5',
    'claude-sonnet-5-5',
    'claude-opus-5-5',
    'claude-fable-5-2',
    'claude-haiku-4-5',
  ])('%s is asked with what API version 2026-10-21 takes', async (model) => {
    expect((await ask(model)).error).toBeUndefined();
    const [call] = stub.requests;
    expect(call?.headers['anthropic-version']).toBe('2026-10-21');
    expect(call?.body).not.toHaveProperty('temperature');
    expect(call?.body).toMatchObject({ model, system: 'Answer from the passages.', stream: true });
    expect(call?.body.max_tokens).toBeGreaterThanOrEqual(300);
  });

  test.each([
    ['length', 'length'],
    ['filter', 'content_filter'],
  ])('says why an answer is not whole: %s', async (behaviour, reason) => {
    expect((await ask(`claude-stub-${behaviour}`)).last).toEqual({ type: 'finish', reason });
  });

  test('an aborted call closes its connection to the provider', async () => {
    const controller = new AbortController();
    const request = llmRequest({ model: 'anthropic/claude-stub-slow', signal: controller.signal });
    for await (const event of streamLlm(request)) if (event.type === 'delta') break;
    controller.abort();
    await until(() => stub.requests[0]?.aborted === true);
  });

  test.each(['claude-stub-529-then-ok', 'claude-stub-500-then-ok'])(
    '%s: the call is retried and answers',
    async (model) => {
      expect((await ask(model)).text).toContain('[1]');
      expect(stub.requests).toHaveLength(2);
    },
  );

  test.each([
    ['error-529', 'provider_error', 1],
    ['error-429', 'provider_error', 1],
    ['error-400', 'provider_error', undefined],
    ['error-401', 'provider_error', undefined],
    ['error-404', 'unknown_model', undefined],
    ['error-413', 'input_too_long', undefined],
    ['error-event', 'provider_error', 1],
    ['cut', 'provider_error', 1],
    ['unfinished', 'provider_error', 1],
    ['garbage', 'provider_error', 1],
  ])('%s is %s', async (behaviour, code, retryAfterSeconds) => {
    expect((await ask(`claude-stub-${behaviour}`)).error).toMatchObject({ code, retryAfterSeconds });
  });

  test('an answer that does not start in time is a provider_timeout', async () => {
    await useLlmSettings({
      ANTHROPIC_API_KEY: 'sk-ant-stub',
      ANTHROPIC_BASE_URL: stub.url,
      LLM_TIMEOUT_MS: '150',
    });
    expect((await ask('claude-stub-hang')).error).toMatchObject({ code: 'provider_timeout' });
    await until(() => stub.requests[0]?.aborted === true);
  });
});

describe('the fallback model', () => {
  const fallbackModel = 'anthropic/claude-stub';

  test.each(['error-500', 'error-401', 'error-404', 'empty'])(
    'answers when the first one fails: %s',
    async (kind) => {
      await useLlmSettings(settings());
      const { events, text, error } = await readAll(
        streamLlm(llmRequest({ model: `openai/gpt-stub-${kind}`, fallbackModel })),
      );
      expect(error).toBeUndefined();
      expect(events[0]).toEqual(startsWith(fallbackModel));
      expect(text).toContain('[1]');
    },
  );

  test('answers when the first one is not configured, or does not start in time', async () => {
    const unconfigured = await readAll(
      streamLlm(llmRequest({ model: 'openai/gpt-4.1-mini', fallbackModel })),
    );
    expect(unconfigured.events[0]).toEqual(startsWith(fallbackModel));
    await useLlmSettings({ ...settings(), LLM_TIMEOUT_MS: '150' });
    const late = await readAll(streamLlm(llmRequest({ model: 'openai/gpt-stub-never', fallbackModel })));
    expect(late.events[0]).toEqual(startsWith(fallbackModel));
  });

  test('is not asked once the first one has sent text', async () => {
    await useLlmSettings(settings());
    const { error } = await readAll(streamLlm(llmRequest({ model: 'openai/gpt-stub-cut', fallbackModel })));
    expect(error).toMatchObject({ code: 'provider_error' });
    expect(stub.requests.map(({ model }) => model)).toEqual(['gpt-stub-cut']);
  });

  test('when both fail, the error is that of the first one', async () => {
    await useLlmSettings(settings());
    const request = llmRequest({
      model: 'openai/gpt-stub-error-404',
      fallbackModel: 'anthropic/claude-stub-error-400',
    });
    expect((await readAll(streamLlm(request))).error).toMatchObject({ code: 'unknown_model' });
  });

  test('a provider without a key is provider_not_configured, an unknown name unknown_model', async () => {
    const { error } = await readAll(streamLlm(llmRequest({ model: 'openai/gpt-4.1-mini' })));
    expect(error).toMatchObject({ code: 'provider_not_configured', status: 422 });
    expect((await readAll(streamLlm(llmRequest({ model: 'openai/gpt-9' })))).error).toMatchObject({
      code: 'unknown_model',
    });
    expect((await readAll(streamLlm(llmRequest({ model: 'nonsense' })))).error).toMatchObject({
      code: 'unknown_model',
    });
  });

  test('the built-in model needs no key and can stand in for any other', async () => {
    await useLlmSettings({});
    const { events, text } = await readAll(
      streamLlm(llmRequest({ model: 'openai/gpt-4.1-mini', fallbackModel: 'builtin/extractive' })),
    );
    expect(events[0]).toEqual(startsWith('builtin/extractive'));
    expect(text).toContain('“연차는 15일입니다.” [1]');
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });
});
