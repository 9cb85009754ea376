import { AsyncResource } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { addLogFields } from './invocation.ts';

// Read when the module is loaded; the test run disables metrics.
process.env.POWERTOOLS_METRICS_DISABLED = 'false';
const { measureIngestionFailure, measureRequest } = await import('./metrics.ts');
const { withInvocation } = await import('./observe.ts');

const CONTEXT = { functionName: 'rag-platform-my-stage-chat' };

const realWrite = process.stdout.write;
let lines: string[];

beforeEach(() => {
  lines = [];
  process.stdout.write = (line: string | Uint8Array) => lines.push(String(line)) > 0;
});
afterEach(() => {
  process.stdout.write = realWrite;
});

/** The metrics written since the test began. The very first invocation also counts a cold start. */
function written(): Record<string, unknown>[] {
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return parsed.filter((line) => !('ColdStarts' in line));
}

test('metrics are written after the work, with stage and function from the function’s name', async () => {
  const result = await withInvocation(CONTEXT, { request_id: 'one' }, async () => {
    measureIngestionFailure('corrupt_document');
    expect(written()).toEqual([]);
    return 'result';
  });
  expect(result).toBe('result');
  expect(written()).toMatchObject([
    { IngestionFailures: 1, stage: 'my-stage', code: 'corrupt_document', request_id: 'one' },
  ]);
});

test('metrics are written when the work fails, and its error is passed on', async () => {
  const failure = new Error('no');
  const done = withInvocation(CONTEXT, {}, () => {
    measureIngestionFailure('corrupt_document');
    return Promise.reject(failure);
  });
  await expect(done).rejects.toBe(failure);
  expect(written()).toHaveLength(1);
});

test.each([
  ['has been read', (stream: Readable) => void stream.resume()],
  ['breaks off', (stream: Readable) => void stream.destroy(new Error('broken'))],
  ['is left by its reader', (stream: Readable) => void stream.destroy()],
])('metrics of a stream are written when it %s', async (_how, end) => {
  const stream = await withInvocation(
    CONTEXT,
    {},
    async () => {
      measureRequest(200, 5);
      return Readable.from(['a', 'b']);
    },
    (result) => result,
  );
  expect(written()).toEqual([]);
  end(stream);
  await finished(stream).catch(() => {});
  expect(written()).toMatchObject([
    { Requests: 1, function: 'chat', status: '2xx' },
    { Latency: 5, route: 'none' },
  ]);
});

test('measurements after the end of an invocation are written at once', async () => {
  let late = (): void => {};
  await withInvocation(CONTEXT, {}, async () => {
    late = AsyncResource.bind(() => measureIngestionFailure('late'));
  });
  expect(written()).toEqual([]);
  late();
  expect(written()).toMatchObject([{ code: 'late' }]);
});

test('concurrent invocations keep their ids and metrics apart', async () => {
  const both = Promise.withResolvers<void>();
  const run = (name: string, first: boolean) =>
    withInvocation({ functionName: `rag-platform-dev-${name}` }, {}, async () => {
      addLogFields({ request_id: name });
      if (first) await both.promise;
      else both.resolve();
      measureRequest(404, 1);
    });
  await Promise.all([run('bots', true), run('keys', false)]);
  const requests = written().filter((line) => 'Requests' in line);
  const ids = Object.fromEntries(requests.map((line) => [String(line.function), line.request_id]));
  expect(ids).toEqual({ bots: 'bots', keys: 'keys' });
});

test('outside an invocation nothing is measured', () => {
  measureRequest(200, 1);
  measureIngestionFailure('nobody');
  expect(written()).toEqual([]);
});
