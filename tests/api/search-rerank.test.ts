import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { HASHING_MODEL } from '#embedder/download/manifest.ts';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { loadConfig } from '#shared/core/config.ts';
import { WHOLE_TEAM } from '#shared/db/document-filter.ts';
import { closePools } from '#shared/db/pool.ts';
import { log } from '#shared/observability/log.ts';
import { embedderInfo, rerank } from '#shared/retrieval/embedder-client.ts';
import { type SearchAnswer, search, searchEach } from '#shared/retrieval/search.ts';
import { newTeam, type Team } from '#tests/support/api.ts';
import { writeTinyReranker } from '#tests/support/models/tiny-reranker.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { addText } from '#tests/support/upload.ts';

/** Documents are stored by the platform. Searches run here, and reach an embedder of their own through a proxy. */
let proxy: Server;
let embedder: Embedder;
let seen: { path: string; body: { query: string; texts: string[]; inputs: string[] } }[] = [];
let instead: RequestListener | undefined;
let team: Team;

const BUDGET_MS = 2_000;
const TEXTS = [
  'The parcel is at the counter: hello hello hello.',
  'A parcel needs a label, and a world of patience.',
  'Parcel rates: b b b b a a c.',
  'Whoever sends a parcel by night asks the porter.',
  'No parcel may weigh more than the scales can show.',
];
const QUERY = 'Where is the parcel?';

beforeAll(async () => {
  log.setLogLevel('SILENT');
  await usePlatformSettings();
  proxy = createServer((request, response) => void forward(request, response));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const modelsDir = temporaryDirectory('rerank');
  Object.assign(process.env, {
    MODELS_DIR: modelsDir,
    EMBEDDER_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    RERANK_BUDGET_MS: String(BUDGET_MS),
  });
  await loadConfig('embedder_server', 'embedder', 'auth', 'database', 'service_keys', 'vectors');
  const rerankManifest = await writeTinyReranker(modelsDir, { maxTokens: 128 });
  embedder = await startEmbedder({ host: '127.0.0.1', port: 0, manifest: HASHING_MODEL, rerankManifest });
  await embedder.ready;
  team = await newTeam();
  await Promise.all(TEXTS.map((text, i) => addText(team.owner, team.path, text, { title: `${i}.md` })));
});
afterAll(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await embedder.close();
  await closePools();
});
beforeEach(async () => {
  instead = undefined;
  // Earlier tests may have taken the reranker away.
  await embedderInfo();
  seen = [];
});

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
  seen.push({ path: request.url ?? '', body: body.length > 0 ? JSON.parse(String(body)) : {} });
  if (request.url === '/rerank' && instead) {
    instead(request, response);
    return;
  }
  const { authorization = '' } = request.headers;
  const answer = await fetch(`${embedder.url}${request.url}`, {
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': 'application/json', 'accept-encoding': 'identity' },
    ...(body.length > 0 ? { body } : {}),
  });
  response
    .writeHead(answer.status, Object.fromEntries(answer.headers))
    .end(Buffer.from(await answer.arrayBuffer()));
}

const find = (mode: 'hybrid' | 'vector' | 'lexical' = 'hybrid', query = QUERY): Promise<SearchAnswer> =>
  search(team.id, { query, topK: 8, mode, scope: WHOLE_TEAM });
const names = ({ hits }: SearchAnswer) => hits.map(({ filename }) => filename);
const asked = (path: string) => seen.filter((request) => request.path === path);
/** Answers `/rerank` with a logit for each text. */
const judgeBy =
  (logitOf: (text: string) => number): RequestListener =>
  (_, response) => {
    const texts = asked('/rerank').at(-1)?.body.texts ?? [];
    response.end(JSON.stringify(texts.map((text, index) => ({ index, score: logitOf(text) }))));
  };

test.each(['hybrid', 'vector', 'lexical'] as const)(
  'every hit of a %s search has the cross-encoder’s probability, and the answer its time',
  async (mode) => {
    const { hits, tookMs } = await find(mode);
    expect(hits).toHaveLength(TEXTS.length);
    const texts = hits.map(({ text }) => text);
    const logits = await rerank({ query: QUERY, texts, signal: AbortSignal.timeout(5_000) });
    for (const [i, { scores }] of hits.entries())
      expect(scores.rerank).toBeCloseTo(1 / (1 + Math.exp(-(logits[i] ?? 0))), 5);
    expect(tookMs.rerank).toBeGreaterThan(0);
    expect(tookMs.total).toBeGreaterThanOrEqual(tookMs.rerank ?? 0);
  },
);

