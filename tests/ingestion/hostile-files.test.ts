import { reloadConfig } from '#shared/core/config.ts';
import { closePools } from '#shared/db/pool.ts';
import { ingestDocument } from '#shared/ingestion/pipeline.ts';
import { log } from '#shared/observability/log.ts';
import { buildZip } from '#tests/fixtures/zip-builder.ts';
import { type Client, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { DOCX } from '#tests/support/files.ts';
import { patchDocument, useStores } from '#tests/support/stores.ts';
import { addText, type Document, type File, settled, upload } from '#tests/support/upload.ts';

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

/** A Word file of three parts whose text is `body`. */
function word(body: string): File {
  const types = 'http://schemas.openxmlformats.org/package/2006/content-types';
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  const rels = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';
  const w = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  const bytes = buildZip([
    {
      name: '[Content_Types].xml',
      content: `<Types xmlns="${types}"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: `<Relationships xmlns="${rels}"><Relationship Id="r" Type="${office}" Target="word/document.xml"/></Relationships>`,
    },
    {
      name: 'word/document.xml',
      content: `<w:document xmlns:w="${w}"><w:body>${body}</w:body></w:document>`,
    },
  ]);
  return { filename: 'a.docx', contentType: DOCX, bytes };
}

const text = (contentType: string, bytes: string): File => ({ filename: 'a.txt', contentType, bytes });

test.each<[string, () => File, string | null]>([
  ['eight million empty paragraphs of Word', () => word('<w:p/>'.repeat(8_000_000)), 'document_too_complex'],
  ['four million', () => word('<w:p/>'.repeat(4_000_000)), 'empty_document'],
  ['a bomb of 200 MB', () => word(' '.repeat(200_000_000)), 'document_too_large'],
  ['45,000 tabs', () => text('text/markdown', `x\n\n\`\`\`\na${'\t'.repeat(45_000)}b\n\`\`\`\n`), null],
  ['open brackets', () => text('application/json', '['.repeat(100_000)), 'corrupt_document'],
  [
    'brackets alone',
    () => text('application/json', '['.repeat(100_000) + ']'.repeat(100_000)),
    'empty_document',
  ],
  ['one letter 150,000 times', () => text('text/plain', 'A'.repeat(150_000)), 'empty_document'],
  [
    'Korean without blanks',
    () => text('text/plain', '연차휴가는근로기준법에따라부여한다'.repeat(7_000)),
    null,
  ],
  ['nested emphasis', () => text('text/markdown', '**a* '.repeat(5_000)), null],
  ['nested elements', () => text('text/html', `<!doctype html>${'<div>'.repeat(200_000)}글`), null],
])('%s of one team end, and the note of another is ready', async (_what, file, code) => {
  const other = await newTeam();
  const { id } = await upload(owner, team.path, file());
  expect(await addText(other.owner, other.path, '옆 팀의 메모')).toMatchObject({ status: 'ready' });
  const { status, error } = await settled(owner, team.path, id);
  expect([status, error?.code ?? null]).toEqual([code ? 'failed' : 'ready', code]);
});
