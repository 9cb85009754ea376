import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '#local/platform/options.ts';
import { buildPdf } from '#tests/fixtures/pdf-builder.ts';
import { buildZip } from '#tests/fixtures/zip-builder.ts';
import { type Client, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { DOCX, docxFile, PDF, pdfFile, textFile } from '#tests/support/files.ts';
import { storedOf, useStores } from '#tests/support/stores.ts';
import { addFile, addText, type Document, type File, settled, upload } from '#tests/support/upload.ts';

type Hits = { data: { document_id: string; filename: string; page: number | null; text: string }[] };

const STEPS = ['pending_upload', 'uploaded', 'parsing', 'chunking', 'embedding', 'indexing', 'ready'];

let team: Team;
let owner: Client;

beforeAll(async () => {
  await useStores();
  team = await newTeam();
  owner = team.owner;
});

async function find(query: string): Promise<Hits['data']> {
  return succeeded(await owner.post<Hits>(`${team.path}/search`, { query, mode: 'lexical' })).data;
}

const html = (text: string) =>
  `<!doctype html><title>안내</title><nav>메뉴</nav><main><h1>안내</h1><p>${text}</p></main>`;
const note = (text: string) => textFile('note.txt', text);
const fixture = (name: string) => readFileSync(path.join(ROOT, 'tests/fixtures', name));
const pdf = (bytes: Uint8Array | string): File => ({ filename: 'a.pdf', contentType: PDF, bytes });
const docx = (bytes: Uint8Array | string): File => ({ filename: 'a.docx', contentType: DOCX, bytes });
const goodPdf = () => Buffer.from(pdfFile('a.pdf', ['본문']).bytes);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const bomb = () =>
  buildZip([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: 'word/document.xml', content: Buffer.alloc(70_000_000, 0x20) },
  ]);

describe('an uploaded file becomes findable', () => {
  const files: [string, () => Promise<File> | File, string, number | null][] = [
    ['PDF', () => pdfFile('연차 규정.pdf', ['표지', '연차 휴가는 청룡부대 기준을 따른다.']), '청룡부대', 2],
    [
      'Word',
      () => docxFile('보안 규정.docx', '보안', ['출입증은 백호관리실에서 받는다.']),
      '백호관리실',
      null,
    ],
    [
      'HTML',
      () => textFile('안내문.html', html('정산은 주작재무팀이 한다.'), 'text/html'),
      '주작재무팀',
      null,
    ],
    [
      'Markdown',
      () => textFile('자주 묻는 질문.md', '# 배송\n\n배송은 현무물류가 맡는다.', 'text/markdown'),
      '현무물류',
      null,
    ],
    ['plain text', () => textFile('회의록.txt', '다음 회의는 해태회의실에서 연다.'), '해태회의실', null],
  ];

  test.each(files)('from %s, with its Korean name from macOS composed', async (_type, make, word, page) => {
    const file = await make();
    const document = await addFile(owner, team.path, { ...file, filename: file.filename.normalize('NFD') });
    expect(document).toMatchObject({ status: 'ready', progress: 1, error: null, filename: file.filename });
    expect(document.ready_at).not.toBeNull();
    expect(document.pages).toBe(page);
    expect(await find(`${word}는 어디인가요?`)).toMatchObject([
      {
        document_id: document.id,
        filename: file.filename,
        page,
        text: expect.stringContaining(word) as string,
      },
    ]);
  });

  test('and ready only with every chunk in both stores', async () => {
    const text = Array.from(
      { length: 50 },
      (_, i) => `# ${i}장\n\n제${i}장은 기린각의 ${i}번째 방에 대한 글이다.`,
    ).join('\n\n');
    const document = await addText(owner, team.path, text);
    const stored = await storedOf(team.id, document.id, String(document.embedding_model));
    expect(stored).toMatchObject({
      row: true,
      object: true,
      chunks: document.chunks,
      vectors: document.chunks,
    });
    expect(stored.postings).toBeGreaterThan(0);
  });

  test('while its status and progress never go back', async () => {
    const paragraphs = Array.from(
      { length: 4_000 },
      (_, i) => `${i}번 문장은 긴 글을 이루는 한 조각으로 여기에 적혀 있다.`,
    );
    const text = paragraphs.join('\n\n');
    const { id } = await upload(owner, team.path, textFile('long.txt', text));
    const seen: Document[] = [];
    do seen.push(succeeded(await owner.get<Document>(`${team.path}/documents/${id}`)));
    while (!['ready', 'failed'].includes(seen.at(-1)?.status ?? ''));
    const steps = seen.map(({ status }) => STEPS.indexOf(status));
    const progress = seen.map((document) => document.progress);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toMatchObject({ status: 'ready', progress: 1 });
    expect(new Set(progress).size).toBeGreaterThan(4);
    expect(seen.filter(({ status }) => status !== 'ready').every(({ ready_at }) => ready_at === null)).toBe(
      true,
    );
  });
});

