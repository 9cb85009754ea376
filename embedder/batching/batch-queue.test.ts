import { ASSUMED_COSTS } from './batch-cost.ts';
import { BatchQueue } from './batch-queue.ts';

type QueuedText = { tokens: number; order: number };

function queueOf(...lengths: number[]): BatchQueue<QueuedText> {
  const queue = new BatchQueue<QueuedText>();
  for (const [order, tokens] of lengths.entries()) queue.add([{ order, tokens }]);
  return queue;
}

function lengthsOf(batch: QueuedText[]): number[] {
  return batch.map(({ tokens }) => tokens);
}

test('a batch has the text that waits longest and those of its length', () => {
  expect(lengthsOf(queueOf(32, 200, 32, 7, 32).take(256, ASSUMED_COSTS))).toEqual([32, 32, 32]);
});

test('a batch fits its token budget with padding; a longer text runs alone', () => {
  const queue = queueOf(100, 100, 100, 300);
  expect(lengthsOf(queue.take(256, ASSUMED_COSTS))).toEqual([100, 100]);
  expect(lengthsOf(queue.take(256, ASSUMED_COSTS))).toEqual([100]);
  expect(lengthsOf(queue.take(256, ASSUMED_COSTS))).toEqual([300]);
  expect(queue).toMatchObject({ tokens: 0, size: 0 });
});

test('texts are not padded together where two batches are cheaper', () => {
  expect(lengthsOf(queueOf(20, 60).take(256, ASSUMED_COSTS))).toEqual([20]);
});

test('over a mixed load padding stays within 2 % and the oldest is always served', () => {
  let seed = 7;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const gauss = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const length = () => Math.round(Math.min(200, Math.max(5, Math.exp(Math.log(32) + 0.8 * gauss()))));
  const queue = queueOf(...Array.from({ length: 64 }, length));
  let next = 64;
  let [real, padded, oldest] = [0, 0, 0];
  const taken = new Set<number>();
  for (let turn = 0; turn < 500; turn += 1) {
    const batch = queue.take(256, ASSUMED_COSTS);
    expect(batch.some(({ order }) => order === oldest)).toBe(true);
    for (const { order } of batch) taken.add(order);
    while (taken.has(oldest)) oldest += 1;
    real += batch.reduce((sum, { tokens }) => sum + tokens, 0);
    padded += batch.length * Math.max(...lengthsOf(batch));
    // Refill with as many texts: 64 clients that each wait for their answer.
    for (const _ of batch) queue.add([{ order: next++, tokens: length() }]);
  }
  expect(padded / real).toBeLessThanOrEqual(1.02);
});

test('remove takes out the unwanted texts only', () => {
  const queue = queueOf(5, 6, 7);
  expect(queue.remove(({ order }) => order === 1)).toEqual([{ order: 1, tokens: 6 }]);
  expect(queue).toMatchObject({ tokens: 12, size: 2 });
});

test('an empty queue gives an empty batch', () => {
  expect(new BatchQueue().take(256, ASSUMED_COSTS)).toEqual([]);
});
