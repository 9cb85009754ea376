import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeTinyReranker } from '#tests/support/models/tiny-reranker.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { readUntil } from '#tests/support/until.ts';
import { type LocalPlatform, startLocalPlatform } from '../../bench/answers/evaluation/platform/local.ts';

type Hit = { text: string; score: number; scores: { rerank: number | null } };
type Found = { data: Hit[]; took_ms: { rerank: number | null } };

let local: LocalPlatform;
let teamPath: string;

beforeAll(async () => {
  const modelsDir = temporaryDirectory('models');
  const manifestPath = path.join(modelsDir, 'reranker.json');
  writeFileSync(manifestPath, JSON.stringify(await writeTinyReranker(modelsDir, { maxTokens: 128 })));
  local = await startLocalPlatform({
    EMBEDDING_MODEL: 'builtin/hashing',
    MODELS_DIR: modelsDir,
    RERANK_MANIFEST: manifestPath,
    RERANK_BUDGET_MS: '10000',
  });
  const teams = await local.client.get<{ data: { id: string }[] }>('/v1/teams');
  teamPath = `/v1/teams/${teams.data[0]?.id}`;
}, 90_000);
afterAll(() => local.stop());

test('a platform with RERANK_MANIFEST reranks its searches', async () => {
  for (const text of ['The parcel says hello hello hello.', 'The parcel weighs a world.']) {
    await local.client.post(`${teamPath}/documents/text`, { title: 'note.md', text });
  }
  const search = () => local.client.post<Found>(`${teamPath}/search`, { query: 'Where is the parcel?' });
  const { data, took_ms } = await readUntil(search, (found) => found.data.length === 2);
  for (const { scores } of data) {
    expect(scores.rerank).toBeGreaterThan(0);
    expect(scores.rerank).toBeLessThan(1);
  }
  expect(took_ms.rerank).toBeGreaterThan(0);
}, 60_000);
