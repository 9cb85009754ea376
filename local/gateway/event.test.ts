import { type Incoming, matchesMediaType, toContext, toEvent } from './event.ts';
import type { Match } from './match.ts';

const lambda = {
  name: 'teams',
  module: 'functions/teams/handler',
  exportName: 'handler',
  timeoutMs: 29_000,
  memoryMb: 512,
};
const match: Match = {
  endpoint: { lambda, method: 'ANY', resource: '/v1/teams/{team_id}', stream: false, timeoutMs: 29_000 },
  pathParameters: { team_id: 't1' },
};

function event(of: Partial<Incoming>, binaryMediaTypes: string[] = []) {
  const request = {
    method: 'GET',
    url: '/v1/teams/t1',
    rawHeaders: [],
    sourceIp: '10.0.0.9',
    body: Buffer.alloc(0),
  };
  return toEvent({ ...request, ...of }, match, { requestId: 'r-1', binaryMediaTypes });
}

describe('the API Gateway event', () => {
  test('query values are decoded; a repeated name keeps its last value and all of them', () => {
    const { path, queryStringParameters, multiValueQueryStringParameters } = event({
      url: '/v1/teams/t1?q=%ED%95%9C+%EA%B8%80&tag=a&tag=b&empty=',
    });
    expect(path).toBe('/v1/teams/t1');
    expect(queryStringParameters).toEqual({ q: '한 글', tag: 'b', empty: '' });
    expect(multiValueQueryStringParameters).toEqual({ q: ['한 글'], tag: ['a', 'b'], empty: [''] });
  });

  test('what is absent is null, not an empty map', () => {
    const { queryStringParameters, multiValueQueryStringParameters, body, isBase64Encoded } = event({});
    expect([queryStringParameters, multiValueQueryStringParameters, body, isBase64Encoded]).toEqual([
      null,
      null,
      null,
      false,
    ]);
  });

  test('headers keep their case, repeated ones all their values, and the peer is appended to X-Forwarded-For', () => {
    const { headers, multiValueHeaders, requestContext } = event({
      rawHeaders: [
        'Accept',
        'a/b',
        'X-Two',
        '1',
        'X-Two',
        '2',
        'x-forwarded-for',
        '1.2.3.4',
        'User-Agent',
        'curl',
      ],
    });
    expect(headers).toMatchObject({ Accept: 'a/b', 'X-Two': '2', 'X-Forwarded-For': '1.2.3.4, 10.0.0.9' });
    expect(multiValueHeaders).toMatchObject({ 'X-Two': ['1', '2'] });
    expect(requestContext.identity).toMatchObject({ sourceIp: '10.0.0.9', userAgent: 'curl' });
  });

  test('the context names resource, path, stage and request', () => {
    expect(event({ method: 'PATCH' })).toMatchObject({
      resource: '/v1/teams/{team_id}',
      httpMethod: 'PATCH',
      pathParameters: { team_id: 't1' },
      requestContext: {
        requestId: 'r-1',
        resourcePath: '/v1/teams/{team_id}',
        path: '/v1/teams/t1',
        stage: 'local',
      },
    });
  });

  test('a body is text, or base64 for the binary media types of the API', () => {
    const body = Buffer.from('{"name":"한글"}');
    expect(event({ body })).toMatchObject({ body: '{"name":"한글"}', isBase64Encoded: false });
    const rawHeaders = ['Content-Type', 'image/png'];
    expect(event({ body, rawHeaders }, ['image/*'])).toMatchObject({
      body: body.toString('base64'),
      isBase64Encoded: true,
    });
  });
});

test('media types match exactly, by their first part, or all', () => {
  expect(matchesMediaType(['image/*'], 'image/png; q=1')).toBe(true);
  expect(matchesMediaType(['font/woff2'], 'font/woff')).toBe(false);
  expect(matchesMediaType(['*/*'], '')).toBe(true);
});

test('the remaining time of an invocation never goes below zero', () => {
  const context = toContext(lambda, 'r-1', Date.now() - 5);
  expect(context.getRemainingTimeInMillis()).toBe(0);
  expect(context.awsRequestId).toBe('r-1');
});
