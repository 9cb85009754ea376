import { randomUUID } from 'node:crypto';
import { handler } from '#functions/sweep/handler.ts';
import { closePools } from '#shared/db/pool.ts';
import type { VectorRecord } from '#shared/vectors/store.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { expectProblem, type Json, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { patchDocument, storedOf, useStores } from '#tests/support/stores.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText, type Document, settled } from '#tests/support/upload.ts';

const QUERY = 'How many days of annual leave are there?';
const TEXT = '# Leave\n\nAnnual leave is fifteen days a year and is asked for in advance.';
const OLD_MODEL = 'older-model@1:int8:mean';

let team: Team;
let document: Document;

beforeAll(useStores);
afterAll(closePools);

beforeEach(async () => {
  team = await newTeam();
  document = await addText(team.owner, team.path, TEXT);
});

/** Invokes `sweep` as an operator does, with this many seconds left. */
async function reindex(asked: Json = {}, seconds = 60) {
  const context = {
    functionName: 'rag-platform-dev-sweep',
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => seconds * 1_000,
  };
  const answer = await handler({ reindex: { team_id: team.id, ...asked } }, context);
  if (!answer) throw new Error('It has swept instead.');
  return answer;
}

async function found(mode: string): Promise<string[]> {
  const answer = await team.owner.post<{ data: { document_id: string }[] }>(`${team.path}/search`, {
    query: QUERY,
    mode,
  });
  return succeeded(answer).data.map((hit) => hit.document_id);
}

const read = async () => succeeded(await team.owner.get<Document>(`${team.path}/documents/${document.id}`));
const modelOf = ({ embedding_model }: Document) => embedding_model ?? '';

/** Changes the stores as if another model had embedded the document. */
async function embedByOther({ id, ...before }: Document): Promise<void> {
  const space = { teamId: team.id, model: before.embedding_model ?? '' };
  const records: VectorRecord[] = await vectorStore().list(space, { documentId: id, generation: 1 });
  await vectorStore().upsert({ ...space, model: OLD_MODEL }, records);
  await vectorStore().drop(space);
  await patchDocument(id, `embedding_model = '${OLD_MODEL}'`);
}

describe('after the vectors were lost', () => {
  beforeEach(() => vectorStore().drop({ teamId: team.id, model: modelOf(document) }));

  test('documents get them again, and stay ready and findable in the meantime', async () => {
    expect([await found('vector'), await found('hybrid')]).toEqual([[], [document.id]]);
    expect(await reindex()).toEqual({ asked: 1, next: null, models: { [modelOf(document)]: 1 } });
    await readUntil(
      () => found('vector'),
      (ids) => ids.includes(document.id),
    );
    expect(await read()).toEqual(document);
    const { chunks, vectors } = await storedOf(team.id, document.id, modelOf(document));
    expect(vectors).toBe(chunks);
  });

  test('a dry run queues nothing', async () => {
    expect(await reindex({ dry_run: true })).toMatchObject({ asked: 0, models: { [modelOf(document)]: 1 } });
  });

  test('a deleted document gets none', async () => {
    await reindex({ dry_run: true });
    succeeded(await team.owner.delete(`${team.path}/documents/${document.id}`));
    expect(await reindex()).toEqual({ asked: 0, next: null, models: {} });
  });
});

test('it continues where its time ran out', async () => {
  await withDatabase((db) =>
    db.query(
      `INSERT INTO documents (id, team_id, collection_id, filename, content_type, size_bytes, status, object_key,
         created_by, active_generation, embedding_model, chunk_count)
       SELECT gen_random_uuid(), team_id, collection_id, filename, content_type, 0, 'ready', object_key,
         created_by, 1, embedding_model, 0 FROM documents, generate_series(1, 60) WHERE id = $1`,
      [document.id],
    ),
  );
  const first = await reindex({}, 5);
  expect(first).toMatchObject({ asked: 50, next: expect.any(String) });
  expect(await reindex({ after: first.next }, 5)).toMatchObject({ asked: 11, next: null });
});

