import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchFirstModel, needsFirstModel } from '#local/platform/first-model.ts';
import { ended, start, stopStarted, untilUp } from '#tests/support/npm-start.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const NOWHERE = 'http://127.0.0.1:9';
let hub: Server;
let hubUrl: string;
const asked: string[] = [];

beforeAll(async () => {
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

test('the default model is wanted, a built-in one, a folder and MODEL_DOWNLOAD=false need no download', async () => {
  const MODELS_DIR = temporaryDirectory('models');
  expect(await needsFirstModel({ MODELS_DIR })).toBe(true);
  expect(await needsFirstModel({ MODELS_DIR, MODEL_DOWNLOAD: 'false' })).toBe(false);
  for (const EMBEDDING_MODEL of ['builtin/hashing', '/opt/my-model', 'no-such-model'])
    expect(await needsFirstModel({ MODELS_DIR, EMBEDDING_MODEL })).toBe(false);
});

test('a hub out of reach is one sentence that says what to do', async () => {
  const problem = await fetchFirstModel({ MODEL_HUB_URL: NOWHERE, MODELS_DIR: '/nowhere' }, ignore);
  expect(problem).toMatch(/cannot be reached: search compares spelling until `npm run model`/);
});

test('a hub that lacks the model is one sentence that says what to do', async () => {
  const settings = { MODEL_HUB_URL: hubUrl, MODELS_DIR: temporaryDirectory('models') };
  expect(await fetchFirstModel(settings, ignore)).toMatch(
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
