import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { DEMO_BOTS, sampleDocuments, writeDemo } from '#local/demo/demo.ts';
import { SCOPES } from '#shared/core/roles.ts';
import { newKey, newTeam, succeeded } from '#tests/support/api.ts';
import { platform } from '#tests/support/platform.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { addFile } from '#tests/support/upload.ts';

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const README = read('README.md');
const PAGES = ['README.md', 'CONTRIBUTING.md', 'AGENTS.md', 'docs/quickstart.md', 'docs/operations.md'];
const PACKAGE = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

describe('README', () => {
  test('has at most 150 lines, none over 160 characters', () => {
    const lines = README.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(150);
    expect(lines.filter((line) => line.length > 160)).toEqual([]);
  });

  test('the answer that it shows is the answer of the demo', async () => {
    const { dataDir } = await platform();
    const team = await newTeam();
    const { id } = succeeded(
      await team.owner.post<{ id: string }>(`${team.path}/bots`, {
        ...DEMO_BOTS.ko,
        model: 'builtin/extractive',
      }),
    );
    await Promise.all(
      sampleDocuments().map(({ filename, file, contentType }) =>
        addFile(team.owner, team.path, { filename, contentType, bytes: readFileSync(file) }),
      ),
    );
    const { key } = await newKey(team, [...SCOPES]);
    const directory = temporaryDirectory('readme');
    copyFileSync(path.join(dataDir, 'running.json'), path.join(directory, 'running.json'));
    writeDemo(directory, { apiKey: key, teamId: team.id, bots: { ko: id, en: id } });
    const [, question = '', answer = ''] = /^\$ npm run ask -- "(.+)"\n(.*?)```/ms.exec(README) ?? [];
    const ask = ['local/demo/ask.ts', '--data-dir', directory, question];
    const { stdout } = await run(process.execPath, ask, { cwd: ROOT, env: { PATH: process.env.PATH } });
    expect(stdout).toBe(answer);
  }, 90_000);

  test('every top-level folder is named', async () => {
    const { stdout } = await run('git', ['-c', 'core.quotePath=false', 'ls-files'], { cwd: ROOT });
    const folders = new Set(
      stdout
        .split('\n')
        .filter((file) => file.includes('/'))
        .map((file) => file.split('/')[0] ?? ''),
    );
    const unnamed = [...folders].filter(
      (folder) => !folder.startsWith('.') && !README.includes(`${folder}/`),
    );
    expect(unnamed).toEqual([]);
  });
});

test('every command of the quickstart works as it is printed, in order', async () => {
  const { url } = await platform();
  const key = await newKey(await newTeam(), [...SCOPES]);
  const tour = [...read('docs/quickstart.md').matchAll(/```sh\n(.*?)```/gs)]
    .map((match) => match[1])
    .join('\necho "=== next"\n')
    .replace('http://localhost:8000', url)
    .replace('rag_the_key_that_npm_start_printed', key.key);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', tour], { cwd: ROOT, timeout: 60_000 });
  const [, , uploaded, ready, answered, openAi, deleted] = stdout.split('=== next\n');
  expect(uploaded).toBe('');
  expect(ready).toContain('"status":"ready"');
  expect(answered).toContain('event: done');
  expect(openAi).toContain('"object":"chat.completion"');
  expect(deleted).toBe('204\n');
}, 90_000);

test.each(PAGES)('every npm script that %s names exists', (page) => {
  const named = [...read(page).matchAll(/\bnpm (?:run )?([a-z:]+)/g)].map((match) => match[1] ?? '');
  const missing = named.filter(
    (name) => !['installs', 'install', 'ci'].includes(name) && !(name in PACKAGE.scripts),
  );
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(page === 'README.md' ? 5 : 0);
});
