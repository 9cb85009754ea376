import { createHash, randomUUID } from 'node:crypto';
import { describeAccess } from '#tests/support/access.ts';
import {
  type Client,
  expectProblem,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { pdfFile, textFile } from '#tests/support/files.ts';
import { addFile, addText, type Document, requestUpload, upload } from '#tests/support/upload.ts';

type Page = { data: Document[]; next_cursor: string | null };

const SOME_FILE = { filename: 'a.txt', content_type: 'text/plain', size_bytes: 10 };

let team: Team;
let owner: Client;
const documents = () => `${team.path}/documents`;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
});

describeAccess([
  { method: 'GET', path: '/documents', role: 'viewer', scope: 'documents:read' },
  { method: 'POST', path: '/documents', role: 'member', scope: 'documents:write', body: SOME_FILE },
  {
    method: 'POST',
    path: '/documents/text',
    role: 'member',
    scope: 'documents:write',
    body: { title: 'a', text: 'b' },
  },
  {
    method: 'POST',
    path: '/documents/url',
    role: 'member',
    scope: 'documents:write',
    body: { url: 'https://example.com' },
  },
  { method: 'GET', path: '/documents/{id}', role: 'viewer', scope: 'documents:read' },
  { method: 'DELETE', path: '/documents/{id}', role: 'member', scope: 'documents:write' },
  {
    method: 'PATCH',
    path: '/documents/{id}',
    role: 'member',
    scope: 'documents:write',
    body: { title: 'x' },
  },
  {
    method: 'POST',
    path: '/documents/delete',
    role: 'member',
    scope: 'documents:write',
    body: { document_ids: [randomUUID()] },
  },
  { method: 'POST', path: '/documents/{id}/retry', role: 'member', scope: 'documents:write' },
  { method: 'GET', path: '/documents/{id}/chunks', role: 'viewer', scope: 'documents:read' },
  { method: 'GET', path: '/documents/{id}/chunks/{chunk_id}', role: 'viewer', scope: 'documents:read' },
  { method: 'GET', path: '/documents/{id}/download', role: 'viewer', scope: 'documents:read' },
]);

