import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { AppError, type FieldError } from '#shared/core/errors.ts';
import { encodeBody } from './compress.ts';

/** One request under way. `signal` is aborted when the client goes before it has its answer. */
export type Exchange = { request: IncomingMessage; requestId: string; signal: AbortSignal };

/** What a route answers. `body` is sent as JSON unless it is JSON in bytes already, or text of another `contentType`. */
export type Reply = { status: number; body: unknown; contentType?: string; headers?: Record<string, string> };

const BYTE_ORDER_MARK = /^\uFEFF/;
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** The caller's request id where it is a plain one, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** A signal that is aborted when the connection closes before the response was finished. */
export function clientSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('The client went away.'));
  });
  return gone.signal;
}

/**
 * Reads a JSON body of at most `maxBytes` and checks it.
 * @throws AppError `unsupported_media_type`, `payload_too_large`, `invalid_json` or `validation_failed`
 */
export async function readBody<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
  maxBytes: number,
): Promise<z.output<Schema>> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? 'application/json';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (type !== 'application/json' || encoding !== 'identity') {
    throw new AppError('unsupported_media_type', 'Send the body as uncompressed application/json.');
  }
  const value = parseJson(await readBytes(request, maxBytes));
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidBody(result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
}

/** The error for a body that is JSON but not what the route takes. */
export function invalidBody(fields: FieldError[]): AppError {
  const [first] = fields;
  const detail = `The body is not acceptable: ${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'invalid'}.`;
  return new AppError('validation_failed', detail, { fields: fields.slice(0, 50) });
}

/** By events: the stream's async iterator took 0.05 ms of a request. */
function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  const chunks: Buffer[] = [];
  let bytes = 0;
  const read = (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= maxBytes) return;
    // What else comes is left where it is: the answer still has to go out on this connection.
    request.off('data', read);
    request.pause();
    reject(tooLarge(maxBytes));
  };
  request.on('data', read);
  request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  request.once('error', reject);
  return promise;
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('payload_too_large', `The body may have at most ${maxBytes} bytes.`);
}

function parseJson(bytes: Buffer): unknown {
  try {
    // Measured on 1.7 MB: 1 ms; a TextDecoder that throws takes 9.
    if (!isUtf8(bytes)) throw new TypeError('The body is not UTF-8.');
    return JSON.parse(bytes.toString('utf8').replace(BYTE_ORDER_MARK, ''));
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not valid JSON in UTF-8.', { cause });
  }
}

/**
 * Sends a reply, compressed where it is large and the client takes that. When the request's body was not read to
 * its end, the connection is closed after it.
 */
export async function send(
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
