import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { loadConfig } from '#shared/core/config.ts';
import {
  countTokens,
  embed,
  embedderInfo,
  findReranker,
  pingEmbedder,
  rerank,
} from '#shared/retrieval/embedder-client.ts';
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { writeTinyModel } from '#tests/support/models/tiny-model.ts';
import { writeTinyReranker } from '#tests/support/models/tiny-reranker.ts';

/** A proxy between client and embedder: it records every request and may answer itself. */
let proxy: Server;
let embedder: Embedder;
let modelsDir: string;
let seen: { path: string; inputs: string[] }[] = [];
let instead: RequestListener[] = [];

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-client-'));
  proxy = createServer((request, response) => void forward(request, response));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    MODELS_DIR: modelsDir,
    ...serviceKeySettings(),
    EMBEDDER_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    EMBEDDER_TIMEOUT_MS: '2000',
  });
  await loadConfig('embedder_server', 'embedder', 'auth', 'service_keys');
  const manifest = await writeTinyModel(modelsDir);
  const limits = { maxBatchTexts: 10, maxTokenizeTexts: 500, maxBodyBytes: 4_000 };
  const rerankManifest = await writeTinyReranker(modelsDir);
  embedder = await startEmbedder({ host: '127.0.0.1', port: 0, manifest, rerankManifest, limits });
  await embedder.ready;
});
afterAll(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await embedder.close();
  await rm(modelsDir, { recursive: true });
});
beforeEach(() => {
  seen = [];
  instead = [];
});

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const inputs = body.length > 0 ? (JSON.parse(String(body)) as { inputs: string[] }).inputs : [];
  seen.push({ path: request.url!, inputs });
  const stub = request.url === '/info' ? undefined : instead.shift();
  if (stub) {
    stub(request, response);
    return;
  }
  const { authorization = '' } = request.headers;
  const answer = await fetch(`${embedder.url}${request.url}`, {
    method: request.method!,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body.length > 0 ? { body } : {}),
  });
  response
    .writeHead(answer.status, Object.fromEntries(answer.headers))
    .end(Buffer.from(await answer.arrayBuffer()));
}

function answerWith(status: number, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => response.writeHead(status, headers).end('{}');
}

function sentTo(path: string): string[][] {
  return seen.filter((request) => request.path === path).map(({ inputs }) => inputs);
}

test('any number of texts is split into requests within the server’s limits; vectors stay in order', async () => {
  const inputs = Array.from({ length: 33 }, (_, i) => (i % 2 === 0 ? 'hello' : 'hello world'));
  const { embeddings, tokens, model, identity } = await embed({ inputs, kind: 'passage' });
  expect(embeddings).toHaveLength(33);
  expect(embeddings[32]).toEqual(embeddings[0]);
  expect(embeddings[1]).not.toEqual(embeddings[0]);
  expect(tokens.slice(0, 2)).toEqual([5, 6]);
  expect([model, identity]).toEqual(['tiny', 'tiny@r1:fp32:mean']);
  expect(sentTo('/embed').map((texts) => texts.length)).toEqual([10, 10, 10, 3]);
});

test('queries come with their backgrounds, in order across requests; passages without', async () => {
  const inputs = Array.from({ length: 12 }, (_, i) => (i === 11 ? 'hello world' : 'hello'));
  const { backgrounds } = await embed({ inputs, kind: 'query' });
  expect(backgrounds).toHaveLength(12);
  expect(backgrounds![10]!.ko).toBeCloseTo(backgrounds![0]!.ko, 4);
  expect(backgrounds![11]!.en).not.toBeCloseTo(backgrounds![0]!.en, 4);
  expect((await embed({ inputs, kind: 'passage' })).backgrounds).toBeNull();
});

test('an embedder that measures no background still serves queries', async () => {
  const old = '{"embeddings":[[1]],"tokens":[3],"model":"m","identity":"i"}';
  instead = [(_, response) => response.end(old)];
  expect(await embed({ inputs: ['hello'], kind: 'query' })).toMatchObject({ backgrounds: null });
});

test('thousands of short texts are counted in few requests, empty ones without a request', async () => {
  const inputs = Array.from({ length: 1_200 }, (_, i) => ['a', '', 'hello world'][i % 3]!);
  const counts = await countTokens(inputs);
  expect(counts.slice(0, 6)).toEqual([2, 0, 2, 2, 0, 2]);
  expect(counts).toHaveLength(1_200);
  expect(sentTo('/tokenize').length).toBeLessThanOrEqual(4);
});

test('a batch is split by the bytes of its escaped JSON too', async () => {
  const counts = await countTokens(Array(3).fill('\u0001'.repeat(600)));
  expect(counts).toHaveLength(3);
  expect(sentTo('/tokenize').map((texts) => texts.length)).toEqual([1, 1, 1]);
});

test('without texts no request is sent', async () => {
  expect(await embed({ inputs: [], kind: 'query' })).toMatchObject({ embeddings: [] });
  expect(await countTokens([])).toEqual([]);
  expect(seen.filter(({ path }) => path !== '/info')).toEqual([]);
});

test('info has the identity that is stored with vectors', async () => {
  expect(await embedderInfo()).toMatchObject({
    identity: 'tiny@r1:fp32:mean',
    dimensions: 8,
    max_tokens: 16,
  });
  await expect(pingEmbedder()).resolves.toBeUndefined();
});