describe('reading documents', () => {
  test('lists are paged, newest first, filtered by collection, status and part of the name', async () => {
    const fresh = await newTeam();
    const path = `${fresh.path}/documents`;
    const { id: collection_id } = succeeded(
      await fresh.owner.post<{ id: string }>(`${fresh.path}/collections`, { name: 'rules' }),
    );
    await addText(fresh.owner, fresh.path, '첫째 글', { title: '취업규칙.md' });
    await addText(fresh.owner, fresh.path, '둘째 글', { title: 'Annual-Report 100%.md', collection_id });
    succeeded(await fresh.owner.post(path, { ...SOME_FILE, filename: '취업규칙_초안.txt' }));
    const names = async (query: string) => {
      const { data } = succeeded(await fresh.owner.get<Page>(`${path}?${query}`));
      return data.map(({ filename }) => filename);
    };
    expect(await names('')).toEqual(['취업규칙_초안.txt', 'Annual-Report 100%.md', '취업규칙.md']);
    expect(await names(`collection_id=${collection_id}`)).toEqual(['Annual-Report 100%.md']);
    expect(await names('status=ready')).toEqual(['Annual-Report 100%.md', '취업규칙.md']);
    expect(await names('status=pending_upload')).toEqual(['취업규칙_초안.txt']);
    expect(await names(`q=${encodeURIComponent('규칙')}`)).toEqual(['취업규칙_초안.txt', '취업규칙.md']);
    expect(await names(`q=${encodeURIComponent('규칙'.normalize('NFD'))}`)).toHaveLength(2);
    expect(await names('q=annual-report')).toEqual(['Annual-Report 100%.md']);
    expect(await names('q=%25')).toEqual(['Annual-Report 100%.md']);
    expect(await names('q=_')).toEqual(['취업규칙_초안.txt']);
    expect(await names(`collection_id=${randomUUID()}`)).toEqual([]);

    const first = succeeded(await fresh.owner.get<Page>(`${path}?limit=2`));
    const rest = succeeded(await fresh.owner.get<Page>(`${path}?limit=2&cursor=${first.next_cursor}`));
    expect([...first.data, ...rest.data].map(({ filename }) => filename)).toEqual(await names(''));
    expect(rest.next_cursor).toBeNull();
  });

  test('lists are filtered by metadata, as text or as the number or boolean that it spells', async () => {
    const fresh = await newTeam();
    const path = `${fresh.path}/documents`;
    const add = async (filename: string, metadata: object) =>
      succeeded(await fresh.owner.post(path, { ...SOME_FILE, filename, metadata }));
    await add('a.txt', { 부서: '인사', year: 2024, tags: ['hr', 'kr'], final: true });
    await add('b.txt', { 부서: '총무', year: '2024', tags: [1, 2] });
    await add('c.txt', { 부서: '인사', year: 2025 });
    const names = async (query: string) => {
      const { data } = succeeded(await fresh.owner.get<Page>(`${path}?${query}`));
      return data.map(({ filename }) => filename);
    };
    expect(await names('metadata[year]=2024')).toEqual(['b.txt', 'a.txt']);
    expect(await names(`metadata[${encodeURIComponent('부서')}]=${encodeURIComponent('인사')}`)).toEqual([
      'c.txt',
      'a.txt',
    ]);
    expect(await names('metadata[tags]=kr')).toEqual(['a.txt']);
    expect(await names('metadata[tags]=2')).toEqual(['b.txt']);
    expect(await names('metadata[final]=true&metadata[year]=2024')).toEqual(['a.txt']);
    expect(await names("metadata[year]=2024'%20OR%201=1")).toEqual([]);
    const first = succeeded(await fresh.owner.get<Page>(`${path}?metadata[year]=2024&limit=1`));
    const rest = `metadata[year]=2024&limit=1&cursor=${first.next_cursor}`;
    expect(await names(rest)).toEqual(['a.txt']);
    expectProblem(await fresh.owner.get(`${path}?metadata[year][gte]=2024`), 422, 'validation_failed');
  });

  test.each(['status=done', 'collection_id=x', 'limit=0', 'cursor=abc'])(
    'a list with %s is refused',
    async (query) => {
      const answer = await owner.get(`${documents()}?${query}`);
      expectProblem(answer, 400);
    },
  );

  test('a document of another team is answered like a missing one on every route', async () => {
    const { id } = await addText(owner, team.path, '우리 팀만 아는 이야기');
    const other = await newTeam();
    const path = `${other.path}/documents/${id}`;
    expectProblem(await other.owner.get(path), 404, 'not_found');
    expectProblem(await other.owner.delete(path), 404, 'not_found');
    expectProblem(await other.owner.patch(path, { enabled: false }), 404, 'not_found');
    const many = await other.owner.post(`${other.path}/documents/delete`, { document_ids: [id] });
    expect(many).toMatchObject({ status: 200, body: { deleted: [], not_found: [id], forbidden: [] } });
    expectProblem(await other.owner.post(`${path}/retry`), 404, 'not_found');
    expectProblem(await other.owner.get(`${path}/chunks`), 404, 'not_found');
    expectProblem(await other.owner.get(`${path}/download`), 404, 'not_found');
    expect((await owner.get(`${documents()}/${id}`)).status).toBe(200);
  });
});

