import { chunkDocument } from '#shared/chunking/chunk.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import { closePools } from '#shared/db/pool.ts';
import { indexChunks } from '#shared/ingestion/index-chunks.ts';
import { followMove } from '#shared/ingestion/move-vectors.ts';
import { countTokens, embedderInfo } from '#shared/retrieval/embedder-client.ts';
import { type Client, type Json, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { textFile } from '#tests/support/files.ts';
import { patchDocument, useStores } from '#tests/support/stores.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText, type Document, settled, upload } from '#tests/support/upload.ts';

type Hits = { data: { document_id: string; title: string; filename: string }[] };

const TEXT = '신청서는 총무팀에 낸다.';

let team: Team;
let owner: Client;

beforeAll(useStores);

beforeEach(async () => {
  team = await newTeam();
  owner = team.owner;
});

afterAll(closePools);

const pathOf = (id: string) => `${team.path}/documents/${id}`;
const change = async (id: string, body: Json) => succeeded(await owner.patch<Document>(pathOf(id), body));
const newCollection = async () =>
  succeeded(await owner.post<{ id: string }>(`${team.path}/collections`, { name: 'to' })).id;

async function found(query: string, more: Json = { mode: 'lexical' }): Promise<string[]> {
  const { data } = succeeded(await owner.post<Hits>(`${team.path}/search`, { query, ...more }));
  return [...new Set(data.map(({ document_id }) => document_id))];
}

/**
 * Ingests a document that is ready, or whose upload never came, once more, as the pipeline does. `meanwhile` runs when
 * all is written and nothing is visible yet.
 */
async function ingestAgain(
  { id }: { id: string },
  fileTitle: string | null,
  meanwhile: () => Promise<unknown>,
) {
  const document = await ingestion.claim(team.id, id);
  if (!document) throw new Error('The document is not waiting');
  const blocks = [{ kind: 'paragraph' as const, text: TEXT, page: null }];
  const { identity: model } = await embedderInfo();
  const attempt = { documentId: id, generation: document.generation };
  await ingestion.advance(team.id, attempt, { status: 'embedding', progress: 0.25, model });
  const work = {
    ...attempt,
    teamId: team.id,
    document,
    fileTitle,
    collectionId: document.collection_id,
    chunks: await chunkDocument({ blocks }, { maxTokens: 100, overlapTokens: 0, countTokens }),
    model,
    async progress(step: ingestion.Step) {
      await ingestion.advance(team.id, attempt, step);
      if (step.progress === 0.95) await meanwhile();
    },
    onActivated: () => Promise.resolve(),
  };
  expect(await indexChunks(work)).toBe(true);
  await followMove(team.id, work);
}

/** A document whose message has arrived: for the first time, or for another ingestion. */
async function waiting(kind: 'first' | 'again', title: string): Promise<Document> {
  const document = await addText(owner, team.path, TEXT, { title });
  const unseen = kind === 'first' ? `, active_generation = NULL, ready_at = NULL` : '';
  await patchDocument(document.id, `status = 'uploaded', updated_at = now()${unseen}`);
  return document;
}

describe.each(['first', 'again'] as const)('what changes while a document is ingested (%s)', (kind) => {
  test('holds: title and file name, and search finds the words of the new ones only', async () => {
    const document = await waiting(kind, '주차장.md');
    await ingestAgain(document, null, () => change(document.id, { title: '기숙사 안내', filename: 'b.md' }));
    const ready = await settled(owner, team.path, document.id);
    expect(ready).toMatchObject({ status: 'ready', title: '기숙사 안내', filename: 'b.md' });
    expect([await found('주차장'), await found('기숙사')]).toEqual([[], [document.id]]);
    expect(await found('총무팀 신청서')).toEqual([document.id]);
  });

  test('holds: collection, metadata and the switch, in both stores', async () => {
    const document = await waiting(kind, 'x.md');
    const collection_id = await newCollection();
    await ingestAgain(document, null, () =>
      change(document.id, { collection_id, metadata: { year: 2026 }, enabled: false }),
    );
    expect(await settled(owner, team.path, document.id)).toMatchObject({
      collection_id,
      metadata: { year: 2026 },
      enabled: false,
    });
    for (const mode of ['vector', 'lexical']) {
      const search = () =>
        found('총무팀', { mode, collection_ids: [collection_id], filter: { metadata: { year: 2026 } } });
      await change(document.id, { enabled: false });
      expect(await search()).toEqual([]);
      await change(document.id, { enabled: true });
      expect(await search()).toEqual([document.id]);
    }
  });
});

test('a title from the file’s name follows the name that the file has in the end', async () => {
  const document = await waiting('first', 'x.md');
  await patchDocument(document.id, `title = '', filename = '주차장_안내.md'`);
  await ingestAgain(document, null, () => change(document.id, { filename: '기숙사_안내.md' }));
  expect(await settled(owner, team.path, document.id)).toMatchObject({ title: '기숙사 안내' });
  expect([await found('주차장'), await found('기숙사')]).toEqual([[], [document.id]]);
});

test('a title of the file itself stays when the file is renamed', async () => {
  const document = await waiting('first', 'x.md');
  await patchDocument(document.id, `title = '', filename = 'a.md'`);
  await ingestAgain(document, '주차장', () => change(document.id, { filename: '기숙사.md' }));
  expect(await settled(owner, team.path, document.id)).toMatchObject({ title: '주차장' });
  expect([await found('주차장'), await found('기숙사')]).toEqual([[document.id], [document.id]]);
});

test('a rename right after an upload holds, whatever the worker has read by then', async () => {
  const text = Array.from({ length: 400 }, (_, i) => `${TEXT} ${i}번 문장이다.`).join('\n\n');
  const { id } = await upload(owner, team.path, textFile('주차장.txt', text));
  await readUntil(
    async () => succeeded(await owner.get<Document>(pathOf(id))),
    ({ status }) => status !== 'pending_upload',
  );
  await change(id, { filename: '기숙사.txt' });
  expect(await settled(owner, team.path, id)).toMatchObject({ status: 'ready', title: '기숙사' });
  expect([await found('주차장'), await found('기숙사')]).toEqual([[], [id]]);
});

test('of several renames at the same time the words of the last one are found', async () => {
  const { id } = await addText(owner, team.path, TEXT, { title: '하나.md' });
  const titles = ['주차장', '기숙사', '구내식당'];
  await Promise.all(titles.map((title) => owner.patch(pathOf(id), { title })));
  const { title } = succeeded(await owner.get<Document>(pathOf(id)));
  for (const each of titles) expect([each, await found(each)]).toEqual([each, each === title ? [id] : []]);
});
