import { once } from 'node:events';
import { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import middy from '@middy/core';
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { createGateway } from '#local/gateway/api-gateway.ts';
import type { Handler } from '#local/gateway/invoke.ts';
import type { Endpoint, LambdaFunction } from '#local/gateway/service.ts';
import { installAwsLambda, type ResponseStream } from '#local/gateway/streaming.ts';

type AwsLambda = {
  streamifyResponse(
    handler: (event: unknown, stream: ResponseStream, context: unknown) => Promise<void>,
  ): Handler;
  HttpResponseStream: { from(stream: ResponseStream, prelude: unknown): ResponseStream };
};
let awslambda: AwsLambda;
const open: Server[] = [];
const publicUrl = 'http://localhost:8000';
const log = { log: () => {}, error: () => {} };

beforeAll(() => {
  installAwsLambda();
  awslambda = (globalThis as unknown as { awslambda: AwsLambda }).awslambda;
});

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function listen(server: Server): Promise<string> {
  open.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Served = { handler: Handler; stream?: boolean; timeoutMs?: number };

function gatewayWith({ handler, stream = false, timeoutMs = 5_000 }: Served) {
  const lambda: LambdaFunction = { name: 'fixture', module: '', exportName: '', timeoutMs, memoryMb: 512 };
  const endpoint: Endpoint = { lambda, method: 'ANY', resource: '/{proxy+}', stream, timeoutMs };
  const service = {
    endpoints: [endpoint],
    consumers: [],
    schedules: [],
    binaryMediaTypes: ['application/pdf'],
  };
  const serveConsole = () => false;
  return listen(createGateway({ service, publicUrl, serveConsole, handlerOf: async () => handler, log }));
}

/** A streaming handler that sends a prelude and then what `body` writes. */
function streaming(body: (stream: ResponseStream) => Promise<void>): Handler {
  return awslambda.streamifyResponse(async (_event, stream) => {
    const headers = { 'Content-Type': 'text/event-stream' };
    await body(
      awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers, cookies: ['a=1', 'b=2'] }),
    );
  });
}

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    detail: expect.any(String),
    request_id: response.headers.get('x-request-id'),
  });
  return body;
}

