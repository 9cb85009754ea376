import { reloadConfig } from '#shared/core/config.ts';
import { closePools } from '#shared/db/pool.ts';
import { ingestDocument } from '#shared/ingestion/pipeline.ts';
import { log } from '#shared/observability/log.ts';
import { type Client, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { patchDocument, useStores } from '#tests/support/stores.ts';
import { addText, type Document, settled } from '#tests/support/upload.ts';

/** The state of a document whose message has arrived, but which no worker has taken. */
const WAITING = `status = 'uploaded', active_generation = NULL, ready_at = NULL, updated_at = now()`;
const ONE_TRY = { onFault: 'fail', since: null } as const;
/** Takes longer to read than the short limit, and has one chunk. */
const LONG = `<p>${'<b></b>'.repeat(100_000)}로봇</p>`;

let team: Team;
let owner: Client;

beforeAll(async () => {
  log.setLogLevel('SILENT');
  await useStores();
  await reloadConfig('readers');
  team = await newTeam();
  owner = team.owner;
});

afterAll(closePools);

const pathOf = ({ id }: { id: string }) => `${team.path}/documents/${id}`;
const read = async (document: { id: string }) => succeeded(await owner.get<Document>(pathOf(document)));

async function endsOf({ id }: { id: string }): Promise<number> {
  const { rows } = await withDatabase((db) =>
    db.query<{ reader_ends: number }>('SELECT reader_ends FROM documents WHERE id = $1', [id]),
  );
  return rows[0]?.reader_ends ?? -1;
}

/** Runs `work` while files must be read in 20 ms. */
async function withShortLimit(work: () => Promise<void>): Promise<void> {
  process.env.READER_TIMEOUT_MS = '20';
  await reloadConfig('readers');
  try {
    await work();
  } finally {
    delete process.env.READER_TIMEOUT_MS;
    await reloadConfig('readers');
  }
}

async function waitingText(text: string): Promise<Document> {
  const document = await addText(owner, team.path, text);
  await patchDocument(document.id, WAITING);
  return document;
}

test('a document that takes too long is read once more, then fails with words, and is not read a third time', async () => {
  const document = await waitingText(LONG);
  await withShortLimit(() => ingestDocument(team.id, document.id, ONE_TRY));
  const failed = await read(document);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'parser_timeout', retryable: false } });
  expect(failed.error?.message).toMatch(/Split it into smaller files/);
  expect(await endsOf(document)).toBe(2);
  // The limit is long enough now, but nobody tries.
  expect((await owner.post(`${pathOf(document)}/retry`)).status).toBe(202);
  expect(await settled(owner, team.path, document.id)).toMatchObject({
    status: 'failed',
    error: { code: 'document_too_complex', retryable: false },
  });
  expect(await endsOf(document)).toBe(2);
});

test('the first end survives a worker that was killed: its successor tries only once', async () => {
  const document = await waitingText(`${LONG}<p>again</p>`);
  await patchDocument(
    document.id,
    `reader_ends = 1, status = 'parsing', lease_expires_at = now() - interval '1 second'`,
  );
  await withShortLimit(() => ingestDocument(team.id, document.id, ONE_TRY));
  expect(await read(document)).toMatchObject({ status: 'failed', error: { code: 'parser_timeout' } });
  expect(await endsOf(document)).toBe(2);
});

test('a document whose second try succeeds is ready, and may be read twice again', async () => {
  const document = await waitingText('가벼운 글');
  await patchDocument(document.id, 'reader_ends = 1');
  await ingestDocument(team.id, document.id, ONE_TRY);
  expect(await read(document)).toMatchObject({ status: 'ready' });
  expect(await endsOf(document)).toBe(0);
});
