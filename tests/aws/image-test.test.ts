import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// Programs start slowly on a busy machine: the limit is no assertion.
import.meta.jest.setTimeout(180_000);

type Answer = { match: string; stdout?: string; stderr?: string; status?: number };

/** An engine's answers for a correct image; the first matching pattern counts. */
const HEALTHY: Answer[] = [
  { match: '^run --detach', stdout: 'c0ffee' },
  { match: '^inspect .*Healthcheck', stdout: '["CMD","node","-e","ask()"]' },
  { match: '^inspect .*ExitCode', stdout: '0' },
  { match: '^inspect .*Running', stdout: 'true' },
  { match: '^image inspect', stdout: 'linux/amd64' },
  { match: '^exec .*v1/embeddings', stdout: '200 384 1.000' },
  { match: '^exec .*getuid', stdout: '1000' },
  { match: '^exec .*writeFileSync', stdout: 'EROFS EROFS written' },
  { match: '^run .*--entrypoint du', stdout: '327680\t/' },
  { match: '^logs', stdout: 'the last lines of the server' },
];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'engine-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Installs a program that records its calls and gives these answers; any other command succeeds. */
function installEngine(name: string, answers: Answer[] = HEALTHY): void {
  const file = path.join(directory, name);
  writeFileSync(
    file,
    `#!${process.execPath}
const { appendFileSync } = process.getBuiltinModule('node:fs');
const line = process.argv.slice(2).join(' ');
appendFileSync(${JSON.stringify(path.join(directory, 'calls'))}, JSON.stringify(process.argv.slice(2)) + '\\n');
const { stdout = '', stderr = '', status = 0 } = ${JSON.stringify(answers)}.find(({ match }) => new RegExp(match, 's').test(line)) ?? {};
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = status;
`,
  );
  chmodSync(file, 0o755);
}

/** The healthy answers with one that overrides them. */
function except(answer: Answer): Answer[] {
  return [answer, ...HEALTHY];
}

/** Runs the script with only the installed programs on the path. */
function imageTest(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['.ci/image-test.ts', ...args], {
    encoding: 'utf8',
    env: { PATH: directory, IMAGE_READY_TIMEOUT_MS: '0' },
  });
  const file = path.join(directory, 'calls');
  const calls = existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as string[]).join(' '))
    : [];
  const called = (start: string) => calls.find((call) => call.startsWith(start)) ?? '';
  return { status, stdout, stderr, calls, called };
}

describe('with an engine', () => {
  test('the image is built for linux/amd64, run as on Fargate, and the container is removed', () => {
    installEngine('docker');
    const { status, stdout, called, calls } = imageTest();
    expect({ status, failed: stdout.match(/FAILED.*/) }).toEqual({ status: 0, failed: null });
    expect(called('build')).toContain('--platform linux/amd64 --file Dockerfile.embedder');
    expect(called('build')).toContain('--build-arg MODEL=builtin/hashing');
    for (const flag of ['--read-only', '--network none', '--cap-drop ALL', '--memory 2048m'])
      expect(called('run --detach')).toContain(flag);
    expect(calls.at(-1)).toBe('rm --force --volumes c0ffee');
  });

  test('its health is checked by its own HEALTHCHECK', () => {
    installEngine('docker');
    expect(imageTest().calls).toContain('exec c0ffee node -e ask()');
  });

  test('a named model is built in', () => {
    installEngine('docker');
    expect(imageTest('multilingual-e5-small').called('build')).toContain(
      '--build-arg MODEL=multilingual-e5-small',
    );
  });

  test('podman keeps the health check and makes /tmp read-only', () => {
    installEngine('podman');
    const { status, called } = imageTest();
    expect(status).toBe(0);
    expect(called('build')).toContain('--format docker');
    expect(called('run --detach')).toContain('--read-only-tmpfs=false');
  });

  test('podman is used if docker does not answer', () => {
    installEngine('docker', [{ match: '^info', status: 1, stderr: 'Cannot connect to the Docker daemon' }]);
    installEngine('podman');
    expect(imageTest().status).toBe(0);
  });
});

describe('it fails with a reason and removes the container if', () => {
  test.each([
    [
      'the platform is another',
      { match: '^image inspect', stdout: 'linux/arm64' },
      'linux/arm64, not linux/amd64',
    ],
    ['it runs as root', { match: 'getuid', stdout: '0' }, 'does not run as root: 0, not 1000'],
    [
      'its root is writable',
      { match: 'writeFileSync', stdout: 'written EROFS written' },
      'written EROFS written, not EROFS EROFS written',
    ],
    [
      'its cache is not writable',
      { match: 'writeFileSync', stdout: 'EROFS EROFS EACCES' },
      'EROFS EROFS EACCES, not EROFS EROFS written',
    ],
    ['it does not embed', { match: 'v1/embeddings', stdout: '401 undefined 0.000' }, 'FAILED  embeds a text'],
    [
      'it does not stop by itself',
      { match: 'ExitCode', stdout: '137' },
      'exits with 0 on SIGTERM: 137, not 0',
    ],
    [
      'it is too large',
      { match: 'entrypoint du', stdout: '400001\t/' },
      'FAILED  files without the model take 401 MB of 400',
    ],
  ])('%s', (_what, answer, message) => {
    installEngine('docker', except(answer));
    const { status, stdout, calls } = imageTest();
    expect(status).toBe(1);
    expect(stdout).toContain(message);
    expect(calls.at(-1)).toBe('rm --force --volumes c0ffee');
  });

  test.each([
    ['it never gets healthy', [{ match: '^exec', status: 1 }], 'Not ready within 0 s'],
    [
      'it exits',
      [
        { match: '^exec', status: 1 },
        { match: 'State.Running', stdout: 'false' },
      ],
      'The container exited',
    ],
  ])('%s, with the last lines of the log', (_what, answers, message) => {
    installEngine('docker', [...answers, ...HEALTHY]);
    const { status, stderr, calls } = imageTest();
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain('the last lines of the server');
    expect(calls.at(-1)).toBe('rm --force --volumes c0ffee');
  });

  test('it has no HEALTHCHECK', () => {
    installEngine('docker', except({ match: 'Healthcheck', stdout: 'null' }));
    const { status, stderr, calls } = imageTest();
    expect({ status, stderr: stderr.trim() }).toEqual({
      status: 1,
      stderr: 'The image has no HEALTHCHECK of its own.',
    });
    expect(calls.at(-1)).toBe('rm --force --volumes c0ffee');
  });
});

describe('it cannot run, and reports why,', () => {
  test('if the build fails, with the engine’s message', () => {
    installEngine('docker', except({ match: '^build', status: 3, stderr: 'no space left on device' }));
    const { status, stderr, called } = imageTest();
    expect(status).toBe(1);
    expect(stderr).toContain('no space left on device');
    expect(stderr).toContain('docker build ended with 3');
    expect(called('run')).toBe('');
  });

  test('without an engine', () => {
    const { status, stderr } = imageTest();
    expect(status).toBe(1);
    expect(stderr).toContain('Neither docker nor podman is on this machine');
    expect(stderr).not.toContain('buildah');
  });

  test('with buildah alone', () => {
    installEngine('buildah');
    const { status, stderr } = imageTest();
    expect(status).toBe(1);
    expect(stderr).toContain('install podman beside it');
  });

  test('with an engine that does not answer', () => {
    installEngine('docker', [
      { match: '^info', status: 1, stderr: 'Client:\nCannot connect to the Docker daemon' },
    ]);
    const { status, stderr } = imageTest();
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      'docker is installed, but its engine does not answer: Cannot connect to the Docker daemon',
    );
  });
});
