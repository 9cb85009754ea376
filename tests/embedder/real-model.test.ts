import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findManifest } from '#embedder/download/model-folder.ts';
import { writeManifest } from '#embedder/download/write-manifest.ts';
import { type EmbeddingModel, openModel } from '#embedder/model/model.ts';

const MAKE = join(import.meta.dirname, '../../../shared/models/multilingual-e5-small/make.mjs');

// Runs only where the weights lie beside the repository.
const withRealWeights = existsSync(MAKE) ? test : () => {};

async function vectorOf(
  model: EmbeddingModel,
  kind: 'query' | 'passage',
  text: string,
): Promise<Float32Array> {
  const [encoded] = await model.encode([text], model.manifest.prefixes[kind]);
  const [vector] = await model.embed([encoded!.ids]);
  return vector!;
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

withRealWeights(
  'real weights are served from their folder, and say which passage answers',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'real-model-'));
    try {
      await promisify(execFile)(process.execPath, [MAKE, folder]);
      const model = await openModel({ manifest: await findManifest(folder), modelsDir: folder });
      await expectAnswers(model).finally(() => model.close());
      const made = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as object;
      await writeManifest({ folder, given: {}, ask: null, output: { write: () => true } });
      expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toEqual(made);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  60_000,
);

async function expectAnswers(model: EmbeddingModel): Promise<void> {
  expect(model.identity).toMatch(/^multilingual-e5-small-q4@[0-9a-f]{12}:int8:mean$/);
  const passages = await Promise.all(
    [
      '대한민국의 수도는 한강이 흐르는 도시이며 인구는 약 940만 명이다.',
      '김치는 배추를 소금에 절인 다음 고춧가루와 마늘로 버무려 익힌다.',
      'The warranty of the pump covers three years from its delivery.',
    ].map((text) => vectorOf(model, 'passage', text)),
  );
  const questions = [
    '한국의 수도에는 몇 명이 살아?',
    '김장은 어떻게 하나요?',
    '펌프 보증은 얼마 동안인가요?',
  ];
  for (const [right, question] of questions.entries()) {
    const query = await vectorOf(model, 'query', question);
    const cosines = passages.map((passage) => cosine(query, passage));
    expect(cosines.indexOf(Math.max(...cosines))).toBe(right);
    // e5 prefers passages in the query's language; the background shows by how much.
    const { ko, en } = model.background(query);
    expect(ko).toBeGreaterThan(en);
    expect(Math.max(...cosines)).toBeGreaterThan(ko);
  }
}
