import { type AnswerRecord, type ChatEvent, readAnswer, streamAnswer } from './answer.ts';

const USAGE = { input_tokens: 10, output_tokens: 2, cost_usd: 0.1, model: 'openai/gpt-stub' };
const CITATION = {
  index: 1,
  chunk_id: 'c',
  document_id: 'd',
  title: 'f',
  filename: 'f',
  page: 2,
  quote: 'q',
  start: 0,
  end: 7,
  url: 'https://api.example.com/documents/d?chunk=c',
  boxes: [],
  verified: true,
  missing: [],
};

/** Ends as `answerQuestion` does once its signal is aborted. */
async function* answer(signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
  yield { type: 'delta', text: '15일 ' };
  yield { type: 'delta', text: '[1]' };
  yield { type: 'citation', ...CITATION };
  if (!signal.aborted) yield { type: 'delta', text: '입니다.' };
  yield { type: 'usage', ...USAGE };
  yield { type: 'done', finish_reason: signal.aborted ? 'aborted' : 'stop' };
}

async function* failing(): AsyncGenerator<ChatEvent, void> {
  yield { type: 'delta', text: '15' };
  throw new Error('cut off');
}

let saved: AnswerRecord[];
const save = (record: AnswerRecord) => Promise.resolve(void saved.push(structuredClone(record)));

/** Frames that show what was sent, and whether the answer had been saved by then. */
const format = {
  opening: ['opening'],
  formatEvent: ({ type }: ChatEvent) => [saved.length > 0 ? `${type} after the save` : type],
  closing: () => ['closing'],
  formatError: (error: unknown) => `error: ${String(error)}`,
};

beforeEach(() => {
  saved = [];
});

test('an answer adds up to its text, citations, usage and finish reason', async () => {
  const record = await readAnswer(answer(new AbortController().signal), save);
  expect(record).toEqual({
    content: '15일 [1]입니다.',
    citations: [CITATION],
    usage: USAGE,
    finish_reason: 'stop',
  });
  expect(saved).toEqual([record]);
});

test('a streamed answer is saved once, before its last event is sent', async () => {
  const frames = streamAnswer(answer(new AbortController().signal), { save, format });
  expect(await Array.fromAsync(frames)).toEqual([
    'opening',
    'delta',
    'delta',
    'citation',
    'delta',
    'usage',
    'done after the save',
    'closing',
  ]);
  expect(saved).toMatchObject([{ content: '15일 [1]입니다.', finish_reason: 'stop' }]);
});

test('a client that goes away leaves the text it saw, the usage, and that the answer was aborted', async () => {
  const controller = new AbortController();
  const frames = streamAnswer(answer(controller.signal), { save, format });
  for (const _frame of ['opening', '15일 ', '[1]']) await frames.next();
  controller.abort();
  let next = await frames.next();
  while (!next.done) next = await frames.next();
  expect(next.value).toBe(false);
  expect(saved).toEqual([
    { content: '15일 [1]', citations: [CITATION], usage: USAGE, finish_reason: 'aborted' },
  ]);
});

test('an answer whose reader stops is saved as far as it came', async () => {
  const frames = streamAnswer(answer(new AbortController().signal), { save, format });
  for (const _frame of ['opening', '15일 ']) await frames.next();
  await frames.return(false);
  expect(saved).toEqual([{ content: '15일 ', citations: [], usage: null, finish_reason: null }]);
});

describe('an answer that fails', () => {
  test('is saved up to the failure, without a finish reason, and the failure goes on', async () => {
    await expect(readAnswer(failing(), save)).rejects.toThrow('cut off');
    expect(saved).toMatchObject([{ content: '15', finish_reason: null }]);
  });

  test('ends its stream in one error frame, once it is saved', async () => {
    const frames = streamAnswer(failing(), { save, format });
    expect(await Array.fromAsync(frames)).toEqual(['opening', 'delta', 'error: Error: cut off']);
    expect(saved).toMatchObject([{ content: '15', finish_reason: null }]);
  });

  test('to be saved ends in an error instead of its last event', async () => {
    const refuse = () => Promise.reject(new Error('no database'));
    const frames = streamAnswer(answer(new AbortController().signal), { save: refuse, format });
    expect((await Array.fromAsync(frames)).slice(-2)).toEqual(['usage', 'error: Error: no database']);
  });
});
