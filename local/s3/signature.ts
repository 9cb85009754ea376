import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { accessDenied, S3Error } from './error.ts';

/** Credentials of the account whose signatures are accepted. */
export type Account = { accessKeyId: string; secretAccessKey: string };

type SignedRequest = { method: string; url: string; headers: IncomingHttpHeaders };
type Signature = {
  credential: string;
  signedHeaders: string;
  signature: string;
  time: string;
  payloadHash: string;
};

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRES_SECONDS = 604_800;

/**
 * Checks the AWS Signature Version 4 of a request: in its `Authorization` header or, for a presigned URL, in its query.
 * It covers method, path, query and signed headers. The hash of the payload is not compared with the payload.
 * @param now milliseconds since the epoch
 * @throws S3Error for a missing, expired or wrong signature, an unknown key, or a clock that differs too much
 */
export function verifyRequest(request: SignedRequest, account: Account, now = Date.now()): void {
  const query = queryOf(request.url);
  const presigned = query.some(([name]) => name === 'X-Amz-Signature');
  const found = presigned ? fromQuery(query, now) : fromHeader(request.headers, now);
  const scope = checkCredential(found.credential, account);
  const canonicalRequest = [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(query),
    canonicalHeaders(request.headers, found.signedHeaders),
    found.signedHeaders,
    found.payloadHash,
  ].join('\n');
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  const expected = sign([ALGORITHM, found.time, scope, digest].join('\n'), account, scope);
  if (!equal(expected, found.signature)) throw signatureMismatch();
}

/** Signs a text under a credential scope (`date/region/service/aws4_request`). @returns hex */
export function sign(text: string, account: Account, scope: string): string {
  const key = scope
    .split('/')
    .reduce<Buffer | string>((key, part) => hmac(key, part), `AWS4${account.secretAccessKey}`);
  return hmac(key, text).toString('hex');
}

/**
 * Checks a credential such as `AKID/20261123/ap-northeast-2/s3/aws4_request` and returns its scope.
 * @throws S3Error when the key is unknown or the scope is not for S3
 */
export function checkCredential(credential: string, account: Account): string {
  const [accessKeyId, ...scope] = credential.split('/');
  if (accessKeyId !== account.accessKeyId) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    throw new S3Error(403, 'InvalidAccessKeyId', message, { AWSAccessKeyId: accessKeyId ?? '' });
  }
  if (scope.length !== 4 || scope[2] !== 's3' || scope[3] !== 'aws4_request') {
    throw new S3Error(400, 'AuthorizationHeaderMalformed', 'The credential scope is not one of S3.');
  }
  return scope.join('/');
}

/** Compares two hex signatures in constant time. */
export function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The error for a wrong signature. */
export function signatureMismatch(): S3Error {
  return new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}

/** Parses a time such as `20261123T021109Z`. @returns milliseconds since the epoch, NaN when it is malformed */
export function parseAmzDate(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function fromQuery(query: [string, string][], now: number): Signature {
  const values = new Map(query);
  const value = (name: string): string => {
    const found = values.get(name);
    if (found) return found;
    throw new S3Error(
      400,
      'AuthorizationQueryParametersError',
      `Query-string authentication requires ${name}.`,
    );
  };
  const expires = Number(value('X-Amz-Expires'));
  if (value('X-Amz-Algorithm') !== ALGORITHM || !(expires >= 0 && expires <= MAX_EXPIRES_SECONDS)) {
    throw new S3Error(
      400,
      'AuthorizationQueryParametersError',
      'X-Amz-Algorithm or X-Amz-Expires is not usable.',
    );
  }
  const time = value('X-Amz-Date');
  const expiresAt = parseAmzDate(time) + expires * 1_000;
  if (!(now < expiresAt)) throw accessDenied('Request has expired', { 'X-Amz-Expires': String(expires) });
  return {
    credential: value('X-Amz-Credential'),
    signedHeaders: value('X-Amz-SignedHeaders'),
    signature: value('X-Amz-Signature'),
    time,
    payloadHash: values.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

function fromHeader(headers: IncomingHttpHeaders, now: number): Signature {
  const given = headers.authorization ?? '';
  if (!given.startsWith(`${ALGORITHM} `)) throw accessDenied();
  const parts = new Map(
    given
      .slice(ALGORITHM.length)
      .split(',')
      .map((part) => part.trim().split('=', 2) as [string, string]),
  );
  const time = String(headers['x-amz-date'] ?? '');
  if (!(Math.abs(now - parseAmzDate(time)) <= MAX_SKEW_MS)) {
    const message = 'The difference between the request time and the current time is too large.';
    throw new S3Error(403, 'RequestTimeTooSkewed', message);
  }
  return {
    credential: parts.get('Credential') ?? '',
    signedHeaders: parts.get('SignedHeaders') ?? '',
    signature: parts.get('Signature') ?? '',
    time,
    payloadHash: String(headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD'),
  };
}

function queryOf(url: string): [string, string][] {
  const [, query = ''] = url.split('?', 2);
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    });
}

function canonicalPath(url: string): string {
  const [path = '/'] = url.split('?', 1);
  return path.split('/').map(decode).map(encode).join('/');
}

function canonicalQuery(query: [string, string][]): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function canonicalHeaders(headers: IncomingHttpHeaders, signed: string): string {
  const line = (name: string) =>
    `${name}:${String(headers[name] ?? '')
      .trim()
      .replace(/ +/g, ' ')}\n`;
  return signed.split(';').map(line).join('');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
