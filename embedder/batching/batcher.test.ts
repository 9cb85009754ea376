import type { TokenizedText } from './batch-job.ts';
import { Batcher } from './batcher.ts';

/** A model whose batches run until the test ends them; the vector of a text is its first id. */
function gatedModel() {
  const batches: { ids: number[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const embed = (batch: Int32Array[]) =>
    new Promise<Float32Array[]>((resolve, reject) => {
      batches.push({
        ids: batch.map((ids) => ids[0]!),
        finish: () => resolve(batch.map((ids) => Float32Array.of(ids[0]!))),
        fail: reject,
      });
    });
  return { batches, embed };
}

/** A model that computes at once; the vector of a text is its first id. */
async function embedAtOnce(batch: Int32Array[]): Promise<Float32Array[]> {
  return batch.map((ids) => Float32Array.of(ids[0]!));
}

function text(id: number, tokens = 10): TokenizedText {
  return { ids: Int32Array.from({ length: tokens }, () => id), tokens };
}

async function flushPromises(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('vectors are in the order of the texts, not in the order of their batches', async () => {
  const batcher = new Batcher({ embed: embedAtOnce, maxQueueTokens: 10_000 });
  const vectors = await batcher.submit([text(1, 200), text(2, 3), text(3, 90), text(4, 1)]);
  expect(vectors.map(([id]) => id)).toEqual([1, 2, 3, 4]);
  expect(batcher.queuedTokens).toBe(0);
});

test('waiting texts of several requests share a batch, up to its token budget', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 10_000 });
  const done = [1, 2, 3].map((id) => batcher.submit([text(id, 100)]));
  batches[0]!.finish();
  await flushPromises();
  expect(batches.map(({ ids }) => ids)).toEqual([[1], [2, 3]]);
  batches[1]!.finish();
  expect(await Promise.all(done)).toHaveLength(3);
});

test('a text longer than a batch budget still runs', async () => {
  await expect(
    new Batcher({ embed: embedAtOnce, maxQueueTokens: 600 }).submit([text(1, 512)]),
  ).resolves.toHaveLength(1);
});

test('a full queue refuses texts with the seconds to wait, and accepts texts again once it has room', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 100 });
  const first = batcher.submit([text(1, 60)]);
  await expect(batcher.submit([text(2, 60)])).rejects.toMatchObject({
    code: 'overloaded',
    retryAfterSeconds: expect.any(Number),
  });
  batches[0]!.finish();
  await first;
  const second = batcher.submit([text(2, 60)]);
  batches[1]!.finish();
  await expect(second).resolves.toHaveLength(1);
});

test('a request larger than the whole queue is refused as too large, not as overloaded', async () => {
  const batcher = new Batcher({ embed: gatedModel().embed, maxQueueTokens: 100 });
  await expect(batcher.submit([text(1, 60), text(2, 60)])).rejects.toMatchObject({
    code: 'payload_too_large',
  });
});

test('a failed batch fails the requests in it and no others', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 10_000 });
  const first = batcher.submit([text(1, 200), text(2, 200)]);
  const second = batcher.submit([text(3, 200)]);
  batches[0]!.fail(new Error('out of memory'));
  await expect(first).rejects.toThrow('out of memory');
  await flushPromises();
  expect(batches.at(-1)!.ids).toEqual([3]);
  batches.at(-1)!.finish();
  await expect(second).resolves.toEqual([Float32Array.of(3)]);
  expect(batcher.queuedTokens).toBe(0);
});

test('the waiting texts of a caller who left are never computed', async () => {
  const { batches, embed } = gatedModel();
  const batcher = new Batcher({ embed, maxQueueTokens: 10_000 });
  const first = batcher.submit([text(1, 256)]);
  const gone = new AbortController();
  const second = batcher.submit([text(2, 256)], gone.signal);
  const third = batcher.submit([text(3, 256)]);
  gone.abort(new Error('client left'));
  await expect(second).rejects.toThrow('client left');
  expect(batcher.queuedTokens).toBe(512);
  batches[0]!.finish();
  await flushPromises();
  batches[1]!.finish();
  await Promise.all([first, third]);
  expect(batches.map(({ ids }) => ids)).toEqual([[1], [3]]);
});

test('a request without texts is answered without the model', async () => {
  const batcher = new Batcher({ embed: gatedModel().embed, maxQueueTokens: 100 });
  await expect(batcher.submit([])).resolves.toEqual([]);
});
