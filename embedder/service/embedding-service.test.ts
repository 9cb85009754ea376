import { ASSUMED_COSTS } from '#embedder/batching/batch-cost.ts';
import { HASHING_MODEL } from '#embedder/download/manifest.ts';
import type { EmbeddingModel } from '#embedder/model/model.ts';
import { WorkerCrashed } from '#embedder/workers/worker-channel.ts';
import { createService, type Limits } from './embedding-service.ts';

const LIMITS: Limits = {
  maxBatchTexts: 8,
  maxTokenizeTexts: 8,
  maxInputChars: 100_000,
  maxBodyBytes: 1_024,
  maxQueueTokens: 1_000,
  deadlineMs: 30_000,
};
const REQUEST = { kind: 'passage', truncate: true, field: 'inputs' } as const;

/** A model without workers: every text has one token, and all vectors are equal. */
function stubModel(changes: Partial<EmbeddingModel> = {}): EmbeddingModel {
  return {
    manifest: HASHING_MODEL,
    identity: 'stub',
    maxInputTokens: 512,
    capacity: { workers: 1, interactiveSessions: 0, costs: ASSUMED_COSTS },
    count: async (texts) => texts.map(() => 1),
    encode: async (texts) => texts.map(() => ({ ids: Int32Array.of(1), tokens: 1, overflow: false })),
    embed: async (batch) => batch.map(() => Float32Array.of(1)),
    background: () => ({ ko: 0, en: 0 }),
    languageAxis: null,
    close: async () => undefined,
    ...changes,
  };
}

async function crash(): Promise<never> {
  throw new WorkerCrashed('The model worker stopped (exit code 1).');
}

test('a worker crash is answered as a passing fault, with the time to try again', async () => {
  for (const model of [stubModel({ embed: crash }), stubModel({ encode: crash })]) {
    await expect(
      createService({ model, limits: LIMITS }).embed({ ...REQUEST, inputs: ['a'] }),
    ).rejects.toMatchObject({
      code: 'dependency_unavailable',
      retryAfterSeconds: 1,
    });
  }
});

test('the text that waits for the tokenizer is bounded, but one request is always accepted', async () => {
  const gate = Promise.withResolvers<void>();
  const count = async (texts: string[]) => {
    await gate.promise;
    return texts.map(() => 1);
  };
  const service = createService({ model: stubModel({ count }), limits: LIMITS });
  const first = service.count(['a'.repeat(50_000)]);
  await expect(service.count(['a'])).rejects.toMatchObject({ code: 'overloaded' });
  gate.resolve();
  await expect(first).resolves.toEqual([1]);
  await expect(service.count(['a'])).resolves.toEqual([1]);
});

test('a short request does not wait for the whole of a long one', async () => {
  const order: string[] = [];
  const count = async (texts: string[]) => {
    order.push(texts[0]!.slice(0, 5));
    return texts.map(() => 1);
  };
  const limits = { ...LIMITS, maxBodyBytes: 1_000_000 };
  const service = createService({ model: stubModel({ count }), limits });
  const long = service.count(Array.from({ length: 3 }, (_, i) => `long${i}`.padEnd(15_000)));
  await Promise.all([long, service.count(['short'])]);
  expect(order).toEqual(['long0', 'short', 'long1', 'long2']);
});

test('a caller who left causes no further work', async () => {
  const gone = new AbortController();
  let slices = 0;
  const count = async (texts: string[]) => {
    slices += 1;
    gone.abort(new Error('client left'));
    return texts.map(() => 1);
  };
  const service = createService({
    model: stubModel({ count }),
    limits: { ...LIMITS, maxBodyBytes: 1_000_000 },
  });
  const texts = Array.from({ length: 3 }, () => 'a'.repeat(15_000));
  await expect(service.count(texts, gone.signal)).rejects.toThrow('client left');
  expect(slices).toBe(1);
});

test('a request past its deadline is removed and answered with the time to try again', async () => {
  const gate = Promise.withResolvers<void>();
  const embed = async (batch: Int32Array[]) => {
    await gate.promise;
    return batch.map(() => Float32Array.of(1));
  };
  const service = createService({ model: stubModel({ embed }), limits: { ...LIMITS, deadlineMs: 20 } });
  const late = service.embed({ ...REQUEST, inputs: ['a'] });
  await expect(late).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 1 });
  gate.resolve();
});

test('the timings have the time of tokenizing, waiting and computing', async () => {
  const { timings } = await createService({ model: stubModel(), limits: LIMITS }).embed({
    ...REQUEST,
    inputs: ['a'],
  });
  for (const ms of Object.values(timings)) expect(ms).toBeGreaterThanOrEqual(0);
  expect(Object.keys(timings)).toEqual(['tokenizeMs', 'queueMs', 'inferenceMs']);
});
