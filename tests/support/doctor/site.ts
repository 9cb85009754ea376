import { once } from 'node:events';
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';

export type Reply = { status: number; headers?: Record<string, string>; body?: string };
/** Replies by `METHOD host path`; any other request gets a 404 in the API's format. */
export type Replies = Record<string, Reply>;

const json = { 'Content-Type': 'application/json' };
const problem = { 'Content-Type': 'application/problem+json' };
const READY = Object.fromEntries(
  ['database', 'redis', 'vectors', 'embedder', 'storage'].map((name) => [name, { ok: true, latency_ms: 1 }]),
);
export const NOT_FOUND = reply(
  404,
  { code: 'not_found', detail: 'No such route.', request_id: 'r' },
  problem,
);
const SCRIPT = '/health?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E';

export function reply(status: number, body: object, headers: Record<string, string> = json): Reply {
  return { status, headers, body: JSON.stringify(body) };
}

/** The reply of /ready while some dependencies are unavailable. */
export function readyWithout(...missing: string[]): Reply {
  const gone = Object.fromEntries(missing.map((name) => [name, { ok: false, latency_ms: 2_000 }]));
  return reply(missing.length > 0 ? 503 : 200, { checks: { ...READY, ...gone } });
}

/** A healthy platform, seen from outside. */
export const HEALTHY_SITE: Replies = {
  'GET api /health': reply(200, { status: 'healthy' }),
  'GET api /ready': readyWithout(),
  'GET api /docs': { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' },
  'OPTIONS api /v1/teams': { status: 204 },
  'POST api /v1/chat/completions': reply(401, { error: { message: 'no key' } }),
  [`GET api ${SCRIPT}`]: reply(403, { code: 'forbidden', request_id: 'r' }, problem),
  'GET embed /health': reply(200, { status: 'ok' }),
  'GET plain /health': { status: 301, headers: { Location: 'https://embed.rag.test/health' } },
};

export type Tls = { cert: string; key: string; minVersion?: SecureVersion; ciphers?: string };

/** Starts servers for the API, the embedder and plain HTTP. @returns their ports and a function that stops them */
export async function startSite(
  replies: Replies,
  { api, embed }: { api: Tls; embed: Tls },
): Promise<{ ports: { api: number; embed: number; plain: number }; stop: () => Promise<void> }> {
  const answer = (host: string) => (request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = replies[`${request.method} ${host} ${request.url}`] ?? NOT_FOUND;
    response.writeHead(status, headers).end(body);
  };
  const servers: Record<string, Server> = {
    api: createHttps(api, answer('api')),
    embed: createHttps(embed, answer('embed')),
    plain: createHttp(answer('plain')),
  };
  const ports: Record<string, number> = {};
  for (const [name, server] of Object.entries(servers)) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports[name] = (server.address() as AddressInfo).port;
  }
  const stop = async () => {
    for (const server of Object.values(servers)) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  };
  return { ports: ports as { api: number; embed: number; plain: number }, stop };
}
