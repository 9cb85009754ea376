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
  { method: 'POST', path: '/documents/{id}/retry', role: 'member', scope: 'documents:write' },
  { method: 'GET', path: '/documents/{id}/chunks', role: 'viewer', scope: 'documents:read' },
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
