import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig, reloadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { BREAKING } from '#tests/support/models/model-faults.ts';
import { TINY_PIECES, tinyVector, writeTinyModel } from '#tests/support/models/tiny-model.ts';
import { writeTinyReranker } from '#tests/support/models/tiny-reranker.ts';
import { until } from '#tests/support/until.ts';
import { asService } from './as-service.ts';

type NamedThread = { thread: Worker; name: string | null };

/** All threads of the server since it started, from a diagnostics channel: Jest's `process` emits no worker events. */
let threads: NamedThread[] = [];
let modelsDir: string;
let embedder: Embedder;

let onStart: (thread: Worker) => void;

function recordThread(message: unknown): void {
  const { worker } = message as { worker: Worker };
  threads.push({ thread: worker, name: worker.threadName });
  onStart(worker);
}

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-faults-'));
  Object.assign(process.env, {
    MODELS_DIR: modelsDir,
    ...serviceKeySettings(),
  });
  log.setLogLevel('SILENT');
  await loadConfig('embedder_server', 'auth', 'service_keys');
  subscribe('worker_threads', recordThread);
});
afterEach(() => embedder.close());
afterAll(async () => {
  unsubscribe('worker_threads', recordThread);
  await rm(modelsDir, { recursive: true });
});

async function start(workers: number, { rerank = false } = {}): Promise<void> {
  process.env.EMBEDDER_WORKERS = String(workers);
  await reloadConfig('embedder_server');
  threads = [];
  onStart = () => undefined;
  const manifest = await writeTinyModel(modelsDir, { breakable: true });
  const reranker = rerank ? { rerankManifest: await writeTinyReranker(modelsDir, { breakable: true }) } : {};
  embedder = await startEmbedder({ host: '127.0.0.1', port: 0, manifest, ...reranker });
  await embedder.ready;
}

type Answer = {
  status: number;
  retryAfter: string | null;
  body: { embeddings: number[][]; counts: number[]; code: string; detail: string };
};

async function post(path: string, body: object): Promise<Answer> {
  const response = await fetch(`${embedder.url}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${createServiceToken()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, retryAfter, body: (await response.json()) as Answer['body'] };
}

function embed(inputs: string): Promise<Answer> {
  return post('/embed', { inputs });
}

/** Expects the vector of a text of these words, computed by hand. */
function expectVector({ status, body }: Answer, text: string): void {
  expect({ status, body }).toMatchObject({ status: 200, body: { embeddings: [expect.any(Array)] } });
  const pieces = ['<s>', '▁passage', ':', ...text.split(' ').map((word) => `▁${word}`), '</s>'];
  const expected = tinyVector(pieces.map((piece) => TINY_PIECES.indexOf(piece)));
  for (const [i, value] of expected.entries()) expect(body.embeddings[0]![i]).toBeCloseTo(value, 5);
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${embedder.url}/metrics`, asService())).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** Sends a slow text and waits until a worker runs it. */
async function keepBusy(): Promise<{ slow: Promise<Answer> }> {
  const slow = embed(BREAKING.slow);
  await until(
    async () => (await metric('embedder_queue_tokens')) > 0 && (await metric('te_queue_size')) === 0,
  );
  return { slow };
}

function newest(name: string): Worker {
  return threads.findLast((each) => each.name === name)!.thread;
}

/**
 * Makes a thread crash just before its next request: a message that is not a request makes it throw. A crash inside
 * onnxruntime would abort the whole process.
 */
function crashOnNext(thread: Worker): void {
  const send = thread.postMessage.bind(thread);
  thread.postMessage = (message: unknown) => {
    send(null);
    send(message);
  };
}

/** Calls `act` with each new thread of the name before its first request. */
function onThreadStart(name: string, act: (thread: Worker) => void): void {
  onStart = (thread) => {
    if (thread.threadName === name) act(thread);
  };
}

const SOUND = ['hello', 'world', 'hello world', 'world hello hello'];

