import type { APIGatewayProxyEvent } from 'aws-lambda';
import { AppError } from '#shared/core/errors.ts';

/** The parts of the HTTP request that a route may use besides its validated input. */
export type HttpRequest = {
  id: string;
  method: string;
  path: string;
  ip: string;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
};

/** Reads an event of an API Gateway REST API. Header names are case-insensitive. */
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

/**
 * The query parameters, normalised like a body. `name[key]=value` becomes an object `name`.
 * @throws AppError `invalid_request` for NUL characters
 */
export function readQuery(event: APIGatewayProxyEvent): unknown {
  const query = new Map<string, unknown>();
  for (const [full, value = ''] of Object.entries(event.queryStringParameters ?? {})) {
    const [, name, key] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(full) ?? [];
    const members = name === undefined ? null : (query.get(name) ?? new Map<string, string>());
    if (members instanceof Map && name !== undefined) query.set(name, members.set(key, cleanString(value)));
    else query.set(full, cleanString(value));
  }
  const entries = [...query].map(([name, value]) => {
    return [name, value instanceof Map ? cleanText(Object.fromEntries(value)) : value];
  });
  return cleanText(Object.fromEntries(entries));
}

/**
 * The JSON value of the body, with every text in it NFC-normalised: Korean typed on macOS arrives as NFD.
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

/** Normalises text values, and keys too: clients choose the keys of metadata. */
function cleanText(value: unknown): unknown {
  if (typeof value === 'string') return cleanString(value);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [cleanString(key), each] as const);
  return entries.every(([key]) => Object.hasOwn(value, key)) ? value : Object.fromEntries(entries);
}

/** Normalises a text. PostgreSQL cannot store NUL, and UTF-8 has no lone surrogates. */
function cleanString(text: string): string {
  if (text.includes('\0')) throw nulCharacter();
  return text.toWellFormed().normalize('NFC');
}

function nulCharacter(): AppError {
  return new AppError('invalid_request', 'Text must not contain NUL characters.', {
    fields: [{ path: '', message: 'contains a NUL character (\\u0000)' }],
  });
}
