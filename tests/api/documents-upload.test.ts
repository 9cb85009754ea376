import { randomUUID } from 'node:crypto';
import { type Client, expectProblem, type Json, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { textFile } from '#tests/support/files.ts';
import { type Document, requestUpload, sendForm } from '#tests/support/upload.ts';

const SOME_FILE = { filename: 'a.txt', content_type: 'text/plain', size_bytes: 10 };

let team: Team;
let owner: Client;
const documents = () => `${team.path}/documents`;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
});

describe('asking for an upload', () => {
  test('returns a waiting document, and a form that expires within a quarter of an hour', async () => {
    const answer = await requestUpload(owner, team.path, textFile('메모.txt', '내용'), {
      metadata: { year: 2026 },
    });
    expect(answer.status).toBe(201);
    const { document, upload: form } = answer.body;
    expect(document).toEqual({
      id: expect.any(String),
      collection_id: expect.any(String),
      created_by: team.owner.id,
      title: '메모',
      enabled: true,
      source_url: null,
      filename: '메모.txt',
      content_type: 'text/plain',
      size_bytes: 6,
      sha256: null,
      status: 'pending_upload',
      error: null,
      pages: null,
      chunks: null,
      tokens: null,
      embedding_model: null,
      progress: 0,
      metadata: { year: 2026 },
      created_at: expect.any(String),
      ready_at: null,
    });
    const policy = JSON.parse(Buffer.from(form.fields.Policy ?? '', 'base64').toString()) as {
      expiration: string;
    };
    const secondsLeft = (Date.parse(policy.expiration) - Date.now()) / 1_000;
    expect(secondsLeft).toBeGreaterThan(0);
    expect(secondsLeft).toBeLessThanOrEqual(900);
  });

  test.each([
    'text/plain; charset=utf-8\r\nX: y',
    'text/plain;a="b',
    'text/plain;a="b\u0001"',
    'text/plain; charset',
    'text/plain\u0000',
    'text /plain',
    'text/plain, text/html',
  ])('with the type %j is a 422 that names it', async (content_type) => {
    const answer = await owner.post(documents(), { ...SOME_FILE, content_type });
    expect([400, 422]).toContain(answer.status);
    if (answer.status === 422) expect(answer.body.errors).toMatchObject([{ path: 'content_type' }]);
  });

  test.each(['text/plain', 'TEXT/plain;charset=UTF-8', 'text/plain; charset="utf-8" ; format=flowed'])(
    'with the type %j is taken',
    async (content_type) => {
      expect((await owner.post(documents(), { ...SOME_FILE, content_type })).status).toBe(201);
    },
  );

  test.each(['..', '.', 'a/b', 'a\u202Egpj.exe', 'a\u2066b', '${filename}', 'a\nb'])(
    'for a file named %j is a 422 with words',
    async (filename) => {
      const answer = await owner.post(documents(), { ...SOME_FILE, filename });
      expectProblem(answer, 422, 'validation_failed');
      expect(answer.body.errors).toEqual([{ path: 'filename', message: expect.stringMatching(/^must /) }]);
    },
  );

  test.each([
    'image/png',
    'application/zip',
    'application/octet-stream',
    'video/mp4',
    'constructor',
    'text/plain-text',
  ])('as %s is a 415 that lists the supported types', async (content_type) => {
    const answer = await owner.post(documents(), { ...SOME_FILE, content_type });
    expectProblem(answer, 415, 'unsupported_media_type');
    expect(answer.body.detail).toContain('application/pdf');
  });

  test.each<[string, Json, string]>([
    ['without a name', { filename: undefined }, 'filename'],
    ['with an empty name', { filename: ' ' }, 'filename'],
    ['with a path for a name', { filename: '../../etc/passwd' }, 'filename'],
    ['with a line break in the name', { filename: 'a\nb.txt' }, 'filename'],
    ['with a name that is too long', { filename: `${'가'.repeat(300)}.txt` }, 'filename'],
    ['without a type', { content_type: undefined }, 'content_type'],
    ['of nothing', { size_bytes: 0 }, 'size_bytes'],
    ['of half a byte', { size_bytes: 1.5 }, 'size_bytes'],
    ['of a size in words', { size_bytes: '10' }, 'size_bytes'],
    ['into no collection', { collection_id: 'default' }, 'collection_id'],
    ['with another wish for duplicates', { on_duplicate: 'merge' }, 'on_duplicate'],
    ['with nested metadata', { metadata: { a: { b: 1 } } }, 'metadata.a'],
    [
      'with too much metadata',
      { metadata: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, i])) },
      'metadata',
    ],
  ])('%s is refused by field', async (_what, change, path) => {
    const answer = await owner.post(documents(), { ...SOME_FILE, ...change });
    expectProblem(answer, 422, 'validation_failed');
    expect(new Set((answer.body.errors as { path: string }[]).map((each) => each.path))).toEqual(
      new Set([path]),
    );
  });

  test('of more than the limit is a 413', async () => {
    expectProblem(
      await owner.post(documents(), { ...SOME_FILE, size_bytes: 10 ** 12 }),
      413,
      'payload_too_large',
    );
  });

  test('into another team’s collection is refused like into an unknown one', async () => {
    const other = await newTeam();
    const { data } = succeeded(
      await other.owner.get<{ data: { id: string }[] }>(`${other.path}/collections`),
    );
    for (const collection_id of [data[0]?.id, randomUUID()]) {
      const answer = await owner.post(documents(), { ...SOME_FILE, collection_id });
      expectProblem(answer, 422, 'validation_failed');
      expect(answer.body.errors).toEqual([{ path: 'collection_id', message: 'no such collection' }]);
    }
  });

  test('with malformed JSON or as a form is refused', async () => {
    expectProblem(await owner.post(documents(), '{"filename":'), 400, 'invalid_json');
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expectProblem(await owner.post(documents(), 'filename=a', { headers }), 415, 'unsupported_media_type');
  });

  test('twice with one Idempotency-Key creates one document', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const [first, again] = [
      await owner.post<{ document: Document }>(documents(), SOME_FILE, { headers }),
      await owner.post<{ document: Document }>(documents(), SOME_FILE, { headers }),
    ];
    expect(again.body.document.id).toBe(first.body.document.id);
  });
});

