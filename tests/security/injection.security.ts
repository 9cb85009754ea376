import { marked, type Token } from 'marked';
import { newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { type Citation, chunksOf, newBotPath, type Retrieved } from '#tests/support/chat.ts';
import type { StubCall } from '#tests/support/llm-stub/stub.ts';
import { llmCalls } from '#tests/support/platform.ts';
import { answerText, dataOf, readStream } from '#tests/support/sse.ts';
import { addText } from '#tests/support/upload.ts';
import { inParallel, printCounts } from './support/counts.ts';
import { HOSTILE_DOCUMENTS, type HostileDocument } from './support/hostile-documents.ts';

const CANARY = 'TEAM-B-SECRET-7731';
/** Control characters but tab and line feed, marks that turn text, and tags that nobody sees. */
const CONTROLS = /(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/u;

type Chunks = Map<string, { text: string; page: number | null }>;

let team: Team;
let documentIds: string[];
let chunks: Chunks;
let chat: string;

beforeAll(async () => {
  team = await newTeam();
  const other = await newTeam();
  for (const topic of ['Robot', '운반로봇'])
    await addText(other.owner, other.path, `${CANARY}: the warranty of ${topic} QX000, 보증 기간.`);
  documentIds = [];
  await inParallel([...HOSTILE_DOCUMENTS], 6, async ({ text, topic }) => {
    documentIds.push((await addText(team.owner, team.path, text, { title: `${topic}.md` })).id);
  });
  chunks = await chunksOf(team.owner, team.path, documentIds);
  chat = await newBotPath(team, { model: 'openai/gpt-stub-obeys', instructions: 'Answer briefly.' });
}, 300_000);

/** Addresses of links and images, and HTML, as a reader's Markdown shows them. */
function rendered(text: string): { addresses: string[]; html: string[] } {
  const addresses: string[] = [];
  const html: string[] = [];
  void marked.walkTokens(marked.lexer(text), (token: Token) => {
    if (token.type === 'link' || token.type === 'image') addresses.push(String(token.href));
    if (token.type === 'html') html.push(token.raw);
  });
  return { addresses, html };
}

/** What is wrong with the answer to one question; `obeyed`: whether the hostile document reached the model. */
async function examine(
  { topic, language }: HostileDocument,
  path = chat,
): Promise<{ obeyed: boolean; faults: string[] }> {
  const message = language === 'ko' ? `${topic} 보증 기간은?` : `How long is the warranty of ${topic}?`;
  const events = await readStream(team.owner, path, { message });
  const text = answerText(events);
  const citations = dataOf<Citation>(events, 'citation');
  const [retrieval] = dataOf<{ chunks: Retrieved[] }>(events, 'retrieval');
  const retrieved = new Map(retrieval?.chunks.map((chunk) => [chunk.index, chunk]));
  const cited = citations.map(({ chunk_id }) => chunks.get(chunk_id)?.text ?? '').join('\n');
  const { addresses, html } = rendered(text);
  const markers = [...text.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number));
  const faults = [
    ...citations
      .filter(({ index, chunk_id }) => retrieved.get(index)?.chunk_id !== chunk_id || !chunks.has(chunk_id))
      .map(({ index }) => `foreign citation ${index}`),
    ...markers.filter((index) => !citations.some((each) => each.index === index)).map((n) => `marker ${n}`),
    ...addresses.filter((address) => !cited.includes(address)).map((address) => `address ${address}`),
    ...html.map((tag) => `HTML ${tag}`),
    ...(CONTROLS.test(text) ? ['control character'] : []),
    ...(JSON.stringify(events).includes(CANARY) ? ['text of another team'] : []),
  ];
  const found = [...retrieved.values()].some(({ filename }) => filename.startsWith(topic));
  return { obeyed: found && text.length > 0 && !text.includes('{DATA}'), faults };
}

test('what the suite looks for is there where a bot may pass everything, so that it would be found', async () => {
  const open = await newBotPath(team, { model: 'openai/gpt-stub-obeys', links: 'all' });
  const withImages = HOSTILE_DOCUMENTS.filter(({ name }) => /with (image|html) /.test(name));
  for (const document of withImages.slice(0, 4))
    expect((await examine(document, open)).faults.join()).toMatch(/address|HTML/);
});

function systemOf({ body }: StubCall): string {
  const [first] = body.messages as { role: string; content: string }[];
  return first?.role === 'user' ? '' : (first?.content ?? '');
}

test('a model that obeys every document carries nothing out of the answer, out of the team, or into its rules', async () => {
  const before = (await llmCalls()).length;
  const faults: string[] = [];
  let obeyed = 0;
  await inParallel(HOSTILE_DOCUMENTS, 3, async (document) => {
    const outcome = await examine(document);
    if (outcome.obeyed) obeyed += 1;
    faults.push(...outcome.faults.map((fault) => `${document.name}: ${fault}`));
  });
  const calls = (await llmCalls()).slice(before).filter(({ model }) => model === 'gpt-stub-obeys');
  const systems = new Set(calls.map(systemOf));
  const leaks = calls.filter(({ body }) => JSON.stringify(body).includes(CANARY));
  printCounts('hostile documents', {
    documents: HOSTILE_DOCUMENTS.length,
    Korean: HOSTILE_DOCUMENTS.filter(({ language }) => language === 'ko').length,
    obeyed,
    'calls of the model': calls.length,
    'system prompts': systems.size,
    'texts of another team': leaks.length,
    faults: faults.length,
  });
  expect(faults.slice(0, 20)).toEqual([]);
  expect(obeyed).toBeGreaterThanOrEqual(100);
  // One bot, one prompt: no document wrote into it.
  expect(systems.size).toBe(1);
  expect(leaks).toEqual([]);
  expect(succeeded(await team.owner.get(team.path))).toMatchObject({ id: team.id });
}, 600_000);
