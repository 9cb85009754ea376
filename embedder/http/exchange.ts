import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeBody } from './compress.ts';

/** One request and what its answer needs. `signal` is aborted when the client leaves before it has the answer. */
export type Exchange = { request: IncomingMessage; requestId: string; signal: AbortSignal };

/** A route's answer. `body` is sent as JSON, unless it is a buffer of JSON or a text of another `contentType`. */
export type Reply = { status: number; body: unknown; contentType?: string; headers?: Record<string, string> };

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Takes over the client's request id where it is well-formed, else makes one. */
export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('The client went away.'));
  });
  return { request, requestId, signal: gone.signal };
}

/**
 * Sends a reply, compressed where it is large and the client accepts that. Closes the connection afterwards when the
 * request's body was not read to its end.
 */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  { request, requestId, signal }: Exchange,
): Promise<void> {
  const { body, encoding } = await encodeBody(bytesOf(reply), request.headers['accept-encoding']);
  if (signal.aborted) return;
  response.writeHead(reply.status, {
    'Content-Type': reply.contentType ?? 'application/json; charset=utf-8',
    'Content-Length': body.length,
    'X-Request-Id': requestId,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    Vary: 'Accept-Encoding',
    ...(encoding ? { 'Content-Encoding': encoding } : {}),
    ...reply.headers,
    ...(request.complete ? {} : { Connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function bytesOf({ body, contentType }: Reply): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(contentType ? String(body) : JSON.stringify(body));
}
