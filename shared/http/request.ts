import type { APIGatewayProxyEvent } from 'aws-lambda';
import { AppError } from '#shared/core/errors.ts';

/** What a route may know of the HTTP request beyond its validated parts. */
export type HttpRequest = {
  id: string;
  method: string;
  path: string;
  ip: string;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
};

/** Reads an API Gateway REST event; header names are looked up without regard to case. */
export function readRequest(event: APIGatewayProxyEvent): HttpRequest {
  const headers = new Map(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    id: event.requestContext.requestId,
    method: event.httpMethod,
    path: event.path,
    ip: event.requestContext.identity.sourceIp,
    header: (name) => headers.get(name.toLowerCase()),
    cookie: (name) => readCookie(headers.get('cookie') ?? '', name),
  };
}

function readCookie(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const [key, ...value] = part.split('=');
    if (key?.trim() === name) return value.join('=').trim();
  }
  return undefined;
}

/** The query's parameters, as clean as a body's text. @throws AppError `invalid_request` for NUL characters */
export function readQuery(event: APIGatewayProxyEvent): unknown {
  return cleanText(
    Object.fromEntries(
      Object.entries(event.queryStringParameters ?? {}).map(([name, value = '']) => [
        name,
        cleanString(value),
      ]),
    ),
  );
}

/**
 * The JSON value of a request's body, every text in it NFC-normalised (Korean typed on macOS arrives as NFD).
 * @throws AppError `unsupported_media_type`, `payload_too_large` or `invalid_json`
 */
export function readJson(event: APIGatewayProxyEvent, maxBytes: number): unknown {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length === 0) return undefined;
  if (body.length > maxBytes) {
    throw new AppError(
      'payload_too_large',
      `The body has ${body.length} bytes; at most ${maxBytes} are accepted.`,
    );
  }
  const type = readRequest(event).header('content-type') ?? 'application/json';
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new AppError('unsupported_media_type', 'Send the body as `Content-Type: application/json`.');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), (_key, value: unknown) =>
      cleanText(value),
    );
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid_json', 'The body is not valid JSON in UTF-8.', {
      cause,
      fields: [{ path: '', message: 'not valid JSON' }],
    });
  }
}

/** In values and in keys, which metadata has of its own. */
function cleanText(value: unknown): unknown {
  if (typeof value === 'string') return cleanString(value);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [cleanString(key), each] as const);
  return entries.every(([key]) => Object.hasOwn(value, key)) ? value : Object.fromEntries(entries);
}

/** NUL cannot be stored in Postgres, and a lone surrogate in no UTF-8 text at all. */
function cleanString(text: string): string {
  if (text.includes('\0')) throw nulCharacter();
  return text.toWellFormed().normalize('NFC');
}

function nulCharacter(): AppError {
  return new AppError('invalid_request', 'Text must not contain NUL characters.', {
    fields: [{ path: '', message: 'contains a NUL character (\\u0000)' }],
  });
}
