import { randomUUID } from 'node:crypto';
import { documentKey } from '#shared/aws/document-keys.ts';
import { enqueueIngestion } from '#shared/aws/queue.ts';
import { createUpload, objectExists } from '#shared/aws/storage.ts';
import { reloadConfig } from '#shared/core/config.ts';
import { closePools } from '#shared/db/pool.ts';
import { type Client, expectProblem, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { textFile } from '#tests/support/files.ts';
import { NOTHING_STORED, patchDocument, storedOf, useStores } from '#tests/support/stores.ts';
import { readUntil } from '#tests/support/until.ts';
import {
  addFile,
  addText,
  type Document,
  requestUpload,
  sendForm,
  settled,
  upload,
} from '#tests/support/upload.ts';

type Hits = { data: { document_id: string }[] };

/** The identity of the model that the tests' embedder serves. */
let model: string;
let team: Team;
let owner: Client;

beforeAll(async () => {
  await useStores();
  team = await newTeam();
  owner = team.owner;
  model = String((await addText(owner, team.path, '모델을 알려 주는 글')).embedding_model);
});

afterAll(closePools);

const pathOf = ({ id }: { id: string }) => `${team.path}/documents/${id}`;
const read = async (document: { id: string }) => succeeded(await owner.get<Document>(pathOf(document)));
const keyOf = ({ id }: { id: string }) => documentKey(team.id, id);
const stored = ({ id }: { id: string }) => storedOf(team.id, id, model);
const isGone = (now: object) => JSON.stringify(now) === JSON.stringify(NOTHING_STORED);

/** The generation of its row, which clients do not see. */
async function generationOf({ id }: { id: string }): Promise<number> {
  const { rows } = await withDatabase((db) =>
    db.query<{ generation: number }>('SELECT generation FROM documents WHERE id = $1', [id]),
  );
  return Number(rows[0]?.generation);
}

/** Long enough to be in progress for a while. */
function longText(word: string): string {
  return Array.from({ length: 3_000 }, (_, i) => `${word} ${i}번 문장은 긴 글의 한 조각으로 적혀 있다.`).join(
    '\n\n',
  );
}

describe('a deleted document', () => {
  test.each(['hybrid', 'vector', 'lexical'])('is not found by the very next %s search', async (mode) => {
    const fresh = await newTeam();
    const document = await addText(fresh.owner, fresh.path, '무지개다리의 개통일은 5월 9일이다.');
    const search = async () =>
      succeeded(await fresh.owner.post<Hits>(`${fresh.path}/search`, { query: '무지개다리의 개통일', mode }))
        .data;
    expect(await search()).toMatchObject([{ document_id: document.id }]);
    expect((await fresh.owner.delete(`${fresh.path}/documents/${document.id}`)).status).toBe(204);
    expect(await search()).toEqual([]);
  });

  test('is not found at once, and soon removed from every store', async () => {
    const document = await addFile(owner, team.path, textFile('gone.txt', '곧 사라질 글'));
    expect(await stored(document)).toMatchObject({ row: true, object: true, chunks: 1, vectors: 1 });
    expect((await owner.delete(pathOf(document))).status).toBe(204);
    for (const what of ['', '/chunks', '/download'])
      expectProblem(await owner.get(pathOf(document) + what), 404);
    const { data } = succeeded(await owner.get<{ data: Document[] }>(`${team.path}/documents?limit=100`));
    expect(data.map(({ id }) => id)).not.toContain(document.id);
    await readUntil(() => stored(document), isGone);
  });

  test('leaves nothing when it is deleted during ingestion', async () => {
    const document = await upload(owner, team.path, textFile('doomed.txt', longText('반딧불')));
    await readUntil(
      () => read(document),
      ({ status }) => ['embedding', 'indexing'].includes(status),
    );
    expect((await owner.delete(pathOf(document))).status).toBe(204);
    await readUntil(() => stored(document), isGone);
    // A worker that was writing when its document was deleted removes what it wrote.
    await addText(owner, team.path, '뒤에 온 글');
    await readUntil(() => stored(document), isGone);
  });

  test('leaves nothing when its file arrives afterwards', async () => {
    const file = textFile('late.txt', '늦게 온 글');
    const { document, upload: form } = succeeded(await requestUpload(owner, team.path, file));
    expect((await owner.delete(pathOf(document))).status).toBe(204);
    expect((await sendForm(form, file.bytes)).ok).toBe(true);
    await readUntil(
      () => objectExists(keyOf(document)),
      (there) => !there,
    );
    expectProblem(await owner.get(pathOf(document)), 404, 'not_found');
  });
});

describe('an event of an upload', () => {
  test('that is repeated changes nothing', async () => {
    const document = await addText(owner, team.path, '한 번만 읽힐 글');
    const before = await owner.get(`${pathOf(document)}/chunks`);
    await enqueueIngestion({ teamId: team.id, documentId: document.id });
    await enqueueIngestion({ teamId: team.id, documentId: document.id });
    // When a later document is ready, the messages before it have been processed.
    await addText(owner, team.path, '그 다음 글');
    expect(await read(document)).toEqual(document);
    expect(await generationOf(document)).toBe(1);
    expect((await owner.get(`${pathOf(document)}/chunks`)).body).toEqual(before.body);
  });

  test('that is repeated at the same time is processed once', async () => {
    const file = textFile('twice.txt', '여러 번 알려진 글');
    const { document, upload: form } = succeeded(await requestUpload(owner, team.path, file));
    await sendForm(form, file.bytes);
    await Promise.all(
      Array.from({ length: 4 }, () => enqueueIngestion({ teamId: team.id, documentId: document.id })),
    );
    expect(await settled(owner, team.path, document.id)).toMatchObject({ status: 'ready' });
    expect(await stored(document)).toMatchObject({ chunks: 1, vectors: 1 });
    expect(await generationOf(document)).toBe(1);
  });

  test('that was lost is queued again', async () => {
    const document = await addText(owner, team.path, '알림 없이 온 글');
    await patchDocument(
      document.id,
      `status = 'pending_upload', active_generation = NULL, ready_at = NULL, progress = 0, generation = 0,
       updated_at = now() - interval '2 minutes'`,
    );
    expect(await settled(owner, team.path, document.id)).toMatchObject({ status: 'ready', chunks: 1 });
  });
});

test('an upload that never arrives ends as failed', async () => {
  const { document } = succeeded(await requestUpload(owner, team.path, textFile('never.txt', 'x')));
  const long = `now() - interval '1 hour'`;
  await patchDocument(document.id, `created_at = ${long}, updated_at = ${long}`);
  const ended = await settled(owner, team.path, document.id);
  expect(ended).toMatchObject({ status: 'failed', error: { code: 'upload_expired', retryable: false } });
});

/** The state in which a killed worker leaves a document. */
const dead = (generation: number) =>
  `status = 'embedding', generation = ${generation}, active_generation = NULL, ready_at = NULL,
   lease_expires_at = now() - interval '1 second'`;

describe('a document whose worker crashed', () => {
  test('is ingested again, and nothing of the crashed attempt is left', async () => {
    const document = await addText(owner, team.path, '일꾼이 쓰러진 글');
    await patchDocument(document.id, dead(1));
    const again = await settled(owner, team.path, document.id);
    expect(again).toMatchObject({ status: 'ready', chunks: 1, progress: 1 });
    expect(await generationOf(document)).toBe(2);
    await readUntil(
      () => stored(document),
      ({ chunks, vectors }) => chunks === 1 && vectors === 1,
    );
  });

  test('again and again ends as failed with a reason', async () => {
    const document = await addText(owner, team.path, '일꾼을 쓰러뜨리는 글');
    await patchDocument(document.id, dead(5));
    const ended = await settled(owner, team.path, document.id);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'ingestion_stuck', retryable: true } });
    expect(ended.error?.message).toMatch(/5 times/);
  });

  test('can be retried by a user, however often it failed before', async () => {
    const document = await addText(owner, team.path, '사람이 다시 시킨 글');
    await patchDocument(
      document.id,
      `status = 'failed', generation = 9, active_generation = NULL, error_code = 'ingestion_stuck',
       error_message = 'It stopped.', error_retryable = true`,
    );
    const answer = await owner.post<Document>(`${pathOf(document)}/retry`);
    expect(answer).toMatchObject({ status: 202, body: { status: 'uploaded', error: null, progress: 0 } });
    expect(await settled(owner, team.path, document.id)).toMatchObject({ status: 'ready', error: null });
  });
});

test('an expired upload form is refused by S3', async () => {
  process.env.UPLOAD_EXPIRES_SECONDS = '1';
  await reloadConfig('storage');
  const key = documentKey(team.id, randomUUID());
  const form = await createUpload(key, { contentType: 'text/plain', sizeBytes: 100 });
  delete process.env.UPLOAD_EXPIRES_SECONDS;
  await reloadConfig('storage');
  const post = async () => await sendForm(form, 'x');
  // Meanwhile the worker deletes what no document has, which the local S3 may answer with 500 for a file on its way.
  const refused = await readUntil(post, ({ status }) => status === 403, 5_000);
  expect(await refused.text()).toContain('Policy expired');
});
