import { unzipSync } from 'fflate';
import {
  expectProblem,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type User,
} from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';
import { platform } from '#tests/support/platform.ts';
import { signIn } from '#tests/support/sign-in.ts';
import { readUntil, untilPasses } from '#tests/support/until.ts';
import { addText } from '#tests/support/upload.ts';

type Asked = { conversation_id: string };

async function ask(user: User, botPath: string, message: string): Promise<string> {
  const answer = await user.post<Asked>(botPath, { message, stream: false });
  return succeeded(answer).conversation_id;
}

async function countConversations(userId: string): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM conversations WHERE user_id = $1';
  const { rows } = await withDatabase((db) => db.query<{ count: number }>(sql, [userId]));
  return rows[0]?.count ?? 0;
}

/** Every table and column that holds this text, in the whole database. */
async function findEverywhere(text: string): Promise<string[]> {
  return await withDatabase(async (db) => {
    const { rows } = await db.query<{ table: string }>(
      `SELECT table_name AS "table" FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const found: string[] = [];
    for (const { table } of rows) {
      const sql = `SELECT FROM ${table} r WHERE strpos(lower(r::text), lower($1)) > 0 LIMIT 1`;
      if ((await db.query(sql, [text])).rowCount) found.push(table);
    }
    return found;
  });
}

describe('deleting one’s account', () => {
  test('ends sessions and keys at once, and leaves name and address nowhere', async () => {
    const team = await newTeam();
    const person = await newUser();
    await newMember(team, 'admin', person);
    const invited = { email: person.email, role: 'viewer' };
    const elsewhere = await newTeam();
    succeeded(await elsewhere.owner.post(`${elsewhere.path}/invitations`, invited));
    await ask(person, await newBotPath(team), 'What is this?');
    const key = await newKey(team, ['search'], { creator: person });
    const { accessToken } = await signIn((await platform()).url, person.email);
    expect(await findEverywhere(person.email)).not.toEqual([]);

    const answer = await person.delete('/v1/me');
    expect([answer.status, answer.body]).toEqual([202, { status: 'deleting' }]);
    expectProblem(await person.get('/v1/me'), 401, 'session_expired');
    const other = { headers: { Authorization: `Bearer ${accessToken}` } };
    expectProblem(await elsewhere.owner.request('GET', '/v1/me', other), 401, 'session_expired');
    expectProblem(await key.post(`${team.path}/search`, { query: 'x' }), 401, 'invalid_token');
    await untilPasses(async () => {
      expect(await findEverywhere(person.email)).toEqual(['erasures']);
      expect(await countConversations(person.id)).toBe(0);
    });
    await withDatabase((db) =>
      db.query(`UPDATE erasures SET requested_at = now() - interval '1 hour' WHERE user_id = $1`, [
        person.id,
      ]),
    );
    await untilPasses(async () => expect(await findEverywhere(person.email)).toEqual([]));
    type Entries = { data: { actor: object; ip: string | null; action: string }[] };
    const log = succeeded(
      await team.owner.get<Entries>(`${team.path}/audit-log?actor=${person.id}&limit=100`),
    );
    expect(log.data.map(({ action }) => action)).toContain('member.left');
    for (const entry of log.data)
      expect(entry).toMatchObject({ actor: { id: person.id, name: null }, ip: null, after: null });
  });

  test('is refused while a team has no other owner, and then changes nothing', async () => {
    const owner = await newUser();
    const team = await newTeam(owner);
    const shared = await newTeam();
    await newMember(shared, 'member', owner);
    const answer = await owner.delete('/v1/me');
    expectProblem(answer, 409, 'sole_owner');
    expect(answer.body.errors).toEqual([
      { path: 'teams', message: expect.stringContaining(team.id) as string },
    ]);
    expect(succeeded(await owner.get<{ teams: object[] }>('/v1/me')).teams).toHaveLength(2);
    await newMember(team, 'owner');
    expect((await owner.delete('/v1/me')).status).toBe(202);
  });

  test('of two owners who leave at once, one stays', async () => {
    for (let round = 0; round < 5; round += 1) {
      const team = await newTeam();
      const second = await newMember(team, 'owner');
      const answers = await Promise.all([team.owner.delete('/v1/me'), second.delete('/v1/me')]);
      expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['202', '409']);
    }
  });

  test('keeps the documents of the team, and the same identity signs in as somebody new', async () => {
    const team = await newTeam();
    const person = await newMember(team, 'member');
    const document = await addText(person, team.path, 'Robots rest on Sundays.');
    succeeded(await person.delete('/v1/me'));
    succeeded(await team.owner.get(`${team.path}/documents/${document.id}`));
    const again = await newUser(person.email);
    expect(again.id).not.toBe(person.id);
    expect(succeeded(await again.get<{ teams: object[] }>('/v1/me')).teams).toEqual([]);
  });

  test('is not for API keys', async () => {
    const team = await newTeam();
    const key = await newKey(team, ['search']);
    expectProblem(await key.delete('/v1/me'), 403, 'insufficient_scope');
    expectProblem(await key.post('/v1/me/export'), 403, 'insufficient_scope');
  });
});

describe('exporting one’s data', () => {
  async function exportOf(user: User): Promise<Record<string, unknown>> {
    const { id } = succeeded(await user.post<{ id: string }>('/v1/me/export'));
    const ready = await readUntil(
      () => user.get(`/v1/me/export/${id}`),
      ({ status }) => status !== 202,
    );
    expect(ready.status).toBe(302);
    const file = await fetch(ready.headers.get('location') ?? '');
    const entries = unzipSync(new Uint8Array(await file.arrayBuffer()));
    return Object.fromEntries(
      Object.entries(entries).map(([name, bytes]) => [name, JSON.parse(Buffer.from(bytes).toString())]),
    ) as Record<string, unknown>;
  }

  test('gives a ZIP of JSON files with what is known about the person, and nothing of others', async () => {
    const team = await newTeam();
    const person = await newMember(team, 'admin');
    const path = await newBotPath(team);
    const conversation = await ask(person, path, 'My own question');
    await ask(team.owner, path, 'The owner’s question');
    const key = await newKey(team, ['search'], { creator: person });
    const files = await exportOf(person);
    expect(files['profile.json']).toMatchObject({ id: person.id, email: person.email });
    expect(files['memberships.json']).toEqual([{ id: team.id, name: 'Team', role: 'admin' }]);
    expect(files['conversations.json']).toMatchObject([
      { id: conversation, messages: [{ content: 'My own question' }, { role: 'assistant' }] },
    ]);
    expect(files['api-keys.json']).toMatchObject([{ id: key.id, team_id: team.id }]);
    expect(files['audit-log.json']).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'member.joined', team_id: team.id })]),
    );
    expect(files['feedback.json']).toEqual([]);
    const all = JSON.stringify(files);
    expect(all).not.toContain('The owner’s question');
    expect(all).not.toContain(team.owner.email);
    expect(all).not.toMatch(/secret|rag_[0-9a-f-]{36}/);
  });

  test('another person’s export is as missing as one that never was', async () => {
    const [one, other] = [await newUser(), await newUser()];
    const { id } = succeeded(await one.post<{ id: string }>('/v1/me/export'));
    expectProblem(await other.get(`/v1/me/export/${id}`), 404, 'not_found');
  });

  test('files are deleted when they expire', async () => {
    const person = await newUser();
    const { id } = succeeded(await person.post<{ id: string }>('/v1/me/export'));
    const json = { headers: { Accept: 'application/json' } };
    const { body } = await readUntil(
      () => person.get<{ url: string }>(`/v1/me/export/${id}`, json),
      ({ status }) => status === 200,
    );
    expect((await fetch(body.url)).status).toBe(200);
    await withDatabase((db) => db.query('UPDATE transfers SET expires_at = now() WHERE id = $1', [id]));
    expectProblem(await person.get(`/v1/me/export/${id}`), 404, 'not_found');
    await untilPasses(async () => expect((await fetch(body.url)).status).toBe(404));
  });
});