describe('a text that breaks its batch', () => {
  test.each([
    ['runs out of memory', BREAKING.outOfMemory],
    ['gives infinity', BREAKING.infinite],
  ])(
    'and %s fails its request; requests that shared its batch get the right vectors',
    async (_, breaking) => {
      await start(1);
      const { slow } = await keepBusy();
      const waiting = [...SOUND, breaking].map(embed);
      await until(async () => (await metric('te_queue_size')) === waiting.length);
      const answers = await Promise.all(waiting);
      const broken = answers.pop()!;
      expect(broken).toMatchObject({ status: 500, body: { code: 'internal_error' } });
      expect(broken.body.detail).toMatch(
        /^The model could not compute this input\. Send its texts one by one/,
      );
      expect(broken.body.detail).not.toMatch(/onnx|memory|finite|\//);
      for (const [i, text] of SOUND.entries()) expectVector(answers[i]!, text);
      expectVector(await slow, BREAKING.slow);
      expectVector(await embed('hello'), 'hello');
      expect(await metric('te_request_failure{err="internal_error"}')).toBe(1);
      expect(await metric('embedder_queue_tokens')).toBe(0);
      expect(await metric('embedder_worker_crashes_total')).toBe(0);
    },
  );

  test.each([
    ['runs out of memory', BREAKING.outOfMemory],
    ['gives infinity', BREAKING.infinite],
  ])('of the reranker and %s fails only its own request', async (_, breaking) => {
    await start(1, { rerank: true });
    const answers = await Promise.all(
      ['hello', breaking, 'world'].map((text) => post('/rerank', { query: 'hello', texts: [text] })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 500, 200]);
  });
});

describe('a model worker that crashes during a batch', () => {
  test('is replaced, and all requests get the right vectors', async () => {
    await start(1);
    const { slow } = await keepBusy();
    const waiting = SOUND.map(embed);
    await until(async () => (await metric('te_queue_size')) === waiting.length);
    crashOnNext(newest('model worker'));
    for (const [i, answer] of (await Promise.all(waiting)).entries()) expectVector(answer, SOUND[i]!);
    expectVector(await slow, BREAKING.slow);
    expectVector(await embed('hello world'), 'hello world');
    expect(await metric('embedder_worker_crashes_total')).toBe(1);
    expect(await metric('embedder_queue_tokens')).toBe(0);
  });

  test('and whose replacement crashes too: the text is answered with 503 and not run a third time', async () => {
    await start(1);
    const crash = (left: number) => (thread: Worker) => {
      if (left > 0) crashOnNext(thread);
      onThreadStart('model worker', crash(left - 1));
    };
    crash(2)(newest('model worker'));
    expect(await embed('hello')).toMatchObject({
      status: 503,
      retryAfter: '1',
      body: { code: 'dependency_unavailable', detail: expect.stringContaining('is being restarted') },
    });
    for (const text of SOUND) expectVector(await embed(text), text);
    expect(await metric('embedder_worker_crashes_total')).toBe(2);
    expect(await metric('te_request_failure{err="dependency_unavailable"}')).toBe(1);
    expect(await metric('embedder_queue_tokens')).toBe(0);
  });
});

test('a crash of all threads at once fails no request', async () => {
  await start(2);
  const serving = threads.filter(({ name }) => name !== 'preparing worker');
  for (const { thread } of serving) crashOnNext(thread);
  const waiting = [...SOUND, ...SOUND, ...SOUND].map(embed);
  const long = post('/tokenize', { inputs: ['hello '.repeat(3_000).trim()] });
  for (const [i, answer] of (await Promise.all(waiting)).entries()) {
    expectVector(answer, SOUND[i % SOUND.length]!);
  }
  expect((await long).body.counts).toEqual([3_000]);
  const crashes = await metric('embedder_worker_crashes_total');
  expect(crashes).toBeGreaterThanOrEqual(3);
  expect(crashes).toBeLessThanOrEqual(serving.length);
});

describe('a tokenizer thread that crashes', () => {
  const WORDS = 15_000;
  const LONG = { inputs: [1, 2, 3].map(() => 'hello '.repeat(WORDS).trim()) };

  test('is replaced, and its texts are counted right', async () => {
    await start(1);
    crashOnNext(newest('tokenizer worker'));
    for (const { status, body } of await Promise.all([LONG, LONG].map((body) => post('/tokenize', body)))) {
      expect([status, body.counts]).toEqual([200, [WORDS, WORDS, WORDS]]);
    }
    expect(await metric('embedder_worker_crashes_total')).toBe(1);
  });

  test('twice during the same text answers it with 503', async () => {
    await start(1);
    onThreadStart('tokenizer worker', crashOnNext);
    crashOnNext(newest('tokenizer worker'));
    expect(await post('/tokenize', LONG)).toMatchObject({ status: 503, retryAfter: '1' });
  });
});

test('closing waits for a run whose client has left: stopping its thread would abort the process', async () => {
  await start(1);
  const gone = new AbortController();
  const left = fetch(`${embedder.url}/embed`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${createServiceToken()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ inputs: BREAKING.slow }),
    signal: gone.signal,
  });
  await until(async () => (await metric('embedder_queue_tokens')) > 0);
  gone.abort();
  await expect(left).rejects.toThrow();
  await embedder.close();
  expect(newest('model worker').threadId).toBe(-1);
});