describe('a buffered function', () => {
  test('gets the request as an event; its status, headers, cookies and body are sent', async () => {
    const url = await gatewayWith({
      handler: async (event: APIGatewayProxyEvent) => ({
        statusCode: 201,
        headers: { 'Content-Type': 'application/json', 'X-One': 1 },
        multiValueHeaders: { 'Set-Cookie': ['a=1; HttpOnly', 'b=2'] },
        body: JSON.stringify({
          method: event.httpMethod,
          proxy: event.pathParameters?.proxy,
          body: event.body,
        }),
      }),
    });
    const response = await fetch(`${url}/v1/things?x=1`, { method: 'POST', body: '안녕' });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-one')).toBe('1');
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect(await response.json()).toEqual({ method: 'POST', proxy: 'v1/things', body: '안녕' });
  });

  test('that returns base64 is decoded only for a client that accepts a binary media type', async () => {
    const body = Buffer.from('%PDF').toString('base64');
    const url = await gatewayWith({
      handler: async () => ({ statusCode: 200, body, isBase64Encoded: true }),
    });
    const asked = (accept: string) =>
      fetch(`${url}/f`, { headers: { accept } }).then((answer) => answer.text());
    expect(await asked('application/pdf, */*')).toBe('%PDF');
    expect(await asked('text/html')).toBe(body);
  });

  test.each([
    ['throws', async () => Promise.reject(new Error('secret detail'))],
    ['returns nothing', async () => undefined],
    ['returns no status', async () => ({ body: 'x' })],
    ['returns an object as its body', async () => ({ statusCode: 200, body: {} })],
    ['returns more than 6 MB', async () => ({ statusCode: 200, body: 'x'.repeat(6_291_457) })],
  ])('that %s is a 502 problem without details', async (_what, handler) => {
    const response = await fetch(`${await gatewayWith({ handler })}/x`);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 502, code: 'internal_error' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  test('that takes too long is a 504 problem', async () => {
    const url = await gatewayWith({ handler: () => new Promise(() => {}), timeoutMs: 30 });
    const response = await fetch(`${url}/x`);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await problemOf(response)).toMatchObject({ status: 504, code: 'gateway_timeout' });
  });
});

describe('requests that reach no function', () => {
  test('an unknown route is a 404 problem', async () => {
    const url = await gatewayWith({ handler: async () => ({ statusCode: 200 }) });
    expect(await problemOf(await fetch(url))).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('a path with broken percent-encoding is a 400 problem', async () => {
    const url = await gatewayWith({ handler: async () => ({ statusCode: 200 }) });
    expect(await problemOf(await fetch(`${url}/%E0%A4%A`))).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });

  test.each([7, 11])('a body of %d MB is a 413 problem', async (megabytes) => {
    const url = await gatewayWith({ handler: async () => ({ statusCode: 200 }) });
    const body = Buffer.alloc(megabytes * 1_048_576, 'x');
    const response = await fetch(`${url}/x`, { method: 'POST', body });
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'payload_too_large' });
  });
});

test('a sign-in that begins at another name of this machine is redirected to the public URL', async () => {
  const url = await gatewayWith({ handler: async () => ({ statusCode: 204 }) });
  const response = await fetch(`${url}/v1/auth/google/login?return_to=x`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([
    307,
    `${publicUrl}/v1/auth/google/login?return_to=x`,
  ]);
  expect((await fetch(`${url}/v1/me`)).status).toBe(204);
});

describe('a streaming function', () => {
  test('reaches the client chunk by chunk, before it has finished', async () => {
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    const url = await gatewayWith({
      stream: true,
      handler: streaming(async (stream) => {
        stream.write('data: 하나\n\n');
        await finished;
        stream.write('data: two\n\n');
        stream.end();
      }),
    });
    const response = await fetch(`${url}/chat`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await next()).toBe('data: 하나\n\n');
    finish();
    expect(await next()).toBe('data: two\n\n');
    expect((await reader.read()).done).toBe(true);
  });

  test('sends its head as soon as it writes, even an empty chunk', async () => {
    const url = await gatewayWith({
      stream: true,
      handler: streaming(async (stream) => {
        stream.write('');
        await new Promise(() => {});
      }),
    });
    const abort = new AbortController();
    const response = await fetch(`${url}/chat`, { signal: abort.signal });
    expect(response.status).toBe(200);
    abort.abort();
  });

  test('wrapped by middy streams what its handler returns', async () => {
    const handler = middy(
      async () => ({ statusCode: 202, headers: { 'X-A': 'b' }, body: Readable.from(['one ', 'two']) }),
      { executionMode: executionModeStreamifyResponse },
    ) as unknown as Handler;
    const response = await fetch(`${await gatewayWith({ stream: true, handler })}/chat`);
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([
      202,
      'b',
      'one two',
    ]);
  });

  test('has to wait for a client that does not read', async () => {
    let refused = false;
    const url = await gatewayWith({
      stream: true,
      handler: streaming(async (stream) => {
        const chunk = 'x'.repeat(65_536);
        for (let i = 0; i < 1_000 && !refused; i += 1) {
          refused = !stream.write(chunk);
          if (refused) await once(stream as unknown as Readable, 'drain');
        }
        stream.end();
      }),
    });
    const text = await (await fetch(`${url}/chat`)).text();
    expect(refused).toBe(true);
    expect(text.length).toBeGreaterThan(65_535);
  });

  test('has its stream destroyed when the client disconnects', async () => {
    const { promise: noticed, resolve: gone } = Promise.withResolvers<void>();
    const url = await gatewayWith({
      stream: true,
      handler: streaming(async (stream) => {
        stream.on('close', gone);
        stream.write('first');
        await noticed;
        expect(stream.destroyed).toBe(true);
      }),
    });
    const abort = new AbortController();
    const response = await fetch(`${url}/chat`, { signal: abort.signal });
    await (response.body as ReadableStream).getReader().read();
    abort.abort();
    await noticed;
  });

  test('has the body that it pipes destroyed when the client disconnected before', async () => {
    const called = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const piped = new Readable({ read() {} });
    const destroyed = new Promise((resolve) => piped.once('close', resolve));
    const handler = middy(
      async () => {
        called.resolve();
        await left.promise;
        return { statusCode: 200, body: piped };
      },
      { executionMode: executionModeStreamifyResponse },
    ) as unknown as Handler;
    const abort = new AbortController();
    const url = await gatewayWith({ stream: true, handler });
    open.at(-1)?.once('connection', (socket) => socket.once('close', left.resolve));
    const asked = fetch(`${url}/chat`, { signal: abort.signal });
    await called.promise;
    abort.abort();
    await expect(asked).rejects.toThrow('aborted');
    await destroyed;
  });

  test('that fails before its first write is a 502 problem', async () => {
    const url = await gatewayWith({
      stream: true,
      handler: streaming(async () => Promise.reject(new Error('no'))),
    });
    expect(await problemOf(await fetch(`${url}/chat`))).toMatchObject({ status: 502 });
  });

  test('that fails after its first write cuts the connection, so that the client notices the missing rest', async () => {
    const url = await gatewayWith({
      stream: true,
      handler: streaming(async (stream) => {
        stream.write('half');
        throw new Error('no');
      }),
    });
    const response = await fetch(`${url}/chat`);
    await expect(response.text()).rejects.toThrow();
  });

  test('that sends no prelude is a 502 problem', async () => {
    const handler = awslambda.streamifyResponse(async (_event, stream) => {
      stream.end('bare');
    });
    expect(await problemOf(await fetch(`${await gatewayWith({ stream: true, handler })}/x`))).toMatchObject({
      status: 502,
    });
  });

  test('behind an endpoint that does not stream is a 502 problem', async () => {
    const url = await gatewayWith({ handler: streaming(async (stream) => void stream.end()) });
    expect(await problemOf(await fetch(`${url}/x`))).toMatchObject({ status: 502 });
  });
});
