import {
  type Client,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { addText, type Document, requestUpload, sendForm, settled, upload } from '#tests/support/upload.ts';

type Entry = { action: string; actor: Json; target: Json; after: Json };

const REPLACE = { on_duplicate: 'replace' };

let team: Team;
let owner: User;
let member: User;
let policy: Document;

beforeEach(async () => {
  team = await newTeam();
  owner = team.owner;
  member = await newMember(team, 'member');
  policy = await addText(owner, team.path, 'The leave is 15 days.', { title: 'policy.md' });
});

const isThere = async (id: string) => (await owner.get(`${team.path}/documents/${id}`)).status === 200;

/** Adds a text and waits until it is ready or failed. */
async function add(client: Client, body: Json): Promise<Document> {
  const answer = await client.post<{ document: Document }>(`${team.path}/documents/text`, {
    ...REPLACE,
    ...body,
  });
  return await settled(owner, team.path, succeeded(answer).document.id);
}

async function replacements(): Promise<Entry[]> {
  const path = `${team.path}/audit-log?action=document.replaced`;
  return succeeded(await owner.get<{ data: Entry[] }>(path)).data;
}

describe('somebody else’s document', () => {
  test('is not replaced by name: by text or upload, with a session or a key', async () => {
    const admin = await newMember(team, 'admin');
    const key = await newKey(team, ['documents:write'], { creator: admin });
    succeeded(await owner.patch(`${team.path}/members/${admin.id}`, { role: 'member' }));
    const file = { filename: 'policy.md', contentType: 'text/markdown', bytes: 'NOTHING' };
    for (const client of [member, key]) {
      const body = { title: 'policy.md', text: 'NOTHING', ...REPLACE };
      expectProblem(await client.post(`${team.path}/documents/text`, body), 403, 'insufficient_role');
      expectProblem(await requestUpload(client, team.path, file, REPLACE), 403, 'insufficient_role');
    }
    expect(await isThere(policy.id)).toBe(true);
    expect(await replacements()).toEqual([]);
  });

  test('is not replaced by its bytes: the new document fails', async () => {
    const { status, error } = await add(member, { title: 'mine.md', text: 'The leave is 15 days.' });
    expect([status, error]).toMatchObject(['failed', { code: 'replace_forbidden', retryable: false }]);
    expect(await isThere(policy.id)).toBe(true);
  });

  test('is not replaced by an upload that was begun with another role', async () => {
    const admin = await newMember(team, 'admin');
    const file = { filename: 'policy.md', contentType: 'text/markdown', bytes: 'The leave is 3 days.' };
    const { document, upload: form } = succeeded(await requestUpload(admin, team.path, file, REPLACE));
    succeeded(await owner.patch(`${team.path}/members/${admin.id}`, { role: 'member' }));
    await sendForm(form, file.bytes);
    expect((await settled(owner, team.path, document.id)).error?.code).toBe('replace_forbidden');
    expect(await isThere(policy.id)).toBe(true);
  });

  test('is not replaced with a key that was revoked meanwhile, nor by somebody who left', async () => {
    const admin = await newMember(team, 'admin');
    const key = await newKey(team, ['documents:write'], { creator: admin });
    for (const [client, end] of [
      [key, () => owner.delete(`${team.path}/api-keys/${key.id}`)],
      [admin, () => owner.delete(`${team.path}/members/${admin.id}`)],
    ] as const) {
      const file = {
        filename: 'policy.md',
        contentType: 'text/markdown',
        bytes: `${client.credential} days`,
      };
      const { document, upload: form } = succeeded(await requestUpload(client, team.path, file, REPLACE));
      expect((await end()).status).toBe(204);
      await sendForm(form, file.bytes);
      expect((await settled(owner, team.path, document.id)).error?.code).toBe('replace_forbidden');
    }
    expect(await isThere(policy.id)).toBe(true);
  });
});

test('members replace their own, and admins any; the audit log says what replaced what', async () => {
  const own = await addText(member, team.path, 'My note.', { title: 'note.md' });
  const next = await add(member, { title: 'note.md', text: 'My newer note.' });
  expect([next.status, await isThere(own.id)]).toEqual(['ready', false]);
  const key = await newKey(team, ['documents:write']);
  const newest = await add(key, { title: 'policy.md', text: 'The leave is 16 days.' });
  expect([newest.status, await isThere(policy.id)]).toEqual(['ready', false]);
  expect(await replacements()).toMatchObject([
    {
      actor: { type: 'api_key', id: key.id },
      target: { id: policy.id },
      after: { replaced_by: newest.id },
    },
    { actor: { type: 'user', id: member.id }, target: { id: own.id }, after: { replaced_by: next.id } },
  ]);
});

test('a document names who added it', async () => {
  expect(policy.created_by).toBe(owner.id);
  const file = { filename: 'x.md', contentType: 'text/markdown', bytes: 'x' };
  const { id } = await upload(member, team.path, file);
  expect((await settled(member, team.path, id)).created_by).toBe(member.id);
  const { rows } = await withDatabase((db) =>
    db.query<{ key: string | null }>('SELECT created_by_key AS key FROM documents WHERE id = $1', [id]),
  );
  expect(rows).toEqual([{ key: null }]);
});