describe('a file that cannot be parsed ends as failed with a reason, and the next one is ingested', () => {
  const cases: [string, () => File, string, RegExp][] = [
    ['a picture that says it is a PDF', () => pdf(png), 'content_type_mismatch', /uploaded as a PDF/],
    ['a PDF that says it is a Word file', () => docx(goodPdf()), 'content_type_mismatch', /it is a PDF/],
    [
      'a ZIP that says it is a Word file',
      () => docx(buildZip([{ name: 'a.txt', content: 'hi' }])),
      'content_type_mismatch',
      /Word document/,
    ],
    [
      'a program that says it is text',
      () => textFile('a.txt', '\u007fELF\u0002\u0001\u0001\0\0\0\0\0\0\0'),
      'content_type_mismatch',
      /uploaded as a plain text/,
    ],
    ['a PDF under a password', () => pdf(fixture('user-password.pdf')), 'encrypted_document', /password/i],
    [
      'a PDF of nothing but pictures',
      () => pdf(buildPdf({ pages: [[]], image: true })),
      'empty_document',
      /text/i,
    ],
    ['a PDF that was cut off', () => pdf(goodPdf().subarray(0, 400)), 'corrupt_document', /damaged/],
    [
      'a Word file that was cut off',
      () =>
        docx(
          Buffer.from(buildZip([{ name: 'word/document.xml', content: 'x'.repeat(9_999) }])).subarray(0, 80),
        ),
      'corrupt_document',
      /damaged/,
    ],
    ['a text of spaces', () => textFile('a.txt', ' \n\t \n'), 'empty_document', /text|empty/i],
    [
      'a text without end',
      () => textFile('a.txt', '가나다 '.repeat(1_400_000)),
      'document_too_large',
      /5,000,000/,
    ],
    ['a Word file that unpacks to far more than it is', () => docx(bomb()), 'document_too_large', /./],
  ];

  test.each(cases)('%s', async (_what, make, code, message) => {
    const { id } = await upload(owner, team.path, make());
    const document = await settled(owner, team.path, id);
    expect(document).toMatchObject({
      status: 'failed',
      error: { code, retryable: false },
      chunks: null,
      ready_at: null,
    });
    expect(document.error?.message).toMatch(message);
    const after = await addText(owner, team.path, '그 다음 문서는 잘 읽힌다.');
    expect(after.status).toBe('ready');
  });

  test('a PDF that only forbids printing is ingested', async () => {
    const document = await addFile(owner, team.path, pdf(fixture('owner-password.pdf')));
    expect(document.status).toBe('ready');
  });
});

describe('the same file again', () => {
  test('is kept beside the first one by default', async () => {
    const fresh = await newTeam();
    const [one, two] = [
      await addFile(fresh.owner, fresh.path, note('같은 글')),
      await addFile(fresh.owner, fresh.path, note('같은 글')),
    ];
    expect(two).toMatchObject({ status: 'ready', sha256: one.sha256 });
  });

  test('is skipped on request, with the id of the first one; other bytes under its name are not', async () => {
    const fresh = await newTeam();
    const first = await addFile(fresh.owner, fresh.path, note('같은 글'));
    const again = await upload(
      fresh.owner,
      fresh.path,
      { ...note('같은 글'), filename: 'b.txt' },
      { on_duplicate: 'skip' },
    );
    const skipped = await settled(fresh.owner, fresh.path, again.id);
    expect(skipped).toMatchObject({ status: 'failed', error: { code: 'duplicate_document' } });
    expect(skipped.error?.message).toContain(first.id);
    const other = await addFile(fresh.owner, fresh.path, note('다른 글'), { on_duplicate: 'skip' });
    expect(other.status).toBe('ready');
  });

  test('replaces documents with its name or its bytes, in its own collection only', async () => {
    const fresh = await newTeam();
    const { id: elsewhere } = succeeded(
      await fresh.owner.post<{ id: string }>(`${fresh.path}/collections`, { name: 'other' }),
    );
    const add = (file: File, more = {}) => addFile(fresh.owner, fresh.path, file, more);
    const sameName = await add(note('작년 규정: 연차는 11일이다.'));
    const sameBytes = await add({ ...note('올해 규정: 연차는 15일이다.'), filename: 'copy.txt' });
    const apart = await add(note('작년 규정: 연차는 11일이다.'), { collection_id: elsewhere });
    const waiting = succeeded(
      await fresh.owner.post<{ document: Document }>(`${fresh.path}/documents`, {
        filename: 'note.txt',
        content_type: 'text/plain',
        size_bytes: 1,
      }),
    ).document;
    const newest = await add(note('올해 규정: 연차는 15일이다.'), { on_duplicate: 'replace' });
    const { data } = succeeded(await fresh.owner.get<{ data: Document[] }>(`${fresh.path}/documents`));
    expect(new Set(data.map(({ id }) => id))).toEqual(new Set([newest.id, apart.id]));
    for (const { id } of [sameName, sameBytes, waiting])
      expect((await fresh.owner.get(`${fresh.path}/documents/${id}`)).status).toBe(404);
  });

  test('that cannot be parsed leaves the documents that it would have replaced', async () => {
    const fresh = await newTeam();
    const first = await addFile(fresh.owner, fresh.path, { ...pdfFile('rules.pdf', ['본문']) });
    const broken = await upload(
      fresh.owner,
      fresh.path,
      { filename: 'rules.pdf', contentType: PDF, bytes: 'no PDF' },
      { on_duplicate: 'replace' },
    );
    expect(await settled(fresh.owner, fresh.path, broken.id)).toMatchObject({ status: 'failed' });
    expect(await settled(fresh.owner, fresh.path, first.id)).toMatchObject({ status: 'ready' });
  });
});
