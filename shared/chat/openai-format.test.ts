import { AppError } from '#shared/core/errors.ts';
import { openAiError } from '#shared/core/problem.ts';
import { type AnswerFormat, type ChatEvent, readAnswer, streamAnswer } from './answer.ts';
import { openAiFormat, toOpenAiCompletion } from './openai-format.ts';
import { namedEventFormat } from './stream-events.ts';

const CITATION = {
  index: 1,
  chunk_id: 'c',
  document_id: 'd',
  title: 'f',
  filename: 'f.pdf',
  page: 1,
  quote: '15일',
  start: 0,
  end: 7,
  url: 'https://api.example.com/documents/d?chunk=c',
  boxes: [],
  verified: true,
  missing: [],
};

const EVENTS: ChatEvent[] = [
  { type: 'delta', text: '15일 ' },
  { type: 'delta', text: '[1]' },
  { type: 'citation', ...CITATION },
  { type: 'usage', input_tokens: 10, output_tokens: 4, cost_usd: 0.001, model: 'openai/gpt-6-luna' },
  { type: 'done', finish_reason: 'no_context' },
];

const META = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'bot-id' };

async function* stream(events: ChatEvent[], failure?: unknown): AsyncGenerator<ChatEvent, void> {
  yield* events;
  if (failure) throw failure;
}

const save = () => Promise.resolve();

function frames<Frame>(events: AsyncIterable<ChatEvent>, format: AnswerFormat<Frame>): Promise<Frame[]> {
  return Array.fromAsync(streamAnswer(events, { save, format }));
}

describe("OpenAI's format", () => {
  test('a stream has the role, the text, then the finish reason with the citations', async () => {
    const chunks = await frames(stream(EVENTS), openAiFormat({ ...META, includeUsage: false }));
    const choice = (delta: object, finish_reason: string | null = null) => ({
      ...META,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    });
    expect(chunks).toEqual([
      choice({ role: 'assistant', content: '' }),
      choice({ content: '15일 ' }),
      choice({ content: '[1]' }),
      choice({ citations: [CITATION] }, 'stop'),
    ]);
  });

  test('usage is in a chunk without choices, and only on request', async () => {
    const chunks = await frames(stream(EVENTS), openAiFormat({ ...META, includeUsage: true }));
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    });
    expect(chunks.slice(0, -1).every((chunk) => 'usage' in chunk && chunk.usage === null)).toBe(true);
  });

  test('a failed stream ends in OpenAI’s error object', async () => {
    const failing = stream(EVENTS.slice(0, 1), new AppError('provider_timeout', 'Too slow.'));
    const chunks = await frames(failing, openAiFormat({ ...META, includeUsage: true }));
    expect(chunks.at(-1)).toEqual({
      error: { message: 'Too slow.', type: 'server_error', code: 'provider_timeout', param: null },
    });
  });

  test('a completion contains the whole answer, its citations and its usage', async () => {
    expect(toOpenAiCompletion(await readAnswer(stream(EVENTS), save), META)).toEqual({
      ...META,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '15일 [1]', refusal: null, citations: [CITATION] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    });
  });

  test('an error has a type that OpenAI clients know, and the name of the invalid field', () => {
    expect(openAiError(new AppError('invalid_token', 'Bad key.')).error).toMatchObject({
      type: 'authentication_error',
      code: 'invalid_token',
      param: null,
    });
    const fields = [{ path: 'model', message: 'is missing' }];
    expect(openAiError(new AppError('validation_failed', 'Not valid.', { fields })).error).toEqual({
      message: 'Not valid.',
      type: 'invalid_request_error',
      code: 'validation_failed',
      param: 'model',
    });
  });
});

describe('the named events of a stream', () => {
  test('are the events of the answer under their own names', async () => {
    expect(await frames(stream(EVENTS.slice(2)), namedEventFormat([]))).toEqual([
      { event: 'citation', data: CITATION },
      {
        event: 'usage',
        data: { input_tokens: 10, output_tokens: 4, cost_usd: 0.001, model: 'openai/gpt-6-luna' },
      },
      { event: 'done', data: { finish_reason: 'no_context' } },
    ]);
  });

  test.each([
    ['provider_error', 1, true],
    ['provider_error', undefined, false],
    ['provider_timeout', undefined, true],
    ['unknown_model', undefined, false],
  ] as const)('end in one error: %s with retry after %s is retryable: %s', async (code, wait, retryable) => {
    const error = new AppError(code, 'Public words.', wait ? { retryAfterSeconds: wait } : {});
    const events = await frames(stream([], error), namedEventFormat([]));
    expect(events).toEqual([{ event: 'error', data: { code, message: 'Public words.', retryable } }]);
  });

  test('contain nothing of an unexpected error', async () => {
    const [event] = await frames(stream([], new Error('password is hunter2')), namedEventFormat([]));
    expect(event?.data).toMatchObject({ code: 'internal_error' });
    expect(JSON.stringify(event)).not.toContain('hunter2');
  });
});
