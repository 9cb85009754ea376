import { randomUUID } from 'node:crypto';
import { matchEndpoint } from '#local/gateway/match.ts';
import { readService } from '#local/gateway/service.ts';
import {
  type Answer,
  anonymous,
  type Client,
  expectProblem,
  newTeam,
  newUser,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { ALL_ROUTES, fillPath } from '#tests/support/routes.ts';

let team: Team;
let key: string;

beforeAll(async () => {
  team = await newTeam();
});

beforeEach(() => {
  key = randomUUID();
});

function post(
  path: string,
  body: object,
  { client = team.owner, as = key }: { client?: Client; as?: string } = {},
) {
  return client.post(path, body, { headers: { 'Idempotency-Key': as } });
}

function createTeam(name: string, options?: { client?: Client; as?: string }): Promise<Answer> {
  return post('/v1/teams', { name }, options);
}

async function count(name: string): Promise<number> {
  const { rows } = await withDatabase((owner) =>
    owner.query<{ count: number }>('SELECT count(*)::int FROM teams WHERE name = $1', [name]),
  );
  return rows[0]?.count ?? -1;
}

async function changeRow(assignment: string): Promise<void> {
  const { rowCount } = await withDatabase((owner) =>
    owner.query(`UPDATE idempotency_keys SET ${assignment} WHERE key = $1`, [key]),
  );
  expect(rowCount).toBe(1);
}

test('every POST that creates something honours Idempotency-Key', () => {
  const creating = ALL_ROUTES.filter(
    // A mail for somebody who has not signed in yet belongs to nobody whose repetition it could be.
    ({ access, method, path, response }) =>
      access !== 'public' &&
      method === 'POST' &&
      (201 in response || (202 in response && !path.endsWith('/retry'))),
  );
  expect(creating.length).toBeGreaterThanOrEqual(8);
  expect(creating.filter(({ idempotent }) => !idempotent)).toEqual([]);
});

test('a key is held for longer than its request may run', () => {
  const { endpoints } = readService('serverless.yml');
  const held = ALL_ROUTES.flatMap(({ method, path, idempotent }) => {
    const { lambda } = matchEndpoint(endpoints, method, fillPath(path, {}, 'x'))?.endpoint ?? {};
    const seconds = typeof idempotent === 'object' ? idempotent.heldSeconds : 120;
    return idempotent ? [{ path, seconds, timeoutMs: lambda?.timeoutMs ?? Infinity }] : [];
  });
  expect(held.map(({ seconds }) => seconds)).toEqual(expect.arrayContaining([120, 310]));
  expect(held.filter(({ seconds, timeoutMs }) => timeoutMs >= seconds * 1_000)).toEqual([]);
});

test('a repeated request gets the first response and has no effect', async () => {
  const [first, second] = [await createTeam(key), await createTeam(key)];
  expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
  expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
  expect(second.text).toBe(first.text);
  expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  expect(await count(key)).toBe(1);
});

test('a repeated request gets the same API key, which is stored only encrypted', async () => {
  const path = `${team.path}/api-keys`;
  const body = { name: 'x', scopes: ['search'] };
  const [first, second] = [await post(path, body), await post(path, body)];
  expect(second.body.key).toBe(first.body.key);
  const { rows } = await withDatabase((owner) =>
    owner.query<{ response: Buffer }>('SELECT response FROM idempotency_keys WHERE key = $1', [key]),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.response.toString('latin1')).not.toContain(String(first.body.key).split('_')[2]);
  expect(rows[0]?.response.toString('latin1')).not.toContain('rag_');
});

test('a repeated rotation changes the key once', async () => {
  const created = succeeded(await post(`${team.path}/api-keys`, { name: 'x', scopes: ['search'] }));
  const path = `${team.path}/api-keys/${String(created.id)}/rotate`;
  const [first, second] = [
    await post(path, { overlap_minutes: 0 }),
    await post(path, { overlap_minutes: 0 }),
  ];
  expect(second.body.key).toBe(first.body.key);
  expect(first.body.key).not.toBe(created.key);
});

test('the same key with another body is refused: 422', async () => {
  await createTeam(key);
  expectProblem(await createTeam(`${key} other`), 422, 'idempotency_key_reused');
  expect(await count(`${key} other`)).toBe(0);
});

test('the order of the fields and NFD do not make another body', async () => {
  const path = `${team.path}/api-keys`;
  const first = await post(path, { name: '한글', scopes: ['search'] });
  const second = await post(path, { scopes: ['search'], name: '한글'.normalize('NFD') });
  expect(second.body).toEqual(first.body);
});

test('of many concurrent requests one has an effect; the others get its response or a 409', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => createTeam(key)));
  const done = answers.filter(({ status }) => status === 201);
  expect(new Set(done.map(({ text }) => text)).size).toBe(1);
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    expectProblem(answer, 409, 'request_in_progress');
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  expect(await count(key)).toBe(1);
});

test('a failed request releases its key, also for another body', async () => {
  const path = `${team.path}/api-keys`;
  const body = { name: 'x', scopes: ['search'] };
  expectProblem(await post(path, { ...body, bot_ids: [randomUUID()] }), 422, 'validation_failed');
  expect((await post(path, body)).status).toBe(201);
});

test('a malformed request does not claim the key', async () => {
  expectProblem(await post('/v1/teams', {}), 422, 'validation_failed');
  expect((await createTeam(key)).status).toBe(201);
});

test('a key belongs to one principal and one route', async () => {
  const stranger = await newUser();
  const other = await newTeam(team.owner);
  const body = { name: key, scopes: ['search'] };
  const answers: Answer[] = [
    await createTeam(key),
    await createTeam(key, { client: stranger }),
    await post(`${team.path}/api-keys`, body),
    await post(`${other.path}/api-keys`, body),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(4);
});

test('a caller without access is refused, even if the key has a stored response', async () => {
  await createTeam(key);
  expectProblem(await createTeam(key, { client: anonymous }), 401, 'unauthenticated');
  const stranger = await newUser();
  await post(`${team.path}/api-keys`, { name: 'x', scopes: ['search'] });
  const foreign = await post(
    `${team.path}/api-keys`,
    { name: 'x', scopes: ['search'] },
    { client: stranger },
  );
  expectProblem(foreign, 404, 'not_found');
});

test('after a day the key is free again', async () => {
  const first = await createTeam(key);
  await changeRow(`created_at = now() - interval '23 hours 59 minutes'`);
  expect((await createTeam(key)).body.id).toBe(first.body.id);
  await changeRow(`created_at = now() - interval '24 hours 1 second'`);
  expect((await createTeam(key)).body.id).not.toBe(first.body.id);
});

test('an unfinished request holds the key for two minutes (409), then the key is free', async () => {
  await createTeam(key);
  await changeRow('status = NULL, response = NULL');
  expectProblem(await createTeam(key), 409, 'request_in_progress');
  await changeRow(`created_at = now() - interval '121 seconds'`);
  expect((await createTeam(key)).status).toBe(201);
});

test('a key has at most 255 characters', async () => {
  expect((await createTeam(key, { as: 'k'.repeat(200) + key })).status).toBe(201);
  expectProblem(await createTeam(key, { as: 'k'.repeat(256) }), 400, 'invalid_request');
});
