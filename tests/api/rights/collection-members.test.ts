import { randomUUID } from 'node:crypto';
import {
  type Client,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { addText } from '#tests/support/upload.ts';

let team: Team;
let owner: User;
let insider: User;
let restricted: string;
let document: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  const create = { name: 'Board', access: 'restricted' };
  restricted = String(succeeded(await owner.post(`${team.path}/collections`, create)).id);
  insider = await newMember(team, 'viewer');
  expect((await owner.request('PUT', memberPath(insider), { body: {} })).status).toBe(204);
  document = (await addText(owner, team.path, 'For the board only.', { collection_id: restricted })).id;
});

const memberPath = (user: User) => `${team.path}/collections/${restricted}/members/${user.id}`;

describe('who decides', () => {
  test('only admins, signed in, and never about the default collection', async () => {
    const member = await newMember(team, 'member');
    const key = await newKey(team, ['documents:write']);
    const made = succeeded(await member.post(`${team.path}/collections`, { name: randomUUID() }));
    const path = `${team.path}/collections/${String(made.id)}`;
    const restrict = { access: 'restricted' };
    expectProblem(await member.patch(path, restrict), 403, 'insufficient_role');
    expectProblem(await key.patch(path, restrict), 403, 'insufficient_scope');
    expectProblem(
      await member.post(`${team.path}/collections`, { name: 'x', ...restrict }),
      403,
      'insufficient_role',
    );
    expectProblem(
      await key.post(`${team.path}/collections`, { name: 'x', ...restrict }),
      403,
      'insufficient_scope',
    );
    const standard = succeeded(await owner.get<{ data: Json[] }>(`${team.path}/collections`)).data.at(-1);
    expectProblem(
      await owner.patch(`${team.path}/collections/${String(standard?.id)}`, restrict),
      409,
      'conflict',
    );
    expect(succeeded(await owner.patch(path, restrict))).toMatchObject(restrict);
    expectProblem(await member.get(path), 404, 'not_found');
    expect(succeeded(await owner.patch(path, { access: 'team' }))).toMatchObject({ access: 'team' });
    expect((await member.get(path)).status).toBe(200);
  });

  test('members are people of the team, and only admins add or remove them', async () => {
    const [member, stranger] = [await newMember(team, 'member'), await newUser()];
    const put = (client: Client, user: User) => client.request('PUT', memberPath(user), { body: {} });
    expectProblem(await put(insider, member), 403, 'insufficient_role');
    expectProblem(await put(owner, stranger), 404, 'not_found');
    expect([(await put(owner, member)).status, (await put(owner, member)).status]).toEqual([204, 204]);
    const listed = succeeded(
      await insider.get<{ data: Json[] }>(`${team.path}/collections/${restricted}/members`),
    );
    expect(listed.data.map(({ user_id }) => user_id)).toEqual(
      expect.arrayContaining([insider.id, member.id]),
    );
    expect((await member.get(`${team.path}/documents/${document}`)).status).toBe(200);
    expect((await owner.delete(memberPath(member))).status).toBe(204);
    expectProblem(await owner.delete(memberPath(member)), 404, 'not_found');
    expectProblem(await member.get(`${team.path}/documents/${document}`), 404, 'not_found');
  });

  test('a name that only others see is free', async () => {
    const member = await newMember(team, 'member');
    expect((await member.post(`${team.path}/collections`, { name: 'Board' })).status).toBe(201);
    expectProblem(await owner.post(`${team.path}/collections`, { name: 'Board' }), 409, 'already_exists');
  });

  test('documents go into it only by those who see it', async () => {
    const member = await newMember(team, 'member');
    const mine = await addText(member, team.path, 'My own note.');
    const body = { title: 'x.md', text: 'x', collection_id: restricted };
    expectProblem(await member.post(`${team.path}/documents/text`, body), 422, 'validation_failed');
    const moved = await member.patch(`${team.path}/documents/${mine.id}`, { collection_id: restricted });
    expectProblem(moved, 422, 'validation_failed');
    const moveBy = (client: Client) =>
      client.patch(`${team.path}/documents/${mine.id}`, { collection_id: restricted });
    expect((await moveBy(owner)).status).toBe(200);
    expectProblem(await member.get(`${team.path}/documents/${mine.id}`), 404, 'not_found');
  });
});
