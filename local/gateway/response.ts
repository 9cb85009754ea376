import { type ServerResponse, STATUS_CODES } from 'node:http';
import { matchesMediaType } from './event.ts';

/** Lambda's limit for the payload of a request, and for a response that is not streamed. */
export const MAX_LAMBDA_BYTES = 6 * 1_048_576;

/** The Lambda proxy response: what a handler may return, or send as the prelude of a stream. */
export type ProxyResponse = {
  statusCode: number;
  headers?: Record<string, unknown>;
  multiValueHeaders?: Record<string, unknown[]>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
};

/** An error of the gateway itself; it is sent in the format of the API's own errors. */
export class GatewayError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** The error for a handler that threw or whose response API Gateway cannot use. */
export function badGateway(): GatewayError {
  return new GatewayError(502, 'internal_error', 'The function failed; search the log for the request id.');
}

/**
 * Checks a handler's return value, or the prelude of its stream, as API Gateway does.
 * @throws Error that names the malformed field; the caller sends a 502
 */
export function checkProxyResponse(value: unknown): ProxyResponse {
  const result = (value ?? {}) as ProxyResponse;
  if (typeof value !== 'object' || value === null) throw new Error('the response is not an object');
  const status: number = result.statusCode;
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new Error('statusCode is not an HTTP status');
  if (result.body !== undefined && result.body !== null && typeof result.body !== 'string') {
    throw new Error('body is not a string');
  }
  if (Buffer.byteLength(result.body ?? '') > MAX_LAMBDA_BYTES) throw new Error('the response exceeds 6 MB');
  return { ...result, statusCode: status };
}

/** Sets status and headers. Several values of one header become several lines, as `Set-Cookie` needs. */
export function setHead(response: ServerResponse, result: ProxyResponse, requestId: string): void {
  response.statusCode = result.statusCode;
  response.setHeader('x-amzn-RequestId', requestId);
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {})) {
    response.setHeader(name, values.map(String));
  }
  if (result.cookies) response.setHeader('Set-Cookie', result.cookies);
}

/**
 * Sends a buffered response. Like API Gateway, it decodes a base64 body only when the first media type that the client
 * accepts is among the API's binary media types.
 */
export function sendBuffered(
  response: ServerResponse,
  result: ProxyResponse,
  around: { requestId: string; binaryMediaTypes: string[]; accept: string },
): void {
  const decode =
    result.isBase64Encoded === true &&
    matchesMediaType(around.binaryMediaTypes, around.accept.split(',')[0] ?? '');
  const body = Buffer.from(result.body ?? '', decode ? 'base64' : 'utf8');
  setHead(response, result, around.requestId);
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json');
  if (result.statusCode !== 204 && result.statusCode !== 304)
    response.setHeader('Content-Length', body.length);
  response.end(body);
}

/** Sends an error as problem+json. A response that has begun is cut instead: its status can no longer change. */
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
    ...([429, 503, 504].includes(error.status) && { 'Retry-After': '1' }),
  });
  response.end(body);
}