describe('chunks', () => {
  test('are paged in order, each with its place in the text', async () => {
    const text = Array.from(
      { length: 30 },
      (_, i) => `## ${i}번째 장\n\n${i}번째 장의 본문은 이렇게 적혀 있다.`,
    ).join('\n\n');
    const document = await addText(owner, team.path, text);
    const path = `${documents()}/${document.id}/chunks`;
    type Chunks = {
      data: { ordinal: number; start: number; end: number; text: string; tokens: number }[];
      next_cursor: string | null;
    };
    const all: Chunks['data'] = [];
    let cursor: string | null = null;
    do {
      const answer = await owner.get<Chunks>(
        `${path}?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      const page: Chunks = succeeded(answer);
      expect(page.data.length).toBeLessThanOrEqual(2);
      all.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor);
    expect(all.map(({ ordinal }) => ordinal)).toEqual(all.map((_, i) => i));
    expect(all).toHaveLength(Number(document.chunks));
    expect(all.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(document.tokens);
    for (const [i, { start, end, text: body }] of all.entries()) {
      expect(end - start).toBe(body.length);
      if (i > 0) expect(start).toBeGreaterThan(Number(all[i - 1]?.start));
    }
    expect(all[0]?.start).toBe(0);
  });

  test('are read one by one, with the place of a quote', async () => {
    const file = pdfFile('rules.pdf', [
      'Employees have fifteen days of leave.',
      'They ask three days before.',
    ]);
    const { id } = await addFile(owner, team.path, file);
    const path = `${documents()}/${id}/chunks`;
    type Chunk = { id: string; text: string; quote: { start: number; end: number; boxes: object[] } };
    const { data } = succeeded(await owner.get<{ data: Chunk[] }>(path));
    const listed = data.find(({ text }) => text.includes('They'));
    const answer = await owner.get<Chunk>(
      `${path}/${listed?.id}?quote=${encodeURIComponent('They  ask\nthree')}`,
    );
    const { quote, ...chunk } = succeeded(answer);
    expect(chunk).toEqual(listed);
    expect(chunk.text.slice(quote.start, quote.end)).toBe('They ask three');
    expect(quote.boxes).toMatchObject([{ page: 2 }]);
    expect(succeeded(await owner.get(`${path}/${listed?.id}?quote=nothing`))).toMatchObject({ quote: null });
    expect(succeeded(await owner.get(`${path}/${listed?.id}`))).toMatchObject({ quote: null });
    expectProblem(await owner.get(`${path}/${randomUUID()}`), 404, 'not_found');
  });

  test('of a document without its file are an empty list', async () => {
    const { document } = succeeded(await requestUpload(owner, team.path, textFile('later.txt', 'x')));
    const { body } = await owner.get(`${documents()}/${document.id}/chunks`);
    expect(body).toEqual({ data: [], next_cursor: null });
  });
});

describe('downloading', () => {
  test('redirects to the same bytes under their Korean name, without an API credential', async () => {
    const file = pdfFile('2026년 취업규칙 (개정).pdf', ['본문']);
    const document = await addFile(owner, team.path, file);
    const answer = await owner.get(`${documents()}/${document.id}/download`);
    expect(answer.status).toBe(302);
    const download = await fetch(String(answer.headers.get('location')));
    expect(download.status).toBe(200);
    const bytes = Buffer.from(await download.arrayBuffer());
    expect(bytes.equals(Buffer.from(file.bytes))).toBe(true);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(document.sha256);
    const disposition = String(download.headers.get('content-disposition'));
    expect(disposition).toMatch(/^attachment;/);
    expect(decodeURIComponent(disposition)).toContain(file.filename);
  });

  test('a file that is not uploaded yet is a 409', async () => {
    const { document } = succeeded(await requestUpload(owner, team.path, textFile('later.txt', 'x')));
    expectProblem(await owner.get(`${documents()}/${document.id}/download`), 409, 'not_ready');
  });

  test('a link that was changed is refused', async () => {
    const document = await addText(owner, team.path, '비밀 문서');
    const { headers } = await owner.get(`${documents()}/${document.id}/download`);
    const link = new URL(String(headers.get('location')));
    link.pathname = link.pathname.replace(document.id, randomUUID());
    expect((await fetch(link)).status).toBe(403);
    expect((await fetch(`${link.origin}${link.pathname}`)).status).toBe(403);
  });
});

describe('downloading as JSON or inline', () => {
  const link = async (client: Client, id: string, query = '') => {
    const headers = { Accept: 'application/json' };
    const path = `${documents()}/${id}/download${query}`;
    return succeeded(await client.get<{ url: string; expires_at: string }>(path, { headers }));
  };

  test('a link and its expiry come as JSON to those who ask for it', async () => {
    const document = await addText(owner, team.path, '본문', { title: '공지.md' });
    const { url, expires_at } = await link(await newMember(team, 'viewer'), document.id);
    expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(280_000);
    expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(300_000);
    expect(await (await fetch(url)).text()).toBe('본문');
  });

  test('PDF and plain text may be shown in the browser, HTML never', async () => {
    const dispositionOf = async (id: string, query: string) => {
      const { url } = await link(owner, id, query);
      return (await fetch(url)).headers.get('content-disposition')?.split(';')[0];
    };
    const pdf = await addFile(owner, team.path, pdfFile('규정.pdf', ['본문']));
    const html = {
      filename: 'x.html',
      contentType: 'text/html',
      bytes: '<p>안녕하세요</p><script>1</script>',
    };
    const page = await addFile(owner, team.path, html);
    expect(await dispositionOf(pdf.id, '?disposition=inline')).toBe('inline');
    expect(await dispositionOf(pdf.id, '?disposition=attachment')).toBe('attachment');
    expect(await dispositionOf(pdf.id, '')).toBe('attachment');
    expect(await dispositionOf(page.id, '?disposition=inline')).toBe('attachment');
    expectProblem(await owner.get(`${documents()}/${pdf.id}/download?disposition=x`), 400, 'invalid_request');
  });
});

describe('deleting', () => {
  test('members delete their own documents, admins all', async () => {
    const [one, two, admin] = await Promise.all([
      newMember(team, 'member'),
      newMember(team, 'member'),
      newMember(team, 'admin'),
    ]);
    const own = await upload(one, team.path, textFile('one.txt', '하나'));
    const foreign = await upload(two, team.path, textFile('two.txt', '둘'));
    expectProblem(await one.delete(`${documents()}/${foreign.id}`), 403, 'insufficient_role');
    expect((await one.delete(`${documents()}/${own.id}`)).status).toBe(204);
    expect((await admin.delete(`${documents()}/${foreign.id}`)).status).toBe(204);
    expectProblem(await admin.delete(`${documents()}/${foreign.id}`), 404, 'not_found');
  });

  test('many at once: each is deleted, forbidden or not found', async () => {
    const [one, two, viewer] = await Promise.all([
      newMember(team, 'member'),
      newMember(team, 'member'),
      newMember(team, 'viewer'),
    ]);
    const own = await upload(one, team.path, textFile('one.txt', '하나'));
    const foreign = await upload(two, team.path, textFile('two.txt', '둘'));
    const missing = randomUUID();
    const body = { document_ids: [foreign.id, missing, own.id.toUpperCase(), own.id] };
    expectProblem(await viewer.post(`${documents()}/delete`, body), 403, 'insufficient_role');
    const answer = succeeded(await one.post(`${documents()}/delete`, body));
    expect(answer).toEqual({ deleted: [own.id], not_found: [missing], forbidden: [foreign.id] });
    expect(succeeded(await owner.post(`${documents()}/delete`, body))).toEqual({
      deleted: [foreign.id],
      not_found: [missing, own.id],
      forbidden: [],
    });
    const { body: log } = await owner.get<{ data: { action: string; target: { id: string } }[] }>(
      `${team.path}/audit-log?limit=2`,
    );
    expect(log.data).toMatchObject([
      { action: 'document.deleted', target: { id: foreign.id } },
      { action: 'document.deleted', target: { id: own.id } },
    ]);
  });

  test.each([{ document_ids: [] }, { document_ids: ['x'] }, { ids: [randomUUID()] }, {}])(
    'many at once: %j is refused',
    async (body) => {
      expectProblem(await owner.post(`${documents()}/delete`, body), 422, 'validation_failed');
    },
  );

  test('more than 100 at once are refused', async () => {
    const body = { document_ids: Array.from({ length: 101 }, () => randomUUID()) };
    expectProblem(await owner.post(`${documents()}/delete`, body), 422, 'validation_failed');
  });

  test('a key deletes what its creator may delete', async () => {
    const member = await newMember(team, 'member');
    const key = await newKey(team, ['documents:write'], { creator: await newMember(team, 'admin') });
    const { id } = await upload(member, team.path, textFile('key.txt', '열쇠'));
    expect((await key.delete(`${documents()}/${id}`)).status).toBe(204);
  });
});

describe('retrying', () => {
  test('a document that has not failed is a conflict, an unknown one a 404', async () => {
    const { id } = await addText(owner, team.path, '잘 끝난 문서');
    expectProblem(await owner.post(`${documents()}/${id}/retry`), 409, 'conflict');
    expectProblem(await owner.post(`${documents()}/${randomUUID()}/retry`), 404, 'not_found');
  });
});
