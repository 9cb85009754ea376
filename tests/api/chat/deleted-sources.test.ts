import { randomUUID } from 'node:crypto';
import { loadConfig } from '#shared/core/config.ts';
import * as citedDocuments from '#shared/db/cited-documents.ts';
import * as documents from '#shared/db/documents.ts';
import { closePools } from '#shared/db/pool.ts';
import { inTeam } from '#shared/db/scope.ts';
import { type Client, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { ask, messagesOf, newBotPath } from '#tests/support/chat.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';
import { addText } from '#tests/support/upload.ts';

const SECRET = 'Kim Minsu';
const QUESTION = 'Who has diabetes since 2019?';

let team: Team;
let owner: Client;
let path: string;
let document: { id: string };

beforeAll(async () => {
  await usePlatformSettings();
  await loadConfig('database');
});
afterAll(closePools);

beforeEach(async () => {
  team = await newTeam();
  owner = team.owner;
  path = await newBotPath(team);
  document = await addText(owner, team.path, `Patient ${SECRET} has diabetes since 2019.`);
});

const deletions: [string, () => Promise<unknown>][] = [
  ['deleted', () => owner.delete(`${team.path}/documents/${document.id}`)],
  ['deleted with others', () => owner.post(`${team.path}/documents/delete`, { document_ids: [document.id] })],
];

test.each(deletions)('a document that is %s is gone from what was said of it', async (_how, remove) => {
  const { conversation_id: id, message } = await ask(owner, path, QUESTION);
  expect(message.content).toContain(SECRET);
  await ask(owner, path, 'Please translate your last answer into French.', { conversation_id: id });
  await remove();
  const seen = [
    await messagesOf(owner, team.path, id),
    (await owner.get(`${team.path}/conversations/${id}/export?format=json`)).text,
    (await owner.get(`${team.path}/conversations/${id}/export?format=markdown`)).text,
    (await owner.get(`${team.path}/questions`)).text,
    (await owner.get(`${team.path}/questions`, { headers: { Accept: 'text/csv' } })).text,
    (await owner.get(`${team.path}/conversations?q=Minsu`)).text,
  ];
  expect(JSON.stringify(seen)).not.toContain(SECRET);
  const [asked, answer] = await messagesOf(owner, team.path, id);
  expect([asked?.content, answer?.citations]).toEqual([QUESTION, []]);
  expect(answer?.content).toMatch(/no longer shown/);
  const next = await ask(owner, path, 'And what else?', { conversation_id: id });
  expect(next.message.content).not.toContain(SECRET);
});

test('a deleted document is gone from responses that a repeated request would get', async () => {
  const headers = { 'Idempotency-Key': randomUUID() };
  const post = () => owner.post(path, { message: QUESTION, stream: false }, { headers });
  expect((await post()).text).toContain(SECRET);
  expect((await post()).headers.get('idempotent-replayed')).toBe('true');
  await owner.delete(`${team.path}/documents/${document.id}`);
  const again = await post();
  expect(again.headers.get('idempotent-replayed')).toBeNull();
  expect(again.text).not.toContain(SECRET);
});

test('answers from other documents stay', async () => {
  const other = await addText(owner, team.path, 'The office opens at nine o’clock.');
  const { conversation_id: id, message } = await ask(owner, path, 'When does the office open?');
  expect(message.citations.map(({ document_id }) => document_id)).toEqual([other.id]);
  succeeded(await owner.delete(`${team.path}/documents/${document.id}`));
  expect((await messagesOf(owner, team.path, id))[1]?.content).toBe(message.content);
});

test('a document that is deleted while an answer is saved is not deleted before the answer is', async () => {
  const locked = Promise.withResolvers<void>();
  const order: string[] = [];
  const saving = inTeam(team.id, async (db) => {
    expect([...(await citedDocuments.lockLive(team.id, [document.id], db))]).toEqual([document.id]);
    locked.resolve();
    await db.query('SELECT 1');
    order.push('saved');
  });
  await locked.promise;
  await documents.tombstone(team.id, [document.id]);
  order.push('deleted');
  await saving;
  expect(order).toEqual(['saved', 'deleted']);
  await inTeam(team.id, async (db) => {
    expect(await citedDocuments.lockLive(team.id, [document.id], db)).toEqual(new Set());
  });
});

test('another team’s deletion withholds nothing of ours', async () => {
  const { conversation_id: id, message } = await ask(owner, path, QUESTION);
  const other = await newTeam();
  await inTeam(other.id, (db) => citedDocuments.withholdAnswers(other.id, [document.id], db));
  expect((await messagesOf(owner, team.path, id))[1]?.content).toBe(message.content);
});
