import { loadConfig } from '#shared/core/config.ts';
import * as chunks from '#shared/db/chunks.ts';
import { WHOLE_TEAM } from '#shared/db/document-filter.ts';
import { closePools } from '#shared/db/pool.ts';
import { newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';
import { addText } from '#tests/support/upload.ts';

let team: Team;
let documentId: string;
let ids: string[];

beforeAll(async () => {
  await usePlatformSettings();
  await loadConfig('database');
  team = await newTeam();
  const text = Array.from(
    { length: 120 },
    (_, i) => `문장 ${i}은 규정의 한 부분으로서 차례대로 적혀 있다.`,
  ).join(' ');
  ({ id: documentId } = await addText(team.owner, team.path, text));
  ids = (await chunks.list(team.id, documentId, { limit: 10, after: -1 })).map(({ id }) => id);
});
afterAll(closePools);

const ordinals = async (teamId: string, of: string[], scope = WHOLE_TEAM) =>
  (await chunks.listNeighbours(teamId, scope, of)).map(({ ordinal }) => ordinal).sort((a, b) => a - b);

test('the chunks before and after are found, each once and without those asked for', async () => {
  expect(ids.length).toBeGreaterThan(3);
  expect(await ordinals(team.id, ids.slice(0, 1))).toEqual([1]);
  expect(await ordinals(team.id, ids.slice(1, 2))).toEqual([0, 2]);
  expect(await ordinals(team.id, [ids[0] ?? '', ids[2] ?? ''])).toEqual([1, 3]);
  expect(await ordinals(team.id, ids.slice(0, 2))).toEqual([2]);
  expect(await ordinals(team.id, [])).toEqual([]);
});

test('nothing is found of another team, outside of the scope, or of a document that search may not find', async () => {
  const other = await newTeam();
  expect(await ordinals(other.id, ids)).toEqual([]);
  expect(await ordinals(team.id, ids.slice(0, 1), { ...WHOLE_TEAM, documentIds: [] })).toEqual([]);
  succeeded(await team.owner.patch(`${team.path}/documents/${documentId}`, { enabled: false }));
  expect(await ordinals(team.id, ids.slice(0, 1))).toEqual([]);
});
