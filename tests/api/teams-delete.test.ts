import { originalKey } from '#shared/aws/document-keys.ts';
import { objectExists } from '#shared/aws/storage.ts';
import { loadConfig } from '#shared/core/config.ts';
import type { Team, User } from '#tests/support/api.ts';
import {
  type Client,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  succeeded,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';
import { untilPasses } from '#tests/support/until.ts';

const DEADLINE_MS = 20_000;

let team: Team;
let member: User;
let key: Client;
let documentId: string;
let botId: string;

beforeAll(async () => {
  await usePlatformSettings();
  await loadConfig('storage');
  team = await newTeam();
  member = await newMember(team, 'member');
  key = await newKey(team, ['documents:read', 'search', 'chat', 'bots:read']);
  const { document } = succeeded(
    await team.owner.post<{ document: { id: string } }>(`${team.path}/documents/text`, {
      title: '취업 규칙',
      text: '연차 휴가는 1년에 15일이다. '.repeat(20),
    }),
  );
  documentId = document.id;
  botId = succeeded(await team.owner.post<{ id: string }>(`${team.path}/bots`, { name: 'bot' })).id;
  await untilPasses(async () => {
    const { body } = await team.owner.get(`${team.path}/documents/${documentId}`);
    expect(body.status).toBe('ready');
  }, DEADLINE_MS);
}, DEADLINE_MS + 10_000);

/** The collections of the team in Chroma. */
async function vectorSpaces(): Promise<string[]> {
  const { CHROMA_URL = '' } = process.env;
  const url = `${CHROMA_URL}/api/v2/tenants/default_tenant/databases/default_database/collections?limit=1000`;
  const collections = (await (await fetch(url)).json()) as { name: string }[];
  return collections.map(({ name }) => name).filter((name) => name.startsWith(team.id));
}

/** The number of the team's rows per table; tables without any are omitted, and the log, which outlives the team. */
async function rowsLeft(): Promise<Json> {
  return await withDatabase(async (owner) => {
    const { rows } = await owner.query<{ table: string }>(
      `SELECT table_name AS "table" FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'team_id'
       AND table_name NOT LIKE 'audit%'`,
    );
    const left: Json = {};
    for (const { table } of rows) {
      const { rowCount } = await owner.query(`SELECT FROM ${table} WHERE team_id = $1`, [team.id]);
      if (rowCount) left[table] = rowCount;
    }
    return left;
  });
}

test('a deleted team is inaccessible at once, and its data is deleted afterwards', async () => {
  const object = originalKey(team.id, documentId);
  expect(await objectExists(object)).toBe(true);
  expect(await vectorSpaces()).toHaveLength(1);
  expect((await key.post(`${team.path}/search`, { query: '연차' })).status).toBe(200);

  expectProblem(await member.delete(team.path), 403, 'insufficient_role');
  expect((await team.owner.delete(team.path)).status).toBe(204);

  for (const path of ['', '/members', '/documents', `/documents/${documentId}`, '/bots', '/conversations'])
    for (const user of [team.owner, member])
      expectProblem(await user.get(`${team.path}${path}`), 404, 'not_found');
  const question = { message: '연차?', stream: false };
  expectProblem(await member.post(`${team.path}/bots/${botId}/chat`, question), 404, 'not_found');
  expectProblem(await team.owner.delete(team.path), 404, 'not_found');
  expect((await member.get<{ data: Json[] }>('/v1/teams')).body.data).toEqual([]);
  // The key belonged to the team and was deleted with it.
  expectProblem(await key.get('/v1/teams'), 401, 'invalid_token');

  await untilPasses(async () => {
    expect(await objectExists(object)).toBe(false);
    expect(await vectorSpaces()).toEqual([]);
    expect(await rowsLeft()).toEqual({});
  }, DEADLINE_MS);
}, 60_000);
