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
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { BREAKING } from '#tests/support/models/model-faults.ts';
import { writeTinyReranker } from '#tests/support/models/tiny-reranker.ts';
import { until } from '#tests/support/until.ts';

/** `node embedder/server.ts` as in production, with a reranker that fails on the words in `BREAKING`. */
type Server = { child: ChildProcess; url: string; output(): string };

const { JWT_SECRET, SERVICE_PUBLIC_KEYS } = serviceKeySettings();
let modelsDir: string;
let server: Server;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-process-'));
  process.env.JWT_SECRET = JWT_SECRET;
  await loadConfig('auth', 'pepper');
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
      SERVICE_PUBLIC_KEYS,
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

test('without a secret and a database it serves service tokens, and takes no API key', async () => {
  await start({});
  const send = (path: string, credential: string) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ model: 'builtin/hashing', input: 'hello', inputs: 'hello' }),
    });
  const { key } = generateApiKey(randomUUID());
  const [openAi, problem] = [await send('/v1/embeddings', key), await send('/embed', key)];
  expect([openAi.status, problem.status]).toEqual([401, 401]);
  expect(await openAi.json()).toMatchObject({ error: { code: 'invalid_token' } });
  expect((await send('/embed', createServiceToken())).status).toBe(200);
});

test('a rotated key is taken within seconds, without a restart', async () => {
  const file = join(modelsDir, 'public-keys.json');
  const keysOf = (secret: string) => ({
    SERVICE_PUBLIC_KEYS: JSON.parse(serviceKeySettings(secret).SERVICE_PUBLIC_KEYS) as object,
  });
  await writeFile(file, JSON.stringify(keysOf('another secret, long enough to be one')));
  await start({ KEYS_FILE: file, SERVICE_PUBLIC_KEYS: '' });
  expect((await rerank('hello')).status).toBe(401);
  await writeFile(file, JSON.stringify(keysOf(JWT_SECRET)));
  await until(async () => (await rerank('hello')).status === 200, 20_000);
});
