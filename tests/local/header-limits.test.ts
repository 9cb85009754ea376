import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createGateway } from '#local/gateway/api-gateway.ts';
import { HEADER_LIMITS } from '#shared/core/header-limits.ts';

const service = { endpoints: [], consumers: [], schedules: [], binaryMediaTypes: [] };

test('the gateway waits less for headers than Node does', () => {
  const handlerOf = () => Promise.reject(new Error('there is none'));
  const urls = { publicUrl: 'http://localhost', embedderUrl: 'http://127.0.0.1:9' };
  const log = { log() {}, error() {} };
  const server = createGateway({ service, ...urls, serveConsole: () => false, handlerOf, log });
  expect(server.headersTimeout).toBe(HEADER_LIMITS.headersTimeout);
});

test('with such limits a connection whose headers never end is ended', async () => {
  const server = createServer({ ...HEADER_LIMITS, headersTimeout: 50, connectionsCheckingInterval: 10 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
  let answer = '';
  for await (const part of socket) answer += String(part);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  server.close();
});
