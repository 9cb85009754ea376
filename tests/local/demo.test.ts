import { execFile } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { apiClient } from '#local/demo/api-client.ts';
import { type Demo, type Sample, sampleDocuments, sampleQuestion } from '#local/demo/demo.ts';
import { seed } from '#local/demo/seed.ts';
import { platform, type TestPlatform } from '#tests/support/platform.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const run = promisify(execFile);
let running: TestPlatform;
let samples: Sample[];
let demo: Demo;
const warnings: string[] = [];
const warn = (text: string) => warnings.push(text);

type Named = { id: string; name: string; filename: string; status: string };

beforeAll(async () => {
  running = await platform();
  const directory = temporaryDirectory('samples');
  writeFileSync(
    path.join(directory, '휴가 규정.md'),
    '# 휴가\n\n연차 휴가는 1년에 15일이다. 연차는 사흘 전에 신청한다.\n',
  );
  writeFileSync(path.join(directory, 'pool.txt'), 'The swimming pool opens at seven in the morning.');
  writeFileSync(path.join(directory, 'pool.source.html'), '<p>not a sample</p>');
  samples = sampleDocuments(directory);
  demo = await seed({ url: running.url, dataDir: running.dataDir, report: () => {}, warn, samples });
}, 90_000);

async function list(what: string): Promise<Named[]> {
  const api = apiClient(running.url, demo.apiKey);
  return (await api.get<{ data: Named[] }>(`/v1/teams/${demo.teamId}/${what}?limit=100`)).data;
}

function ask(...args: string[]) {
  const command = ['local/demo/ask.ts', '--data-dir', running.dataDir, ...args];
  return run(process.execPath, command, { env: { PATH: process.env.PATH } });
}

describe('the demo', () => {
  test('has two bots, the sample documents, all ready, and a key with every scope', async () => {
    expect((await list('bots')).map(({ id }) => id).sort()).toEqual(Object.values(demo.bots).sort());
    expect((await list('documents')).map(({ filename, status }) => `${filename} ${status}`).sort()).toEqual([
      'pool.txt ready',
      '휴가 규정.md ready',
    ]);
    expect(demo.apiKey).toMatch(/^rag_/);
    expect(warnings).toEqual([]);
    expect(statSync(path.join(running.dataDir, 'demo.json')).mode & 0o777).toBe(0o600);
  });

  test('is not created twice', async () => {
    const steps: string[] = [];
    const again = await seed({ ...running, report: (step) => steps.push(step), warn, samples });
    expect([again, steps]).toEqual([demo, []]);
    const elsewhere = temporaryDirectory('elsewhere');
    const anew = await seed({ url: running.url, dataDir: elsewhere, report: () => {}, warn, samples });
    expect(anew).toEqual({ ...demo, apiKey: expect.stringMatching(/^rag_/) });
    expect((await list('bots')).length).toBe(2);
    expect((await list('documents')).length).toBe(2);
  }, 60_000);
});

describe('npm run ask', () => {
  test('answers in the language of the question and prints file and quote', async () => {
    const { stdout } = await ask('연차', '휴가는 며칠인가요?');
    expect(stdout).toContain('15일');
    expect(stdout).toMatch(/Sources:\n {2}\[1\] 휴가 규정\.md\n {6}“.*연차 휴가는 1년에 15일이다/);
    expect((await ask('--bot', 'en', 'When does the swimming pool open?')).stdout).toContain('[1] pool.txt');
  });

  test('explains when no platform runs, when the question is missing, and when there is no such bot', async () => {
    const nowhere = run(process.execPath, ['local/demo/ask.ts', '--data-dir', '/nowhere', 'hello']);
    await expect(nowhere).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm start') });
    await expect(ask()).rejects.toMatchObject({ stderr: expect.stringContaining('npm run ask -- "') });
    await expect(ask('--bot', crypto.randomUUID(), 'hello')).rejects.toMatchObject({
      stderr: expect.stringMatching(/^The bot answered 404: /),
    });
  });
});

test('the repository contains samples, and a question in each language that they answer', () => {
  expect(sampleDocuments().map(({ filename }) => path.extname(filename))).toEqual(
    expect.arrayContaining(['.pdf', '.docx']),
  );
  expect(sampleQuestion('ko')).toMatch(/\p{Script=Hangul}/u);
  expect(sampleQuestion('en')).not.toMatch(/\p{Script=Hangul}/u);
});
