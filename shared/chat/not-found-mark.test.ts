import type { LlmEvent } from '#shared/llm/request.ts';
import { readOpening, saysNotFound } from './not-found-mark.ts';

async function* stream(...deltas: string[]): AsyncGenerator<LlmEvent, void> {
  yield { type: 'start', model: 'm' };
  for (const text of deltas) yield { type: 'delta', text };
  yield { type: 'usage', input_tokens: 1, output_tokens: 1 };
  yield { type: 'finish', reason: 'stop' };
}

async function read(...deltas: string[]) {
  const { isNotFound, events } = await readOpening(stream(...deltas));
  const all = await Array.fromAsync(events);
  const text = all.map((event) => (event.type === 'delta' ? event.text : '')).join('');
  return { isNotFound, text, types: all.map(({ type }) => type).filter((type) => type !== 'delta') };
}

test.each([
  [['[NOT_FOUND]', ' It is not there.'], 'It is not there.'],
  [['[', 'NOT', '_FO', 'UND', ']\n\n문서에 ', '없습니다.'], '문서에 없습니다.'],
  [['**[NOT_FOUND]** none'], 'none'],
  [['[NOT FOUND]'], ''],
])('the mark is removed, however it is cut: %j', async (deltas, text) => {
  expect(await read(...deltas)).toEqual({ isNotFound: true, text, types: ['start', 'usage', 'finish'] });
});

test.each([
  [['15일', '입니다 [1].']],
  [['[1] says so.']],
  [['[NOTE] take care']],
  [['Not found in [1].']],
  [[]],
])('any other answer stays as it is: %j', async (deltas) => {
  expect(await read(...deltas)).toEqual({
    isNotFound: false,
    text: deltas.join(''),
    types: ['start', 'usage', 'finish'],
  });
});

test('an ordinary answer is held back no longer than its first characters', async () => {
  let sent = 0;
  async function* counted(): AsyncGenerator<LlmEvent, void> {
    for (const text of ['15', '일', '입니다']) {
      sent += 1;
      yield { type: 'delta', text };
    }
  }
  await readOpening(counted());
  expect(sent).toBe(1);
});

test('an error after the first characters comes after them', async () => {
  async function* failing(): AsyncGenerator<LlmEvent, void> {
    yield { type: 'delta', text: '[N' };
    throw new Error('cut off');
  }
  const { events } = await readOpening(failing());
  expect(await events.next()).toMatchObject({ value: { text: '[N' } });
  await expect(events.next()).rejects.toThrow('cut off');
});

test('a model that uses words of its own is understood', () => {
  expect(saysNotFound('제공된 문서에는 해당 내용이 없습니다.')).toBe(true);
  expect(saysNotFound("The documents don't mention a parking fee.")).toBe(true);
  expect(saysNotFound('주차비는 3천 원입니다.')).toBe(false);
});
