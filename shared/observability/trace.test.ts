import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { AppError } from '#shared/core/errors.ts';
import { type Invocation, runInvocation } from './invocation.ts';
import { readTraceHeader, type TracedCall, traceStream, withTrace } from './trace.ts';

const ROOT = '1-67891233-abcdef012345678912345678';
const LAMBDA = '53995c3f42cd8ad8';
const ID = /^[0-9a-f]{16}$/;
const CALL: TracedCall = { name: 'store', namespace: 'remote' };

let daemon: Socket;

beforeAll(async () => {
  daemon = createSocket('udp4');
  daemon.bind(0, '127.0.0.1');
  await once(daemon, 'listening');
  process.env.AWS_XRAY_DAEMON_ADDRESS = `127.0.0.1:${daemon.address().port}`;
});

afterAll(() => {
  daemon.close();
  delete process.env.AWS_XRAY_DAEMON_ADDRESS;
});

type Document = Record<string, unknown> & { id: string; name: string };

/** The segments in the next datagrams. An unexpected datagram would fail the following test. */
async function receive(count: number): Promise<Document[]> {
  const documents: Document[] = [];
  while (documents.length < count) {
    const [message] = (await once(daemon, 'message')) as [Buffer];
    const [preamble, document = ''] = message.toString().split('\n');
    expect(JSON.parse(preamble ?? '')).toEqual({ format: 'json', version: 1 });
    documents.push(JSON.parse(document) as Document);
  }
  return documents;
}

function invoked<T>(header: string, work: () => Promise<T>): Promise<T> {
  const invocation: Invocation = {
    stage: 'test',
    function: 'chat',
    fields: {},
    measurements: [],
    trace: readTraceHeader(header),
    client: null,
    ended: false,
  };
  return runInvocation(invocation, work);
}

const sampled = `Root=${ROOT};Parent=${LAMBDA};Sampled=1;Lineage=1:abc:0`;

test('a call is recorded below the function, with times and status, without query or credentials', async () => {
  const received = receive(1);
  const request = { method: 'POST', url: 'http://me:secret@embedder.internal:8001/embed?key=secret#x' };
  const result = await invoked(sampled, () =>
    withTrace({ ...CALL, request, operation: 'Embed', annotations: { model: 'm' } }, async (span) => {
      span.status = 200;
      return 42;
    }),
  );
  expect(result).toBe(42);
  const [document] = await received;
  expect(document).toEqual({
    trace_id: ROOT,
    parent_id: LAMBDA,
    id: expect.stringMatching(ID) as string,
    type: 'subsegment',
    name: 'store',
    namespace: 'remote',
    start_time: expect.any(Number) as number,
    end_time: expect.any(Number) as number,
    aws: { operation: 'Embed' },
    annotations: { model: 'm' },
    http: {
      request: { method: 'POST', url: 'http://embedder.internal:8001/embed' },
      response: { status: 200 },
    },
  });
});

test('the header for the callee names the call, and an inner call is recorded below it', async () => {
  const received = receive(2);
  const header = await invoked(sampled, () =>
    withTrace({ name: 'outer' }, async (span) => {
      await withTrace({ name: 'inner' }, async () => {});
      return span.header;
    }),
  );
  const [inner, outer] = await received;
  expect(inner).toMatchObject({ name: 'inner', parent_id: outer?.id });
  expect(outer).toMatchObject({ name: 'outer', parent_id: LAMBDA });
  expect(header).toBe(`Root=${ROOT};Parent=${outer?.id};Sampled=1`);
});

test.each([
  ['a missing thing', new AppError('not_found', 'No such secret.'), { error: true }, 'not_found'],
  ['too many calls', new AppError('overloaded', 'secret'), { error: true, throttle: true }, 'overloaded'],
  ['a defect', new TypeError('secret'), { fault: true }, 'TypeError'],
  ['what is no error', 'secret', { fault: true }, 'string'],
])('%s fails the call unchanged, and only its kind is recorded', async (_what, failure, verdict, type) => {
  const received = receive(1);
  const done = invoked(sampled, () => withTrace(CALL, () => Promise.reject(failure as Error)));
  await expect(done).rejects.toBe(failure);
  const [document] = await received;
  expect(document).toMatchObject({ ...verdict, cause: { exceptions: [{ type }] } });
  expect(JSON.stringify(document)).not.toContain('secret');
});

async function* three() {
  yield 1;
  yield 2;
  yield 3;
}

test('a stream is recorded once, at its end or where its reader stopped', async () => {
  const received = receive(2);
  await invoked(sampled, async () => {
    expect(await Array.fromAsync(traceStream({ name: 'whole' }, three))).toEqual([1, 2, 3]);
    for await (const _event of traceStream({ name: 'half' }, three)) break;
  });
  const documents = await received;
  expect(documents.map(({ name }) => name)).toEqual(['whole', 'half']);
  for (const document of documents) expect(document).not.toHaveProperty('fault');
});

test.each([
  ['a trace that is not sampled', `Root=${ROOT};Parent=${LAMBDA};Sampled=0`],
  ['a trace without a parent', `Root=${ROOT};Sampled=1`],
  ['no trace', ''],
])('%s sends nothing and changes nothing', async (_what, header) => {
  const received = receive(1);
  const passedOn = await invoked(header, () => withTrace({ name: 'quiet' }, async (span) => span.header));
  expect(passedOn).toEqual(header.includes('Sampled=0') ? expect.stringContaining(';Sampled=0') : null);
  // The next datagram is that of the following call.
  await invoked(sampled, () => withTrace({ name: 'loud' }, async () => {}));
  expect((await received).map(({ name }) => name)).toEqual(['loud']);
});

test('outside an invocation, after its end and without a daemon work goes on untraced', async () => {
  expect(await withTrace(CALL, async () => 1)).toBe(1);
  const address = process.env.AWS_XRAY_DAEMON_ADDRESS;
  for (const wrong of [undefined, 'nonsense', '127.0.0.1:99999']) {
    if (wrong === undefined) delete process.env.AWS_XRAY_DAEMON_ADDRESS;
    else process.env.AWS_XRAY_DAEMON_ADDRESS = wrong;
    expect(await invoked(sampled, () => withTrace(CALL, async () => 2))).toBe(2);
  }
  process.env.AWS_XRAY_DAEMON_ADDRESS = address;
});
