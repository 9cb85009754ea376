import type { APIGatewayProxyEvent } from 'aws-lambda';
import { readJson, readQuery, readRequest } from './request.ts';

type Parts = { headers?: Record<string, string>; body?: string | null; isBase64Encoded?: boolean };

function event({ headers = {}, body = null, isBase64Encoded = false }: Parts): APIGatewayProxyEvent {
  const requestContext = { requestId: 'id', identity: { sourceIp: '10.0.0.1' } };
  return { httpMethod: 'POST', path: '/x', headers, body, isBase64Encoded, requestContext } as never;
}

function read(body: string, contentType = 'application/json', maxBytes = 1_000): unknown {
  return readJson(event({ headers: { 'Content-Type': contentType }, body }), maxBytes);
}

test('header names are case-insensitive, cookies are found by name', () => {
  const { header, cookie } = readRequest(
    event({ headers: { 'X-ThIng': '1', cookie: 'a=1; rag_refresh=x=y ; rag_refreshed=2' } }),
  );
  expect([header('x-thing'), header('X-THING'), header('other')]).toEqual(['1', '1', undefined]);
  expect([cookie('rag_refresh'), cookie('rag_ref'), cookie('a')]).toEqual(['x=y', undefined, '1']);
});

test('Korean typed on macOS (NFD) is converted to NFC, in keys and values of any depth', () => {
  const nfd = '한글'.normalize('NFD');
  expect(nfd).toHaveLength(6);
  expect(read(JSON.stringify({ [nfd]: [{ [nfd]: nfd }] }))).toEqual({ 한글: [{ 한글: '한글' }] });
});

test('lone surrogates, which no UTF-8 text can hold, are replaced', () => {
  expect(read('{"a":"x\\ud800y","\\udc00":1}')).toEqual({ a: 'x\ufffdy', '\ufffd': 1 });
});

test('the query is normalised like a body', () => {
  const query = (queryStringParameters: Record<string, string> | null) =>
    readQuery({ ...event({}), queryStringParameters });
  expect(query({ q: '한글'.normalize('NFD') })).toEqual({ q: '한글' });
  expect(query(null)).toEqual({});
  for (const bad of [{ q: '\0' }, { '\0': 'q' }])
    expect(() => query(bad)).toThrow(expect.objectContaining({ code: 'invalid_request' }) as Error);
});

test('a body in base64 is decoded', () => {
  const body = Buffer.from('{"a":"가"}').toString('base64');
  expect(readJson(event({ body, isBase64Encoded: true }), 1_000)).toEqual({ a: '가' });
});

test('an empty body has no value', () => {
  expect(readJson(event({}), 10)).toBeUndefined();
});

test.each(['application/json', 'APPLICATION/JSON; charset=utf-8', 'application/vnd.api+json'])(
  '%s is JSON',
  (type) => {
    expect(read('1', type)).toBe(1);
  },
);

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/jsonp',
  '',
])('a body as %j is unsupported', (type) => {
  expect(() => read('{}', type)).toThrow(
    expect.objectContaining({ code: 'unsupported_media_type' }) as Error,
  );
});

test.each(['{', '{"a":1,}', "{'a':1}", 'NaN', '{"a":1}{', '\ufeff\ufeff{}', 'undefined'])(
  '%j is not JSON',
  (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_json' }) as Error);
  },
);

test('bytes that are not UTF-8 are not JSON', () => {
  const body = Buffer.from([0x22, 0xff, 0x22]).toString('base64');
  expect(() => readJson(event({ body, isBase64Encoded: true }), 10)).toThrow(
    expect.objectContaining({ code: 'invalid_json' }) as Error,
  );
});

test.each(['"a\\u0000b"', '{"a":{"b":["\\u0000"]}}', '{"\\u0000":1}'])(
  'a NUL character in %s is refused',
  (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_request' }) as Error);
  },
);

test('the limit counts bytes, and the limit itself is allowed', () => {
  expect(read('"가나"', 'application/json', 8)).toBe('가나');
  expect(() => read('"가나"', 'application/json', 7)).toThrow(
    expect.objectContaining({ code: 'payload_too_large' }) as Error,
  );
});

test('a key named __proto__ is data and changes no object', () => {
  const value = read('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}') as object;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect('admin' in {}).toBe(false);
});

test('parameters with a key in brackets become an object, normalised like the rest', () => {
  const query = (queryStringParameters: Record<string, string>) =>
    readQuery({ ...event({}), queryStringParameters });
  expect(query({ 'metadata[부서]': '인사', 'metadata[year]': '2024', limit: '1' })).toEqual({
    metadata: { 부서: '인사', year: '2024' },
    limit: '1',
  });
  expect(query({ ['metadata[가]'.normalize('NFD')]: '나'.normalize('NFD') })).toEqual({
    metadata: { 가: '나' },
  });
  for (const odd of ['a[]', '[a]', 'a[b][c]', 'a[b]c', 'a]b['])
    expect(query({ [odd]: 'x' })).toEqual({ [odd]: 'x' });
  expect(query({ a: 'x', 'a[b]': 'y' })).toEqual({ a: 'x', 'a[b]': 'y' });
});
