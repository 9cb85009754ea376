import {
  clientFor,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';

const ELSEWHERE = ['203.0.113.0/24', '2001:db8::/32'];
/** Tests call from an address of 127.0.0.0/8. */
const HERE = '127.0.0.0/8';

let team: Team;
let path: string;

beforeEach(async () => {
  team = await newTeam();
  path = `${team.path}/allowed-addresses`;
});

const set = (addresses: unknown, more: Json = {}) =>
  team.owner.request('PUT', path, { body: { addresses, ...more } });

test('a team without a list is reached from everywhere, and its owner sees from where he comes', async () => {
  const found = succeeded(await team.owner.get(path));
  expect(found).toEqual({ addresses: null, your_address: expect.stringMatching(/^127\./) as string });
});

test('a list is stored as networks, holds from the next request on, and can be taken away', async () => {
  expect(succeeded(await set([HERE, ' 203.0.113.9/24', '203.0.113.0/24'])).addresses).toEqual([
    HERE,
    '203.0.113.0/24',
  ]);
  succeeded(await team.owner.get(team.path));
  expect(succeeded(await set(null)).addresses).toBeNull();
});

test('from elsewhere neither sessions nor keys reach the team, on any kind of route', async () => {
  const viewer = await newMember(team, 'viewer');
  const key = await newKey(team, ['search', 'chat', 'bots:read']);
  const chat = await newBotPath(team, { model: 'builtin/extractive' });
  const botId = chat.split('/').at(-2) ?? '';
  succeeded(await set(ELSEWHERE, { force: true }));
  const completion = { model: botId, messages: [{ role: 'user', content: 'hello' }] };
  for (const client of [team.owner, viewer, key]) {
    expectProblem(await client.post(`${team.path}/search`, { query: 'x' }), 403, 'address_not_allowed');
    expectProblem(await client.post(chat, { message: 'x' }), 403, 'address_not_allowed');
    const refused = await client.post<{ error: Json }>('/v1/chat/completions', completion);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'address_not_allowed']);
  }
  for (const client of [team.owner, viewer])
    expect(JSON.stringify((await client.get('/v1/models')).body)).not.toContain(team.id);
  expect((await key.get('/v1/models')).status).toBe(403);
  expectProblem(await team.owner.get(path), 403, 'address_not_allowed');
});

test('other teams of the same person, and strangers, notice nothing of the list', async () => {
  const other = await newTeam(team.owner);
  const stranger = await newUser();
  succeeded(await set(ELSEWHERE, { force: true }));
  succeeded(await team.owner.get(other.path));
  succeeded(await team.owner.get('/v1/me'));
  expectProblem(await stranger.get(team.path), 404, 'not_found');
});

test('a list without the address that sets it is refused, unless by force', async () => {
  expectProblem(await set(ELSEWHERE), 422, 'own_address_missing');
  expect(succeeded(await team.owner.get(path)).addresses).toBeNull();
});

test.each([[[]], [['office']], [['10.0.0.0/40']], [['010.0.0.1']], ['10.0.0.0/8'], [Array(101).fill(HERE)]])(
  'the list %j is refused',
  async (addresses) => {
    expectProblem(await set(addresses), 422, 'validation_failed');
  },
);

test('only owners see and set the list, never keys, and nobody of another team', async () => {
  const admin = await newMember(team, 'admin');
  const key = await newKey(team, ['usage:read']);
  const stranger = await newTeam();
  for (const [method, options] of [
    ['GET', {}],
    ['PUT', { body: { addresses: [HERE] } }],
  ] as const) {
    expectProblem(await admin.request(method, path, options), 403, 'insufficient_role');
    expectProblem(await key.request(method, path, options), 403, 'insufficient_scope');
    expectProblem(await stranger.owner.request(method, path, options), 404, 'not_found');
    expectProblem(await clientFor(null).request(method, path, options), 401, 'unauthenticated');
  }
});

test('changes and refusals are in the audit log', async () => {
  const key = await newKey(team, ['search'], { allowed_addresses: ELSEWHERE });
  succeeded(await set([HERE]));
  await key.post(`${team.path}/search`, { query: 'x' });
  const { data } = succeeded(await team.owner.get<{ data: Json[] }>(`${team.path}/audit-log`));
  const found = (action: string) => data.find((entry) => entry.action === action);
  expect(found('allowed_addresses.changed')).toMatchObject({
    before: { addresses: null },
    after: { addresses: [HERE] },
  });
  expect(found('request.refused')).toMatchObject({ after: { code: 'address_not_allowed' } });
});

describe('a key with a list of its own', () => {
  test('works from there only, while others of the team go on', async () => {
    const [here, elsewhere, any] = [
      await newKey(team, ['search'], { allowed_addresses: [HERE] }),
      await newKey(team, ['search'], { allowed_addresses: ELSEWHERE }),
      await newKey(team, ['search']),
    ];
    const search = { query: 'x' };
    succeeded(await here.post(`${team.path}/search`, search));
    succeeded(await any.post(`${team.path}/search`, search));
    expectProblem(await elsewhere.post(`${team.path}/search`, search), 403, 'address_not_allowed');
    expect((await elsewhere.get('/v1/models')).status).toBe(403);
    const { data } = succeeded(await team.owner.get<{ data: Json[] }>(`${team.path}/api-keys`));
    expect(data.find(({ id }) => id === elsewhere.id)?.allowed_addresses).toEqual(ELSEWHERE);
  });

  test('keeps it when the key is rotated', async () => {
    const key = await newKey(team, ['search'], { allowed_addresses: ELSEWHERE });
    const rotated = succeeded(
      await team.owner.post<{ key: string }>(`${team.path}/api-keys/${key.id}/rotate`, {
        overlap_minutes: 0,
      }),
    );
    const answer = await clientFor(rotated.key).post(`${team.path}/search`, { query: 'x' });
    expectProblem(answer, 403, 'address_not_allowed');
  });

  test('is opened again by an owner only', async () => {
    const admin = await newMember(team, 'admin');
    const key = await newKey(team, ['search'], { creator: admin, allowed_addresses: ELSEWHERE });
    const change = { allowed_addresses: null };
    expectProblem(await admin.patch(`${team.path}/api-keys/${key.id}`, change), 403, 'insufficient_role');
    succeeded(await team.owner.patch(`${team.path}/api-keys/${key.id}`, change));
    succeeded(await key.post(`${team.path}/search`, { query: 'x' }));
  });
});
