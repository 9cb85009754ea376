import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { ACCOUNT_ID, localArn } from '#local/platform/aws-account.ts';
import type { Match } from './match.ts';
import type { LambdaFunction } from './service.ts';

export type Incoming = {
  method: string;
  /** Path and query as sent. */
  url: string;
  rawHeaders: string[];
  sourceIp: string;
  body: Buffer;
};

type Around = { requestId: string; binaryMediaTypes: string[] };

const STAGE = 'local';

/** The parts of a request that its event needs; the body has been read. */
export function toIncoming(request: IncomingMessage, body: Buffer): Incoming {
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    rawHeaders: request.rawHeaders,
    sourceIp: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    body,
  };
}

/**
 * The event that API Gateway (REST API, Lambda proxy integration) creates for a request. Header names keep their case,
 * query values are decoded, and an empty map is null. Bodies of the API's binary media types are in base64.
 */
export function toEvent(request: Incoming, match: Match, around: Around): APIGatewayProxyEvent {
  const { path, query } = splitUrl(request.url);
  const headers = group(withForwarded(request, around.requestId));
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1][0] ?? '';
  const binary = matchesMediaType(around.binaryMediaTypes, contentType);
  return {
    resource: match.endpoint.resource,
    path,
    httpMethod: request.method,
    headers: lastOf(headers) ?? {},
    multiValueHeaders: allOf(headers) ?? {},
    queryStringParameters: lastOf(query),
    multiValueQueryStringParameters: allOf(query),
    pathParameters: match.pathParameters,
    stageVariables: null,
    requestContext: requestContext(request, match, around.requestId),
    body: request.body.length === 0 ? null : request.body.toString(binary ? 'base64' : 'utf8'),
    isBase64Encoded: binary && request.body.length > 0,
  };
}

/** The context of an invocation that begins now. @param deadline in milliseconds since the epoch */
export function toContext(
  lambda: LambdaFunction,
  requestId: string = randomUUID(),
  deadline = Date.now() + lambda.timeoutMs,
): Context {
  const functionName = `rag-platform-${STAGE}-${lambda.name}`;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: localArn('lambda', `function:${functionName}`),
    memoryLimitInMB: String(lambda.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]local`,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

/** Whether a content type is among the accepted media types; these may contain `image/*` and `*\/*`. */
export function matchesMediaType(accepted: string[], contentType: string): boolean {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  return accepted.some((each) => {
    const pattern = each.toLowerCase().replace('~1', '/');
    if (pattern === '*/*') return true;
    return pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
  });
}

function requestContext(request: Incoming, match: Match, requestId: string) {
  const headers = lastOf(group(pairs(request.rawHeaders))) ?? {};
  const header = (wanted: string) =>
    Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;
  const now = Date.now();
  return {
    accountId: ACCOUNT_ID,
    apiId: 'local',
    authorizer: undefined,
    domainName: header('host') ?? 'localhost',
    domainPrefix: 'local',
    extendedRequestId: requestId,
    httpMethod: request.method,
    identity: requestIdentity(request.sourceIp, header('user-agent')),
    path: splitUrl(request.url).path,
    protocol: 'HTTP/1.1',
    requestId,
    requestTime: clfTime(new Date(now)),
    requestTimeEpoch: now,
    resourceId: 'local',
    resourcePath: match.endpoint.resource,
    stage: STAGE,
  };
}

function requestIdentity(sourceIp: string, userAgent: string | null) {
  return {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp,
    user: null,
    userAgent,
    userArn: null,
  };
}

/** The client's headers and those that API Gateway adds. It appends the peer's address to X-Forwarded-For. */
function withForwarded(request: Incoming, requestId: string): [string, string][] {
  const sent = pairs(request.rawHeaders);
  const before = sent.filter(isForwardedFor).map(([, value]) => value);
  const trace = requestId.replaceAll('-', '');
  return [
    ...sent.filter((pair) => !isForwardedFor(pair)),
    ['X-Amzn-Trace-Id', `Root=1-${trace.slice(0, 8)}-${trace.slice(8)}`],
    ['X-Forwarded-For', [...before, request.sourceIp].join(', ')],
    ['X-Forwarded-Proto', 'http'],
  ];
}

function isForwardedFor([name]: [string, string]): boolean {
  return name.toLowerCase() === 'x-forwarded-for';
}

function splitUrl(url: string): { path: string; query: [string, string[]][] } {
  const at = url.indexOf('?');
  if (at < 0) return { path: url, query: [] };
  return { path: url.slice(0, at), query: group([...new URLSearchParams(url.slice(at + 1))]) };
}

function pairs(flat: string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) result.push([flat[i] ?? '', flat[i + 1] ?? '']);
  return result;
}

function group(list: [string, string][]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const [name, value] of list) groups.set(name, [...(groups.get(name) ?? []), value]);
  return [...groups];
}

function lastOf(groups: [string, string[]][]): Record<string, string> | null {
  if (groups.length === 0) return null;
  return Object.fromEntries(groups.map(([name, values]) => [name, values.at(-1) ?? '']));
}

function allOf(groups: [string, string[]][]): Record<string, string[]> | null {
  return groups.length === 0 ? null : Object.fromEntries(groups);
}

/** The Common Log Format of `requestTime`, such as `23/Nov/2026:02:11:09 +0000`. */
function clfTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(/[ ,]+/);
  return `${day}/${month}/${year}:${time} +0000`;
}
