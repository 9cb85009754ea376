import type { ChatEvent } from './answer.ts';
import { collectAnswer, recording } from './save-answer.ts';

const USAGE = { input_tokens: 10, output_tokens: 2, cost_usd: 0.1, model: 'openai/gpt-stub' };
const CITATION = {
  index: 1,
  chunk_id: 'c',
  document_id: 'd',
  filename: 'f',
  page: 2,
  quote: 'q',
  start: 0,
  end: 7,
};

/** An answer that ends like a real one does once its signal is aborted. */
async function* answer(signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
  yield { type: 'delta', text: '15일 ' };
  yield { type: 'delta', text: '[1]' };
  yield { type: 'citation', ...CITATION };
  if (!signal.aborted) yield { type: 'delta', text: '입니다.' };
  yield { type: 'usage', ...USAGE };
  yield { type: 'done', finish_reason: signal.aborted ? 'aborted' : 'stop' };
}

test('an answer adds up to its text, citations, usage and reason', async () => {
  expect(await collectAnswer(answer(new AbortController().signal))).toEqual({
    content: '15일 [1]입니다.',
    citations: [CITATION],
    usage: USAGE,
    finish_reason: 'stop',
  });
});

test('a reader that goes away leaves the text it saw, what was used, and that it was aborted', async () => {
  const controller = new AbortController();
  const recorded = recording(answer(controller.signal));
  await recorded.events.next();
  await recorded.events.next();
  controller.abort();
  await recorded.events.return();
  expect(recorded.answer).toEqual({
    content: '15일 [1]',
    citations: [CITATION],
    usage: USAGE,
    finish_reason: 'aborted',
  });
});

test('an answer that fails keeps what came before, has no reason, and the failure goes on', async () => {
  async function* failing(): AsyncGenerator<ChatEvent, void> {
    yield { type: 'delta', text: '15' };
    throw new Error('cut off');
  }
  const recorded = recording(failing());
  await expect(Array.fromAsync(recorded.events)).rejects.toThrow('cut off');
  expect(recorded.answer).toMatchObject({ content: '15', finish_reason: null });
});