test('vectors of another model than the stored ones are refused', async () => {
  const stored = embed({ inputs: ['hello'], kind: 'query', identity: 'other@1:int8:mean' });
  await expect(stored).rejects.toMatchObject({ code: 'model_mismatch', status: 503 });
});

test('a text over the window is cut, or an error without `truncate`', async () => {
  const inputs = ['hello '.repeat(30)];
  expect((await embed({ inputs, kind: 'query' })).tokens).toEqual([16]);
  await expect(embed({ inputs, kind: 'query', truncate: false })).rejects.toMatchObject({
    code: 'input_too_long',
  });
});

describe('one retry', () => {
  test('after a lost connection', async () => {
    instead = [(request) => request.socket.destroy()];
    await expect(embed({ inputs: ['hello'], kind: 'query' })).resolves.toMatchObject({ tokens: [5] });
  });

  test('after a full queue, at the time in Retry-After', async () => {
    instead = [answerWith(429, { 'Retry-After': '1' })];
    await expect(embed({ inputs: ['hello'], kind: 'query' })).resolves.toMatchObject({ tokens: [5] });
    expect(sentTo('/embed')).toHaveLength(2);
  });

  test('and the second full queue is reported to the caller', async () => {
    instead = [answerWith(429, { 'Retry-After': '1' }), answerWith(429, { 'Retry-After': '3' })];
    await expect(embed({ inputs: ['hello'], kind: 'query' })).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterSeconds: 3,
    });
  });

  test('after a refused token, with a new one', async () => {
    instead = [answerWith(401)];
    await expect(embed({ inputs: ['hello'], kind: 'query' })).resolves.toMatchObject({ tokens: [5] });
  });

  test('but not after a long Retry-After', async () => {
    instead = [answerWith(429, { 'Retry-After': '30' })];
    await expect(embed({ inputs: ['hello'], kind: 'query' })).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterSeconds: 30,
    });
    expect(sentTo('/embed')).toHaveLength(1);
  });
});

test.each([
  ['a failing embedder', answerWith(500)],
  ['one that is still loading', answerWith(503, { 'Retry-After': '2' })],
  ['an answer of another format', ((_, response) => response.end('{"hello":1}')) satisfies RequestListener],
  [
    'one that answers with too few vectors',
    ((_, response) =>
      response.end('{"embeddings":[],"tokens":[],"model":"m","identity":"i"}')) satisfies RequestListener,
  ],
])('%s is `dependency_unavailable`', async (_, stub) => {
  instead = [stub];
  await expect(embed({ inputs: ['hello'], kind: 'query' })).rejects.toMatchObject({
    code: 'dependency_unavailable',
  });
});

test('a request without an answer fails after EMBEDDER_TIMEOUT_MS', async () => {
  instead = [() => undefined];
  await expect(embed({ inputs: ['hello'], kind: 'query' })).rejects.toMatchObject({
    code: 'dependency_unavailable',
    message: 'The embedder did not answer within 2000 ms.',
  });
});

test('an aborted request fails with the caller’s own reason', async () => {
  const gone = new AbortController();
  instead = [() => gone.abort(new Error('the user left'))];
  await expect(embed({ inputs: ['hello'], kind: 'query', signal: gone.signal })).rejects.toThrow(
    'the user left',
  );
});

describe('reranking', () => {
  const { signal } = new AbortController();

  test('answers with one logit per text, in the order of the texts', async () => {
    const texts = ['world', 'hello hello', '안녕하세요', 'world'];
    const logits = await rerank({ query: 'hello', texts, signal });
    expect(logits).toHaveLength(4);
    expect(logits[0]).toBeCloseTo(logits[3]!, 5);
    expect(new Set(logits.slice(0, 3).map((logit) => logit.toFixed(3))).size).toBe(3);
  });

  test('the reranker and its speed are known without a request of their own', async () => {
    await embed({ inputs: ['hello'], kind: 'query' });
    seen = [];
    expect(await findReranker()).toEqual({ model: 'tiny-reranker', pairMs: expect.any(Number) });
    expect(seen).toEqual([]);
  });

  test.each<[string, RequestListener, string]>([
    ['a full queue', answerWith(429, { 'Retry-After': '1' }), 'overloaded'],
    ['a failure', answerWith(500), 'dependency_unavailable'],
    [
      'scores of other texts',
      (_, response) => response.end('[{"index":7,"score":1}]'),
      'dependency_unavailable',
    ],
  ])('%s is an error at once, without a second request', async (_, stub, code) => {
    instead = [stub];
    await expect(rerank({ query: 'hello', texts: ['world'], signal })).rejects.toMatchObject({ code });
    expect(seen.filter(({ path }) => path === '/rerank')).toHaveLength(1);
  });

  test('an embedder that has no reranker any more is asked again what it has', async () => {
    const refusal = JSON.stringify({ code: 'not_found', detail: 'This server has no rerank model.' });
    instead = [(_, response) => response.writeHead(404).end(refusal)];
    await expect(rerank({ query: 'hello', texts: ['world'], signal })).rejects.toMatchObject({
      code: 'not_found',
    });
    await findReranker();
    expect(seen.map(({ path }) => path)).toEqual(['/rerank', '/info']);
  });
});