test('the passage that the cross-encoder prefers comes first, and the score says how sure both are', async () => {
  instead = judgeBy(() => -20);
  const without = await find();
  const last = names(without).at(-1);
  const favourite = TEXTS[Number.parseInt(last ?? '', 10)];
  instead = judgeBy((text) => (text === favourite ? 8 : -8));
  const { hits, answerable } = await find();
  expect(hits[0]?.filename).toBe(last);
  expect(hits[0]?.score).toBeGreaterThan(0.5);
  expect(answerable).toBe(hits[0]?.score);
  expect(hits[1]?.score).toBeLessThan(0.1);
  const scores = hits.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
});

test('with equal judgements the order of the retrievers stays, and the score grows with the judgement', async () => {
  instead = (_, response) => response.writeHead(500).end('{}');
  const order = names(await find());
  const scores: number[] = [];
  for (const logit of [-6, -1, 0, 1, 6]) {
    instead = judgeBy(() => logit);
    const answer = await find();
    expect(names(answer)).toEqual(order);
    scores.push(answer.hits[0]?.score ?? 0);
  }
  expect(scores).toEqual(scores.toSorted((a, b) => a - b));
  expect(new Set(scores).size).toBe(scores.length);
});

test.each<[string, RequestListener]>([
  ['fails', (_, response) => response.writeHead(500).end('{}')],
  ['has no room', (_, response) => response.writeHead(429, { 'Retry-After': '1' }).end('{}')],
  ['is gone', (_, response) => response.writeHead(404).end('{"code":"not_found","detail":"no"}')],
  ['answers nonsense', (_, response) => response.end('{"hello":1}')],
  ['drops the connection', (request) => request.socket.destroy()],
  ['does not answer in time', () => undefined],
])('when the reranker %s, the list is as without one', async (_, listener) => {
  instead = listener;
  const answer = await find();
  expect(answer.hits).toHaveLength(TEXTS.length);
  expect(answer.hits.every(({ scores }) => scores.rerank === null)).toBe(true);
  expect(answer.degraded).toBeNull();
  expect(answer.tookMs.rerank).toBeGreaterThan(0);
  expect(asked('/rerank')).toHaveLength(1);
});

test('an embedder without a reranker gets no request but the query', async () => {
  const plain = await startEmbedder({ host: '127.0.0.1', port: 0, manifest: HASHING_MODEL });
  await plain.ready;
  const own = embedder;
  embedder = plain;
  try {
    await embedderInfo();
    seen = [];
    const { hits, tookMs } = await find();
    expect(seen.map(({ path }) => path)).toEqual(['/embed']);
    expect(tookMs.rerank).toBeNull();
    expect(hits[0]?.scores.rerank).toBeNull();
  } finally {
    embedder = own;
    await plain.close();
  }
});

test('the reranker reads each text once, with its headings', async () => {
  const other = await newTeam();
  const text = '# Post\n\n## Parcels\n\nThe parcel counter opens at nine.';
  await addText(other.owner, other.path, text, { title: 'one.md' });
  await addText(other.owner, other.path, text, { title: 'two.md' });
  await addText(other.owner, other.path, '# Post\n\n## Letters\n\nLetters and a parcel go out at noon.');
  await search(other.id, { query: QUERY, topK: 8, mode: 'hybrid', scope: WHOLE_TEAM });
  const [{ body } = { body: { query: '', texts: [] as string[] } }] = asked('/rerank');
  expect(body.query).toBe(QUERY);
  expect(body.texts).toHaveLength(2);
  for (const each of body.texts) expect(each).toMatch(/^Post > (Parcels|Letters)\n/);
});

test('two queries of one question are embedded in one call, and each is reranked', async () => {
  const queries = [QUERY, 'Who may send a parcel by night?'];
  const answers = await searchEach(team.id, queries, { topK: 8, mode: 'hybrid', scope: WHOLE_TEAM });
  expect(asked('/embed').map(({ body }) => body.inputs)).toEqual([queries]);
  expect(
    asked('/rerank')
      .map(({ body }) => body.query)
      .toSorted(),
  ).toEqual(queries.toSorted());
  expect(answers.map(({ hits }) => hits.length)).toEqual([TEXTS.length, TEXTS.length]);
});
