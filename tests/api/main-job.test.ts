import { readFileSync } from 'node:fs';
import path from 'node:path';
import OpenAI from 'openai';
import { serverEvents } from '#local/demo/api-client.ts';
import { ROOT } from '#local/platform/options.ts';
import { platform } from '#tests/support/platform.ts';
import { signIn } from '#tests/support/sign-in.ts';
import { readUntil } from '#tests/support/until.ts';

/**
 * The main task as a new user of the API performs it: sign in, create a team, upload a Korean PDF and an English Word
 * document, ask in both languages and check the citations; then ask with OpenAI's client. Uses plain `fetch` and
 * `FormData`, no helper that knows the product.
 */
const PDF = 'application/pdf';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

type Json = Record<string, unknown>;
type Event = { event: string; data: Json };
type Citation = {
  index: number;
  chunk_id: string;
  filename: string;
  page: number | null;
  quote: string;
  start: number;
  end: number;
};

let url: string;
let accessToken: string;
let team: string;
let bot: string;
const documents: Record<string, string> = {};

async function call<T = Json>(method: string, route: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}${route}`, {
    method,
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}

async function uploadSample(filename: string, content_type: string): Promise<string> {
  const bytes = new Uint8Array(readFileSync(path.join(ROOT, 'local/demo/samples', filename)));
  const { document, upload } = await call<{
    document: { id: string };
    upload: { url: string; fields: Record<string, string> };
  }>('POST', `/v1/teams/${team}/documents`, { filename, content_type, size_bytes: bytes.length });
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append('file', new Blob([bytes]), filename);
  expect((await fetch(upload.url, { method: 'POST', body: form })).ok).toBe(true);
  return document.id;
}

async function chat(message: string): Promise<Event[]> {
  const response = await fetch(`${url}/v1/teams/${team}/bots/${bot}/chat`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ message }),
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  if (!response.body) throw new Error('nothing was streamed');
  const events = await Array.fromAsync(serverEvents(response.body));
  return events.map(({ event, data }) => ({ event, data: JSON.parse(data) as Json }));
}

beforeAll(async () => {
  ({ url } = await platform());
});

test('a new user signs in', async () => {
  ({ accessToken } = await signIn(url, `stranger-${Date.now()}@example.com`));
  expect(await call('GET', '/v1/me')).toMatchObject({ teams: [] });
});

test('creates a team', async () => {
  ({ id: team } = await call<{ id: string }>('POST', '/v1/teams', { name: '한빛로봇' }));
  const me = await call<{ teams: Json[] }>('GET', '/v1/me');
  expect(me.teams).toEqual([{ id: team, name: '한빛로봇', role: 'owner' }]);
});

test('uploads a Korean PDF and an English Word document', async () => {
  documents['work-rules.pdf'] = await uploadSample('work-rules.pdf', PDF);
  documents['operator-manual.docx'] = await uploadSample('operator-manual.docx', DOCX);
});

test('waits until both are ready', async () => {
  for (const id of Object.values(documents)) {
    const read = () =>
      call<{ status: string; error: unknown; chunks: number }>('GET', `/v1/teams/${team}/documents/${id}`);
    const document = await readUntil(read, ({ status }) => ['ready', 'failed'].includes(status));
    expect(document).toMatchObject({ status: 'ready', error: null });
    expect(document.chunks).toBeGreaterThan(5);
  }
});

test('creates a bot that needs no model provider', async () => {
  const body = { name: '도우미', model: 'builtin/extractive' };
  ({ id: bot } = await call<{ id: string }>('POST', `/v1/teams/${team}/bots`, body));
});

test.each([
  ['비밀번호는 몇 자 이상이어야 하나요?', 'work-rules.pdf', 4, '14자 이상'],
  ['해외 출장 숙박비 한도는 얼마인가요?', 'work-rules.pdf', 5, '220달러'],
  ['노트북을 잃어버리면 언제까지 어디에 신고해야 하나요?', 'work-rules.pdf', 4, '1시간 안에 보안팀'],
  [
    'How do I release the emergency stop?',
    'operator-manual.docx',
    null,
    'hold the blue reset button for three seconds',
  ],
  ['What does error code E-32 mean?', 'operator-manual.docx', null, 'Battery above 55 °C'],
])(
  'asks “%s” and gets an answer from %s, page %s, with a quote that is in it',
  async (question, filename, page, words) => {
    const events = await chat(question);
    const names = events.map(({ event }) => event);
    expect([names[0], names[1], names.at(-2), names.at(-1)]).toEqual([
      'message_start',
      'retrieval',
      'usage',
      'done',
    ]);
    const answer = events.flatMap(({ event, data }) => (event === 'delta' ? String(data.text) : [])).join('');
    expect(answer).toContain(words);
    const citations = events.filter(({ event }) => event === 'citation').map(({ data }) => data as Citation);
    const cited = citations.find(({ quote }) => quote.includes(words));
    expect(cited).toMatchObject({ document_id: documents[filename], filename, page });
    for (const { index, start, end } of citations)
      expect(answer.slice(start, end).endsWith(`[${index}]`)).toBe(true);

    const chunks = await call<{ data: { id: string; text: string; page: number | null }[] }>(
      'GET',
      `/v1/teams/${team}/documents/${documents[filename]}/chunks?limit=100`,
    );
    const chunk = chunks.data.find(({ id }) => id === cited?.chunk_id);
    expect(chunk?.page).toBe(page);
    expect(chunk?.text).toContain(cited?.quote);
  },
);

test('asks for something that is not in the documents and is told so', async () => {
  const events = await chat('프랑스의 수도는 어디인가요?');
  expect(events.at(-1)).toEqual({ event: 'done', data: { finish_reason: 'no_context' } });
  expect(events.some(({ event }) => event === 'citation')).toBe(false);
});

test('streams an answer through the official OpenAI client with an API key', async () => {
  const { key } = await call<{ key: string }>('POST', `/v1/teams/${team}/api-keys`, {
    name: 'app',
    scopes: ['chat'],
  });
  const client = new OpenAI({ apiKey: key, baseURL: `${url}/v1` });
  const stream = await client.chat.completions.create({
    model: bot,
    messages: [{ role: 'user', content: '특허가 등록되면 포상금은 얼마인가요?' }],
    stream: true,
  });
  const chunks = await Array.fromAsync(stream);
  const answer = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  expect(answer).toContain('200만 원');
  const last = chunks.at(-1)?.choices[0];
  expect(last?.finish_reason).toBe('stop');
  const cited = expect.objectContaining({ filename: 'work-rules.pdf', page: 6 }) as unknown;
  expect(last?.delta).toMatchObject({ citations: expect.arrayContaining([cited]) as unknown });
});
