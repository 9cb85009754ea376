import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HEADER_LIMITS } from '#shared/core/header-limits.ts';
import type { ConsoleFiles } from './console.ts';
import { toEvent, toIncoming } from './event.ts';
import { type Handler, invoke } from './invoke.ts';
import { type Match, matchEndpoint } from './match.ts';
import { badGateway, GatewayError, MAX_LAMBDA_BYTES, sendError } from './response.ts';
import type { LambdaFunction, Service } from './service.ts';

/** API Gateway's limit for a request's body. */
const MAX_BODY_BYTES = 10 * 1_048_576;
const SIGN_IN_PATHS = ['/v1/auth/google/login', '/v1/auth/login'];

type GatewayOptions = {
  service: Service;
  /** The API's own URL, such as http://localhost:8000. */
  publicUrl: string;
  /** Answers the requests for the console. */
  serveConsole: ConsoleFiles;
  /** The loaded handler of a function. */
  handlerOf(lambda: LambdaFunction): Promise<Handler>;
  log: Pick<Console, 'log' | 'error'>;
};

/**
 * Emulates API Gateway: an HTTP server that turns each request into the event of a Lambda proxy integration, invokes
 * the handler, and sends what the handler returns or streams.
 */
export function createGateway(options: GatewayOptions): Server {
  return createServer(HEADER_LIMITS, (request, response) => {
    const requestId = randomUUID();
    handle(request, response, { ...options, requestId }).catch((error: unknown) => {
      const known = error instanceof GatewayError;
      if (known)
        options.log.log(`[${requestId}] ${request.method} ${request.url} ${error.status} ${error.message}`);
      if (!known && !request.destroyed) options.log.error(`[${requestId}] the gateway failed:`, error);
      sendError(response, known ? error : badGateway(), requestId);
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions & { requestId: string },
): Promise<void> {
  const { requestId, service, log } = options;
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (options.serveConsole(request, response, path)) return;
  if (SIGN_IN_PATHS.includes(path) && redirectToPublicUrl(request, response, options.publicUrl)) return;
  const body = await readBody(request);
  const match = findEndpoint(service, request.method ?? 'GET', path);
  const { binaryMediaTypes } = service;
  const event = toEvent(toIncoming(request, body), match, { requestId, binaryMediaTypes });
  if (Buffer.byteLength(event.body ?? '') > MAX_LAMBDA_BYTES) throw tooLarge();
  const { endpoint } = match;
  const handler = await options.handlerOf(endpoint.lambda);
  await invoke(response, { endpoint, handler, event, requestId, binaryMediaTypes, log });
}

/**
 * Redirects a sign-in that begins at another name of this machine, such as 127.0.0.1, to the public URL. The issuer
 * redirects back to the public URL, and a browser sends the sign-in cookie only to the host that set it.
 * @returns whether the request was redirected
 */
function redirectToPublicUrl(request: IncomingMessage, response: ServerResponse, publicUrl: string): boolean {
  const target = new URL(publicUrl);
  if (!request.headers.host || request.headers.host === target.host) return false;
  response.writeHead(307, {
    Location: new URL(request.url ?? '/', target).href,
    'Cache-Control': 'no-store',
  });
  response.end();
  return true;
}

function findEndpoint(service: Service, method: string, path: string): Match {
  let match: Match | null;
  try {
    match = matchEndpoint(service.endpoints, method, path);
  } catch {
    throw new GatewayError(400, 'invalid_request', 'The path is not valid percent-encoding.');
  }
  if (!match) throw new GatewayError(404, 'not_found', `No such route: ${method} ${path}`);
  return match;
}

/** Reads a body to its end even when it is too large: a client that still sends may not read the response. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > MAX_BODY_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

function tooLarge(): GatewayError {
  return new GatewayError(
    413,
    'payload_too_large',
    'The body is too large; send files with a presigned upload.',
  );
}
