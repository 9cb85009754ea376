import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Team, User } from '#tests/support/api.ts';
import { type Answer, anonymous, expectProblem, type Json, newTeam, succeeded } from '#tests/support/api.ts';
import { platform } from '#tests/support/platform.ts';

let team: Team;
let user: User;

beforeAll(async () => {
  team = await newTeam();
  user = team.owner;
});

/** Sends a raw request: header names keep their case, the body its bytes. */
async function rawRequest(method: string, path: string, headers: Record<string, string>, body?: Uint8Array) {
  const { url } = await platform();
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const sent = request(`${url}${path}`, { method, headers }, (response) => {
    text(response).then((content) => resolve({ status: response.statusCode ?? 0, text: content }), reject);
  });
  sent.on('error', reject);
  sent.end(body);
  return await promise;
}

function withoutId(answer: Answer): Json {
  return { ...answer.body, request_id: '' };
}

describe('a body', () => {
  test.each([
    '{',
    '{"name":"x"',
    '{"name":"x"}}',
    "{'name':'x'}",
    '{"name":undefined}',
    'name=x',
    '<x/>',
    '\u0000',
  ])('of %j is malformed: 400', async (body) => {
    const answer = await user.post('/v1/teams', body);
    expectProblem(answer, 400, 'invalid_json');
    expect(answer.body.errors).toEqual([{ path: '', message: 'not valid JSON' }]);
  });

  test.each([['[]'], ['[{"name":"x"}]'], ['7'], ['null'], ['"name"'], ['true'], ['{}'], ['']])(
    'of %j is invalid: 422',
    async (body) => {
      expectProblem(await user.post('/v1/teams', body), 422, 'validation_failed');
    },
  );

  test('with several errors is answered with each of them, at its path', async () => {
    const answer = await user.post(`${team.path}/api-keys`, { scopes: ['search', 'x'], bot_ids: ['y'] });
    expectProblem(answer, 422, 'validation_failed');
    const paths = (answer.body.errors as { path: string }[]).map(({ path }) => path);
    expect(paths.sort()).toEqual(['bot_ids.0', 'name', 'scopes.1']);
  });

  test('with unknown fields names each of them, at every depth', async () => {
    const unknown = await user.post('/v1/teams', { name: 'x', role: 'owner', is_admin: true });
    expectProblem(unknown, 422, 'validation_failed');
    expect(unknown.body.detail).toContain('role');
    expect(unknown.body.errors).toEqual([
      { path: 'role', message: 'unknown field' },
      { path: 'is_admin', message: 'unknown field' },
    ]);
    const inside = await user.post(`${team.path}/collections`, {
      name: 'x',
      chunking: { max_tokens: 100, overlap_tokens: 10, overlap: 5 },
    });
    expectProblem(inside, 422, 'validation_failed');
    expect(inside.body.errors).toEqual([{ path: 'chunking.overlap', message: 'unknown field' }]);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('sent as %s is unsupported: 415', async (type) => {
    const headers = { 'Content-Type': type };
    expectProblem(await user.post('/v1/teams', '{"name":"x"}', { headers }), 415, 'unsupported_media_type');
  });

  test('of more than a megabyte is a 413, and so is one of more than the gateway takes', async () => {
    for (const size of [1_048_577, 7_000_000, 11_000_000]) {
      const answer = await user.post('/v1/teams', `{"name":"${'x'.repeat(size)}"}`);
      expectProblem(answer, 413, 'payload_too_large');
    }
  });

  test('of one megabyte is accepted', async () => {
    const padding = ' '.repeat(1_048_576 - '{"name":"x"}'.length);
    expect((await user.post('/v1/teams', `{"name":"x"${padding}}`)).status).toBe(201);
  });

  test('nested a hundred thousand times is refused, and the service stays up', async () => {
    for (const body of [
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000),
    ])
      expect([400, 422]).toContain((await user.post('/v1/teams', body)).status);
    expect((await user.get('/v1/me')).status).toBe(200);
  });

  test('of a request that needs none is ignored', async () => {
    const { status } = await rawRequest(
      'DELETE',
      `/v1/me/sessions/${randomUUID()}`,
      { Authorization: `Bearer ${user.credential}`, 'Content-Type': 'text/plain', 'Content-Length': '1' },
      Buffer.from('{'),
    );
    expect(status).toBe(404);
  });
});

describe('a path', () => {
  test.each([
    ['that is none', 'GET', '/v1/nothing'],
    ['at the root', 'GET', '/'],
    ['below a route', 'GET', '/health/deep'],
    ['below a resource', 'POST', '/v1/auth/nothing'],
    ['of a resource in a team', 'GET', '/v1/teams/x/nothing'],
    ['with .. in it', 'GET', '/v1/teams/..%2f..%2fhealth'],
    ['with a NUL in it', 'GET', '/v1/nothing%00'],
  ])('%s is not found: 404', async (_what, method, path) => {
    expectProblem(await user.request(method, path), 404, 'not_found');
  });

  test('with invalid percent-encoding is malformed: 400', async () => {
    expectProblem(await user.get('/v1/teams/%zz'), 400);
  });

  test.each([
    ['PUT', '/v1/teams', 'POST, GET'],
    ['DELETE', '/health', 'GET'],
    ['POST', '/v1/me', 'GET, DELETE'],
    ['GET', '/v1/auth/refresh', 'POST'],
    ['PUT', '/v1/teams/x', 'GET, PATCH, DELETE'],
    ['PATCH', '/v1/teams/x/documents', 'POST, GET'],
    ['GET', '/v1/teams/x/bots/y/chat', 'POST'],
    ['GET', '/v1/invitations/accept', 'POST'],
    ['PUT', '/openapi.json', 'GET'],
  ])('has no method %s (%s): 405, with the methods in Allow', async (method, path, allowed) => {
    const answer = await user.request(method, path);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe(allowed);
  });

  test('means the same with a trailing slash', async () => {
    expect((await user.get('/v1/teams/')).status).toBe(200);
    expect((await user.get(`${team.path}/`)).status).toBe(200);
    expect((await user.get(`${team.path}/members/`)).status).toBe(200);
    expectProblem(await user.request('PUT', '/v1/teams/'), 405, 'method_not_allowed');
  });

  test('with a malformed id is a 404, as with an unknown id', async () => {
    const missing = await user.get(`${team.path}/bots/${randomUUID()}`);
    for (const id of ['x', '7', 'null', "'; --", `${randomUUID()}0`, '%F0%9F%92%A9', '한글', ' ']) {
      const answer = await user.get(`${team.path}/bots/${encodeURIComponent(decodeURIComponent(id))}`);
      expectProblem(answer, 404, 'not_found');
      expect(withoutId(answer)).toEqual(withoutId(missing));
    }
  });

  test('with an id in capital letters is the same path', async () => {
    expect((await user.get(`/v1/teams/${team.id.toUpperCase()}`)).body).toMatchObject({ id: team.id });
    expect(succeeded(await user.get(`/v1/teams/${team.id.toUpperCase()}/members`))).toMatchObject({
      data: [{ user_id: user.id }],
    });
  });
});

describe('headers', () => {
  test('have case-insensitive names', async () => {
    const { status, text } = await rawRequest(
      'POST',
      '/v1/teams',
      { aUTHORIZATION: `Bearer ${user.credential}`, 'CONTENT-type': 'APPLICATION/JSON;charset=UTF-8' },
      Buffer.from('{"name":"x"}'),
    );
    expect([status, JSON.parse(text)]).toEqual([201, expect.objectContaining({ name: 'x' })]);
  });

  test.each([
    ['a success', 'GET', '/v1/teams'],
    ['health', 'GET', '/health'],
    ['an error', 'GET', '/v1/nothing'],
    ['an answer without a body', 'OPTIONS', '/v1/teams'],
    ['a redirect', 'GET', '/v1/auth/google/login'],
    ['a function that streams', 'POST', '/v1/chat/completions'],
  ])('that protect browsers, and the request id, are in %s', async (_what, method, path) => {
    const { headers } = await user.request(method, path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'x-request-id': expect.stringMatching(/^[\w-]{20,}$/) as string,
    });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  test('declare the type of the body', async () => {
    expect((await user.get('/v1/teams')).headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('give every request a new id, whatever id the client sends', async () => {
    const headers = { 'X-Request-Id': 'mine' };
    const answers = await Promise.all([1, 2, 3].map(() => user.get('/v1/me', { headers })));
    const ids = answers.map((answer) => answer.headers.get('x-request-id'));
    expect(new Set([...ids, 'mine']).size).toBe(4);
  });
});

describe('CORS', () => {
  let origin: string;

  beforeAll(async () => {
    [origin = ''] = (await platform()).env.CORS_ORIGINS?.split(',') ?? [];
  });

  test('lets a configured origin read responses and errors with credentials, and never all origins', async () => {
    for (const [client, path] of [
      [user, '/v1/me'],
      [anonymous, '/v1/me'],
      [user, '/v1/nothing'],
    ] as const) {
      const { headers } = await client.get(path, { headers: { Origin: origin } });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.get('access-control-expose-headers')).toMatch(/X-Request-Id.*Retry-After.*RateLimit/);
    }
  });

  test('answers a preflight without a credential', async () => {
    const answer = await anonymous.request('OPTIONS', `${team.path}/bots`, {
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
      },
    });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key',
      'access-control-max-age': '600',
    });
  });

  test.each([
    'https://evil.example.com',
    'null',
    'http://localhost:3000.evil.example.com',
    'http://localhost',
    '*',
  ])('refuses the origin %s', async (other) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await user.request(method, '/v1/me', { headers: { Origin: other } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
  });
});

describe('meta', () => {
  test('/health names the service', async () => {
    const answer = await anonymous.get('/health');
    expect([answer.status, answer.body]).toEqual([
      200,
      { status: 'healthy', app_name: 'RAG Platform Backend', version: '1.0.0' },
    ]);
  });

  test('/ready lists every dependency, whether it answers and how fast', async () => {
    const { body } = await anonymous.get<{ status: string; checks: Json }>('/ready');
    const check = { ok: true, latency_ms: expect.any(Number) as number };
    expect(body).toEqual({
      status: 'ready',
      checks: { database: check, redis: check, vectors: check, embedder: check, storage: check },
    });
  });
});
