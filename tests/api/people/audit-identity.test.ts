import {
  expectProblem,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { addText } from '#tests/support/upload.ts';

type Entry = {
  action: string;
  actor: { type: string; id: string | null };
  target: { type: string | null; id: string | null };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
};

let team: Team;

beforeAll(async () => {
  team = await newTeam();
});

async function read(action: string): Promise<Entry[]> {
  const query = `action=${action}&limit=100`;
  const answer = await team.owner.get<{ data: Entry[] }>(`${team.path}/audit-log?${query}`);
  return succeeded(answer).data;
}

test('each step of an identity provider has its entry, with what was there before, and no secret', async () => {
  const { owner } = team;
  const path = `${team.path}/identity-providers`;
  const settings = { issuer: 'https://login.example.com', client_id: 'one', domains: ['audit.example'] };
  const secret = 'the client secret itself';
  const { id } = succeeded(await owner.post<{ id: string }>(path, { ...settings, client_secret: secret }));
  succeeded(await owner.post(`${path}/${id}/verify`));
  const change = { client_id: 'two', domains: ['audit.example', 'second.example'] };
  succeeded(await owner.patch(`${path}/${id}`, { ...change, client_secret: `${secret} again` }));
  succeeded(await owner.delete(`${path}/${id}`));

  const [deleted, updated, verified, created] = await read('identity_provider');
  const by = { actor: { type: 'user', id: owner.id }, target: { type: 'identity_provider', id } };
  expect(created).toMatchObject({ ...by, before: null, after: settings });
  expect(verified).toMatchObject({ ...by, after: { domain: 'audit.example' } });
  const { client_id, domains } = settings;
  expect(updated).toMatchObject({
    ...by,
    before: { client_id, domains },
    after: { ...change, client_secret: 'changed' },
  });
  expect(deleted).toMatchObject({ ...by, before: { issuer: settings.issuer, ...change } });
  expect(JSON.stringify([deleted, updated, verified, created])).not.toContain(secret);
});

test('who may see a restricted collection is in the log, with the person', async () => {
  const { owner, path } = team;
  const member = await newMember(team, 'member');
  const board = { name: 'Board', access: 'restricted' };
  const { id } = succeeded(await owner.post<{ id: string }>(`${path}/collections`, board));
  const place = `${path}/collections/${id}/members/${member.id}`;
  succeeded(await owner.request('PUT', place, { body: {} }));
  succeeded(await owner.request('PUT', place, { body: {} }));
  succeeded(await owner.delete(place));
  succeeded(await owner.patch(`${path}/collections/${id}`, { access: 'team' }));
  const [updated, removed, added] = await read('collection');
  expect(added).toMatchObject({ action: 'collection.member_added', after: { user_id: member.id } });
  expect(removed).toMatchObject({ action: 'collection.member_removed', before: { user_id: member.id } });
  expect(updated).toMatchObject({ before: { access: 'restricted' }, after: { access: 'team' } });
});

test('a key that somebody else rotates says so', async () => {
  const admin = await newMember(team, 'admin');
  const key = await newKey(team, ['search'], { creator: admin });
  succeeded(await team.owner.post(`${team.path}/api-keys/${key.id}/rotate`, { overlap_minutes: 0 }));
  expect((await read('api_key.rotated'))[0]).toMatchObject({
    actor: { type: 'user', id: team.owner.id },
    before: { created_by: admin.id },
    after: { created_by: team.owner.id, overlap_minutes: 0 },
  });
});

test('a document that takes the place of another names who added it, a key too', async () => {
  const key = await newKey(team, ['documents:read', 'documents:write']);
  const first = await addText(key, team.path, 'Robots rest on Sundays.');
  const again = { on_duplicate: 'replace' };
  const second = await addText(key, team.path, 'Robots rest on Sundays.', again);
  expect((await read('document.replaced'))[0]).toMatchObject({
    actor: { type: 'api_key', id: key.id },
    target: { type: 'document', id: first.id },
    after: { replaced_by: second.id },
  });
});

test('sessions that an admin ends name the member, and what ended', async () => {
  const member = await newMember(team, 'member');
  const path = `${team.path}/members/${member.id}/sessions`;
  const [session] = succeeded(await team.owner.get<{ data: { id: string }[] }>(path)).data;
  succeeded(await team.owner.delete(`${path}/${session?.id}`));
  succeeded(await team.owner.delete(path));
  const [all, one] = await read('session.ended');
  const target = { type: 'member', id: member.id };
  expect(one).toMatchObject({ target, after: { session_id: session?.id } });
  expect(all).toMatchObject({ target, after: { count: 0 } });
});

test('webhooks and exports have their entries, and a refusal has one too', async () => {
  const { owner, path } = team;
  const hook = { url: 'https://example.com/hook', events: ['bot.*'] };
  const { id } = succeeded(await owner.post<{ id: string }>(`${path}/webhooks`, hook));
  succeeded(await owner.patch(`${path}/webhooks/${id}`, { events: ['*'] }));
  succeeded(await owner.post(`${path}/webhooks/${id}/rotate`, {}));
  succeeded(await owner.delete(`${path}/webhooks/${id}`));
  const [deleted, rotated, updated, created] = await read('webhook');
  expect(created).toMatchObject({ action: 'webhook.created', after: { url: hook.url } });
  expect(updated).toMatchObject({ before: { events: hook.events }, after: { events: ['*'] } });
  expect([rotated?.action, deleted?.action]).toEqual(['webhook.rotated', 'webhook.deleted']);
  succeeded(await owner.post(`${path}/exports`));
  expect(await read('team.exported')).toHaveLength(1);
  const viewer = await newMember(team, 'viewer');
  expectProblem(await viewer.post(`${path}/exports`), 403, 'insufficient_role');
  expect((await read('request.refused'))[0]).toMatchObject({
    actor: { type: 'user', id: viewer.id },
    after: { method: 'POST', path: `${path}/exports`, code: 'insufficient_role' },
  });
});

test('a sign-in says by which way', async () => {
  const person = await newMember(team, 'member');
  await newUser(person.email);
  expect((await read('session.started'))[0]).toMatchObject({
    actor: { type: 'user', id: person.id },
    after: { method: 'google' },
  });
});