describe('a presigned form', () => {
  const bytes = '회의록 본문';
  const newForm = async () =>
    succeeded(await requestUpload(owner, team.path, textFile('form.txt', bytes))).upload;

  test('accepts exactly the file it was made for', async () => {
    expect((await sendForm(await newForm(), bytes)).ok).toBe(true);
  });

  test('accepts no larger file', async () => {
    const response = await sendForm(await newForm(), `${bytes} and more`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('EntityTooLarge');
  });

  test('accepts no empty file', async () => {
    const response = await sendForm(await newForm(), '');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('EntityTooSmall');
  });

  test.each<[string, (fields: Record<string, string>) => Record<string, string>]>([
    ['another type', (fields) => ({ ...fields, 'Content-Type': 'text/html' })],
    ['another key', (fields) => ({ ...fields, key: `teams/${randomUUID()}/documents/${randomUUID()}` })],
    ['a field more', (fields) => ({ ...fields, acl: 'public-read' })],
    ['a longer life', (fields) => ({ ...fields, Policy: longer(fields.Policy) })],
    ['another signature', (fields) => ({ ...fields, 'X-Amz-Signature': '0'.repeat(64) })],
    ['no policy', ({ Policy: _policy, ...fields }) => fields],
  ])('with %s is refused by the storage', async (_what, tamper) => {
    const { url, fields } = await newForm();
    const response = await sendForm({ url, fields: tamper(fields) }, bytes);
    expect(response.status).toBe(403);
  });
});

function longer(policy = ''): string {
  const read = JSON.parse(Buffer.from(policy, 'base64').toString()) as Json;
  return Buffer.from(JSON.stringify({ ...read, expiration: '2099-01-01T00:00:00Z' })).toString('base64');
}
