import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { SCOPES } from '#shared/core/roles.ts';
import { newKey, newTeam } from '#tests/support/api.ts';
import { platform } from '#tests/support/platform.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const PACKAGE = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe('README', () => {
  test('every command of the tour works as it is printed, in order', async () => {
    const { url } = await platform();
    const key = await newKey(await newTeam(), [...SCOPES]);
    const tour = [...README.matchAll(/```sh\n(.*?)```/gs)]
      .map((match) => match[1])
      .join('\necho "=== next"\n')
      .replace('http://localhost:8000', url)
      .replace('rag_the_key_that_npm_start_printed', key.key);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', tour], {
      cwd: ROOT,
      timeout: 60_000,
    });
    const [, , uploaded, ready, answered, openAi, deleted] = stdout.split('=== next\n');
    expect(uploaded).toBe('');
    expect(ready).toContain('"status":"ready"');
    expect(answered).toContain('event: done');
    expect(openAi).toContain('"object":"chat.completion"');
    expect(deleted).toBe('204\n');
  }, 90_000);

  test('every npm script it names exists', () => {
    const named = [...README.matchAll(/npm (?:run )?([a-z:]+)/g)].map((match) => match[1] ?? '');
    const missing = named.filter(
      (name) => !['brings', 'install'].includes(name) && !(name in PACKAGE.scripts),
    );
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  test('every folder it names exists, and every top-level folder is named', async () => {
    const { stdout } = await promisify(execFile)('git', ['ls-files'], { cwd: ROOT });
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
