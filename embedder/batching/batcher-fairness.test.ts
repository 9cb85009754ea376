import type { TokenizedText } from './batch-job.ts';
import { Batcher, type Lane } from './batcher.ts';

type Running = { ids: number[]; lane: Lane; finish: () => void; fail: (error: Error) => void };

/** A model whose batches run until the test ends them; the vector of a text is its first id. */
function gatedModel() {
  const batches: Running[] = [];
  const embed = (batch: Int32Array[], lane: Lane) =>
    new Promise<Float32Array[]>((resolve, reject) => {
      const finish = () => resolve(batch.map((ids) => Float32Array.of(ids[0]!)));
      batches.push({ ids: batch.map((ids) => ids[0]!), lane, finish, fail: reject });
    });
  return { batches, embed };
}

function text(id: number, tokens = 10): TokenizedText {
  return { ids: Int32Array.from({ length: tokens }, () => id), tokens };
}

async function flushPromises(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

const INTERACTIVE = { priority: 'interactive' } as const;

test('an interactive request runs before bulk requests that came earlier', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 10_000 });
  const done = [batcher.submit([text(1, 200)]), batcher.submit([text(2, 200), text(3, 200)])];
  done.push(batcher.submit([text(4)], undefined, INTERACTIVE));
  batches[0]!.finish();
  await flushPromises();
  expect(batches.map(({ ids }) => ids)).toEqual([[1], [4]]);
  for (let at = 1; at < 4; at += 1) {
    batches[at]!.finish();
    await flushPromises();
  }
  await expect(Promise.all(done)).resolves.toHaveLength(3);
});

test('a stream of interactive requests does not starve a bulk one', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 10_000 });
  void batcher.submit([text(0, 200)]);
  const passage = batcher.submit([text(1, 200)]);
  for (let id = 10; id < 20; id += 1) void batcher.submit([text(id, 256)], undefined, INTERACTIVE);
  for (let at = 0; at < 6; at += 1) {
    batches[at]!.finish();
    await flushPromises();
  }
  await expect(passage).resolves.toEqual([Float32Array.of(1)]);
});

test('a request is split over the free workers, one batch each', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 10_000, workers: 2 });
  const done = batcher.submit([1, 2, 3, 4].map((id) => text(id, 50)));
  expect(batches.map(({ ids }) => ids)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const next = batcher.submit([text(5)]);
  expect(batches).toHaveLength(2);
  batches[1]!.finish();
  await flushPromises();
  expect(batches[2]!.ids).toEqual([5]);
  for (const { finish } of batches) finish();
  await Promise.all([done, next]);
});

test('a lone text on an idle server runs in the interactive lane; others run in workers', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 10_000, workers: 2, interactiveSessions: 1 });
  const done = [1, 2, 3, 4].map((id) => batcher.submit([text(id)]));
  expect(batches.map(({ lane }) => lane)).toEqual(['interactive', 'worker', 'worker']);
  batches[1]!.finish();
  await flushPromises();
  expect(batches[3]!.lane).toBe('worker');
  for (const { finish } of batches) finish();
  await Promise.all(done);
});

test('while bulk texts keep every worker busy an interactive one runs in the interactive lane at once', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 100_000, workers: 2, interactiveSessions: 1 });
  const ingestion = batcher.submit(Array.from({ length: 40 }, (_, id) => text(id, 200)));
  ingestion.catch(() => undefined);
  // Two batches run, and each worker has its next one already, so that it never waits for the event loop.
  expect(batches.map(({ lane }) => lane)).toEqual(Array(4).fill('worker'));
  const query = batcher.submit([text(99)], undefined, INTERACTIVE);
  expect(batches.at(-1)).toMatchObject({ ids: [99], lane: 'interactive' });
  batches.at(-1)!.finish();
  await expect(query).resolves.toEqual([Float32Array.of(99)]);
});

/** A model that fails on the text 13. */
async function failsOnThirteen(batch: Int32Array[]): Promise<Float32Array[]> {
  if (batch.some((ids) => ids[0] === 13)) throw new Error('not finite');
  return batch.map((ids) => Float32Array.of(ids[0]!));
}

test('a text that breaks its batch fails only its own request', async () => {
  const { batches, embed } = gatedModel();
  let opened = false;
  const batcher = new Batcher({
    maxQueueTokens: 10_000,
    embed: (batch, lane) => (opened ? failsOnThirteen(batch) : embed(batch, lane)),
  });
  const first = batcher.submit([text(1, 256)]);
  const shared = [12, 13, 14].map((id) => batcher.submit([text(id, 60)]));
  opened = true;
  batches[0]!.finish();
  await first;
  const results = await Promise.allSettled(shared);
  expect(results).toMatchObject([
    { status: 'fulfilled', value: [Float32Array.of(12)] },
    { status: 'rejected', reason: { message: 'not finite' } },
    { status: 'fulfilled', value: [Float32Array.of(14)] },
  ]);
  expect(batcher.queuedTokens).toBe(0);
});