test.each([[{ from: 'nowhere' }], [{ team_id: 'all' }], [{ teamid: randomUUID() }]])(
  'an unknown option is refused: %j',
  async (asked) => {
    await expect(reindex(asked)).rejects.toThrow();
  },
);

describe('after the embedder got another model', () => {
  beforeEach(() => embedByOther(document));

  test('documents are found by their words at once, and by meaning when they are embedded anew', async () => {
    expect(await found('hybrid')).toEqual([document.id]);
    const answer = await team.owner.post(`${team.path}/search`, { query: QUERY, mode: 'vector' });
    expectProblem(answer, 503, 'model_mismatch');
    expect(await reindex()).toMatchObject({ asked: 1 });
    const now = await readUntil(read, ({ embedding_model }) => embedding_model !== OLD_MODEL);
    expect(now).toEqual(document);
    expect(await found('vector')).toEqual([document.id]);
    expect(await reindex({ dry_run: true })).toMatchObject({ models: { [modelOf(document)]: 1 } });
  });

  test('the old model’s vectors are removed', async () => {
    await reindex();
    const old = { teamId: team.id, model: OLD_MODEL };
    await readUntil(
      () => vectorStore().count(old, { documentId: document.id, generation: 1 }),
      (count) => count === 0,
    );
    expect(await found('vector')).toEqual([document.id]);
  });

  test('a document with chunks too long for it is ingested from its file', async () => {
    await withDatabase((db) =>
      db.query(`UPDATE chunks SET text = repeat(text || ' ', 400) WHERE document_id = $1`, [document.id]),
    );
    await reindex();
    const now = await readUntil(read, ({ embedding_model, status }) => {
      return status === 'ready' && embedding_model !== OLD_MODEL;
    });
    expect(now).toMatchObject({ chunks: document.chunks, tokens: document.tokens, status: 'ready' });
    expect(await found('vector')).toEqual([document.id]);
  });
});

describe('from the files', () => {
  test('documents are chunked anew, and found as before until that is done', async () => {
    const long = await addText(
      team.owner,
      team.path,
      `${TEXT}\n\n${'The canteen opens at noon. '.repeat(60)}`,
    );
    succeeded(
      await team.owner.patch(`${team.path}/collections/${long.collection_id}`, {
        chunking: { max_tokens: 64, overlap_tokens: 0 },
      }),
    );
    expect(await reindex({ from: 'files' })).toMatchObject({ asked: 2, next: null });
    const missed: string[][] = [];
    await readUntil(
      async () => {
        const ids = await found('hybrid');
        if (!ids.includes(document.id) || !ids.includes(long.id)) missed.push(ids);
        return succeeded(await team.owner.get<Document>(`${team.path}/documents/${long.id}`));
      },
      ({ chunks, status }) => status === 'ready' && (chunks ?? 0) > (long.chunks ?? 0),
    );
    expect(missed).toEqual([]);
    // The old vectors are removed after the new ones are visible.
    const { chunks, vectors } = await readUntil(
      () => storedOf(team.id, long.id, modelOf(long)),
      (stored) => stored.vectors === stored.chunks,
    );
    expect(vectors).toBe(chunks);
  });

  test('a document that another model had embedded keeps none of its vectors', async () => {
    await embedByOther(document);
    await reindex({ from: 'files' });
    await readUntil(
      read,
      ({ embedding_model, status }) => status === 'ready' && embedding_model !== OLD_MODEL,
    );
    await readUntil(
      () =>
        vectorStore().count(
          { teamId: team.id, model: OLD_MODEL },
          { documentId: document.id, generation: 1 },
        ),
      (count) => count === 0,
    );
    expect((await settled(team.owner, team.path, document.id)).status).toBe('ready');
  });
});
