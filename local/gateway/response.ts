import { type ServerResponse, STATUS_CODES } from 'node:http';
import { matchesMediaType } from './event.ts';

/** Lambda's limit for a request and for a buffered response. */
export const MAX_LAMBDA_BYTES = 6 * 1_048_576;

/** What a handler may return, or send as the prelude of a stream. */
export type Answer = {
  statusCode: number;
  headers?: Record<string, unknown>;
  multiValueHeaders?: Record<string, unknown[]>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
};

/** An error that the gateway itself answers, in the shape that the API's own errors wear. */
export class GatewayError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** The answer to a handler that crashed or whose response API Gateway could not use. */
export function badGateway(): GatewayError {
  return new GatewayError(502, 'internal_error', 'The function failed; the request id finds it in the log.');
}

/**
 * Checks what a handler returned, or the prelude it streamed, as API Gateway does.
 * @throws Error saying what is malformed; the client gets a 502
 */
export function readAnswer(value: unknown): Answer {
  const answer = (value ?? {}) as Answer;
  if (typeof value !== 'object' || value === null) throw new Error('the response is not an object');
  const status: number = answer.statusCode;
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new Error('statusCode is not an HTTP status');
  if (answer.body !== undefined && answer.body !== null && typeof answer.body !== 'string') {
    throw new Error('body is not a string');
  }
  if (Buffer.byteLength(answer.body ?? '') > MAX_LAMBDA_BYTES) throw new Error('the response exceeds 6 MB');
  return { ...answer, statusCode: status };
}

/** Writes status and headers. Several values of one header become several lines, as `Set-Cookie` needs. */
export function sendHead(response: ServerResponse, answer: Answer, requestId: string): void {
  response.statusCode = answer.statusCode;
  response.setHeader('x-amzn-RequestId', requestId);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, String(value));
  for (const [name, values] of Object.entries(answer.multiValueHeaders ?? {})) {
    response.setHeader(name, values.map(String));
  }
  if (answer.cookies) response.setHeader('Set-Cookie', answer.cookies);
}

/**
 * Sends a buffered answer. A body in base64 is decoded only where API Gateway would: when the API's binary
 * media types hold the first type that the client accepts.
 */
export function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  around: { requestId: string; binaryMediaTypes: string[]; accept: string },
): void {
  const decode =
    answer.isBase64Encoded === true &&
    matchesMediaType(around.binaryMediaTypes, around.accept.split(',')[0] ?? '');
  const body = Buffer.from(answer.body ?? '', decode ? 'base64' : 'utf8');
  sendHead(response, answer, around.requestId);
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json');
  if (answer.statusCode !== 204 && answer.statusCode !== 304)
    response.setHeader('Content-Length', body.length);
  response.end(body);
}

/** Sends an error of the gateway itself as problem+json, or cuts the connection when an answer has begun. */
export function sendError(response: ServerResponse, error: GatewayError, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const body = JSON.stringify({
    type: `urn:rag-platform:error:${error.code}`,
    title: STATUS_CODES[error.status],
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
  });
  response.writeHead(error.status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
  });
  response.end(body);
}
