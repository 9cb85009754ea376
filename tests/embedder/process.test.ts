import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '#shared/auth/api-keys.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { BREAKING } from '#tests/support/models/model-faults.ts';
import { writeTinyReranker } from '#tests/support/models/tiny-reranker.ts';
import { until } from '#tests/support/until.ts';

/** `node embedder/server.ts` as in production, with a reranker that fails on the words in `BREAKING`. */
type Server = { child: ChildProcess; url: string; output(): string };

const JWT_SECRET = 'a secret for tests, long enough to be one';
let modelsDir: string;
let server: Server;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-process-'));
  process.env.JWT_SECRET = JWT_SECRET;
  await loadConfig('auth');
  const manifest = await writeTinyReranker(modelsDir, { breakable: true });
  await writeFile(join(modelsDir, 'reranker.json'), JSON.stringify(manifest));
});
afterEach(async () => {
  const { child } = server;
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
});
afterAll(() => rm(modelsDir, { recursive: true }));

async function start(settings: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../embedder/server.ts')], {
    env: {
      PATH: process.env.PATH,
      EMBEDDING_MODEL: 'builtin/hashing',
      RERANK_MANIFEST: join(modelsDir, 'reranker.json'),
      MODELS_DIR: modelsDir,
      EMBEDDER_WORKERS: '1',
      EMBEDDER_HOST: '127.0.0.1',
      EMBEDDER_PORT: '0',
      JWT_SECRET,
      DATABASE_URL: 'postgres://rag:x@127.0.0.1:9/ragdb',
      ...settings,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  server = { child, url: '', output: () => output };
  await until(() => output.includes('Embedder ready at') || child.exitCode !== null, 20_000);
  server.url = /Embedder ready at (http:[\w.:/]+)/.exec(output)?.[1] ?? output;
}

function rerank(text: string): Promise<Response> {
  return fetch(`${server.url}/rerank`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${createServiceToken()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: 'hello', texts: [text] }),
  });
}

/** Opens a connection that stays idle after one answered request. */
async function openIdleConnection(): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('GET /health HTTP/1.1\r\nHost: embedder\r\n\r\n');
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(String(head)).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: keep-alive\r\n/);
  return socket.resume();
}

test('SIGTERM: refuses readiness, finishes running requests, closes connections, exits with 0', async () => {
  await start({ EMBEDDER_DRAIN_SECONDS: '0.5' });
  const idle = await openIdleConnection();
  const idleEnded = once(idle, 'close');
  const ended = once(server.child, 'exit');
  const answers = [rerank(BREAKING.slow), rerank(BREAKING.slow)];
  server.child.kill('SIGTERM');
  await until(async () => (await fetch(`${server.url}/ready`)).status === 503);
  for (const answer of await Promise.all(answers)) {
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual([{ index: 0, score: expect.any(Number) }]);
  }
  await idleEnded;
  expect(await ended).toEqual([0, null]);
  expect(server.output()).toContain('SIGTERM: finishing what is under way');
});

test('SIGTERM during a run whose client left: the process exits with 0', async () => {
  await start({});
  const ended = once(server.child, 'exit');
  const gone = new AbortController();
  const left = fetch(`${server.url}/rerank`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${createServiceToken()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: 'hello', texts: [BREAKING.slow] }),
    signal: gone.signal,
  });
  // After five answers the model runs its text.
  for (let i = 0; i < 5; i += 1) expect((await fetch(`${server.url}/health`)).status).toBe(200);
  gone.abort();
  await expect(left).rejects.toThrow();
  server.child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('EMBEDDER_DEADLINE_MS: a request past it is answered with 429, and the server goes on', async () => {
  await start({ EMBEDDER_DEADLINE_MS: '100' });
  const late = await Promise.all([rerank(BREAKING.slow), rerank(BREAKING.slow)]);
  for (const response of late) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await response.json()).toMatchObject({ code: 'overloaded' });
  }
  await until(async () => (await rerank('hello')).status === 200);
});

test('without the database, API keys are answered with 503 and service tokens still served', async () => {
  await start({});
  const { key } = generateApiKey(randomUUID());
  const send = (path: string, credential: string) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ model: 'builtin/hashing', input: 'hello', inputs: 'hello' }),
    });
  const [openAi, problem] = [await send('/v1/embeddings', key), await send('/embed', key)];
  for (const { status, headers } of [openAi, problem])
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  expect(await openAi.json()).toMatchObject({ error: { code: 'dependency_unavailable' } });
  expect(await problem.json()).toMatchObject({ code: 'dependency_unavailable' });
  expect((await send('/embed', createServiceToken())).status).toBe(200);
});

test('out of memory: the log has the batch and onnxruntime’s message, the answer does not', async () => {
  await start({});
  const response = await rerank(BREAKING.outOfMemory);
  const requestId = response.headers.get('x-request-id');
  expect(response.status).toBe(500);
  expect(await response.text()).not.toMatch(/onnx|memory/i);
  await until(() => server.output().includes('A request failed'));
  const line = server
    .output()
    .split('\n')
    .find((each) => each.includes('A request failed'))!;
  expect(JSON.parse(line)).toMatchObject({
    level: 'ERROR',
    request_id: requestId,
    path: '/rerank',
    error: {
      message: expect.stringMatching(
        /^The model failed on a batch of 1 texts, the longest of \d+ tokens: .*Failed to allocate memory for requested buffer of size 4503599627370496$/s,
      ),
    },
  });
});
