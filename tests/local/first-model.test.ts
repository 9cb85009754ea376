import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FirstModel, fetchFirstModel, findFirstModel } from '#local/platform/first-model.ts';
import { config, loadConfig } from '#shared/core/config.ts';
import { ended, start, stopStarted, untilUp } from '#tests/support/npm-start.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const NOWHERE = 'http://127.0.0.1:9';
let hub: Server;
let hubUrl: string;
const asked: string[] = [];

beforeAll(async () => {
  await loadConfig('embedder_server');
  hub = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  hubUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
});
afterAll(() => hub.close());
afterEach(stopStarted);

const ignore = () => {};
/** The default settings, with a models folder in which nothing is. */
const settings = () => ({ ...config('embedder_server'), MODELS_DIR: temporaryDirectory('models') });
const wantedFrom = async (MODEL_HUB_URL: string) =>
  (await findFirstModel({ ...settings(), MODEL_HUB_URL })) as FirstModel;

test('the default model is wanted, a built-in one, a folder and MODEL_DOWNLOAD=false need no download', async () => {
  const manifest = expect.objectContaining({ id: 'multilingual-e5-small' }) as object;
  expect(await findFirstModel(settings())).toMatchObject({ manifest });
  expect(await findFirstModel({ ...settings(), MODEL_DOWNLOAD: 'false' })).toBeNull();
  for (const EMBEDDING_MODEL of ['builtin/hashing', '/opt/my-model', 'no-such-model'])
    expect(await findFirstModel({ ...settings(), EMBEDDING_MODEL })).toBeNull();
});

test('a hub out of reach is one sentence that says what to do', async () => {
  const problem = await fetchFirstModel(await wantedFrom(NOWHERE), ignore);
  expect(problem).toMatch(/cannot be reached: search compares spelling until `npm run model`/);
});

test('a hub that lacks the model is one sentence that says what to do', async () => {
  expect(await fetchFirstModel(await wantedFrom(hubUrl), ignore)).toMatch(
    /404.*`npm run model` has downloaded multilingual-e5-small/s,
  );
  expect(asked.join(' ')).toContain('/resolve/');
});

test('without the model npm start says so in a line, and starts', async () => {
  const MODELS_DIR = temporaryDirectory('models');
  const running = start({
    env: { EMBEDDING_MODEL: 'multilingual-e5-small', MODELS_DIR, MODEL_HUB_URL: NOWHERE },
  });
  await untilUp(running);
  expect(running.output()).toContain('search compares spelling until `npm run model`');
  running.child.kill('SIGINT');
  expect(await ended(running)).toBe(0);
}, 90_000);
