import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { until } from '#tests/support/until.ts';

/** Assembles the files that `docker build` would copy, without Docker. */
const lines = readFileSync('Dockerfile.embedder', 'utf8')
  .replaceAll(/^\s*#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n');
const stages = lines.join('\n').split(/^(?=FROM )/m);
const stage = (name: string) => stages.find((each) => each.split('\n')[0]?.endsWith(` AS ${name}`)) ?? '';
const final = stages.at(-1) ?? '';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'image-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function assemble(of: string): void {
  for (const [, list = ''] of of.matchAll(/^COPY (?!--from)(.+)$/gm)) {
    const files = list.split(' ');
    const target = path.join(directory, files.pop() ?? '');
    for (const file of files) {
      const into = list.endsWith('/') ? path.join(target, path.basename(file)) : target;
      mkdirSync(path.dirname(into), { recursive: true });
      cpSync(file, into, { recursive: true, filter: (each) => !each.endsWith('.test.ts') });
    }
  }
  cpSync('package.json', path.join(directory, 'package.json'));
  symlinkSync(path.resolve('node_modules'), path.join(directory, 'node_modules'));
}

test('the model stage has every file that the download needs', () => {
  assemble(stage('model'));
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['embedder/download/download.ts', 'builtin/hashing'],
    {
      cwd: directory,
      encoding: 'utf8',
      env: {},
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('nothing to download');
});

test('a build without the model fails and says how to pass it', () => {
  const [, command = ''] = /^RUN (.*MODELS_DIR.*)$/m.exec(stage('model')) ?? [];
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', command.replace('node embedder/download/download.ts', 'false')],
    {
      encoding: 'utf8',
      env: { ...process.env, MODEL: 'the-model' },
    },
  );
  expect(status).toBe(1);
  expect(stderr).toContain('The model the-model is not in this image');
});

test('exactly the dependencies that the embedder imports are installed', async () => {
  const [, list = ''] = /^RUN node -e ".*?" +([^"\n]+)$/m.exec(stage('dependencies')) ?? [];
  expect(list.split(/\s+/).filter(Boolean).sort()).toEqual(await findImportedPackages());
});

/** All packages that files of the embedder import, directly or not, from the bundler's metafile. */
async function findImportedPackages(): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: globSync('embedder/**/*.ts').filter((file) => !file.endsWith('.test.ts')),
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: directory,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const packages = imports
    .filter(({ external, path }) => external && !path.startsWith('node:'))
    .map(({ path }) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
  return [...new Set(packages)].sort();
}

test('only production dependencies are installed, and of onnxruntime only this system’s library', () => {
  expect(stage('dependencies')).toMatch(/npm install .*--omit=dev --omit=optional/);
  expect(stage('dependencies')).toContain('rm -rf darwin win32 linux/arm64');
});

test('the start command starts the server with the image’s files, and SIGTERM ends it', async () => {
  assemble(final);
  const [, command = '[]'] = /^CMD (.+)$/m.exec(final) ?? [];
  const [, ...args] = JSON.parse(command) as string[];
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      EMBEDDING_MODEL: 'builtin/hashing',
      EMBEDDER_PORT: '0',
      SERVICE_PUBLIC_KEYS: serviceKeySettings().SERVICE_PUBLIC_KEYS,
    },
  });
  const ended = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  await until(() => output.includes('Embedder ready at') || child.exitCode !== null, 15_000);
  const [, url = ''] = /Embedder ready at (http:[\w.:/]+)/.exec(output) ?? [output];
  expect((await fetch(`${url}/health`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
