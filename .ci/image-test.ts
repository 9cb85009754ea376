import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readRing } from '#shared/auth/key-ring.ts';
import { servicePublicKeys } from '#shared/auth/service-token.ts';
import { type Engine, findEngine } from './image-engine.ts';

/**
 * `npm run image:test [-- <model>]`: builds the embedder's image and runs it as Fargate does: without root, with a
 * read-only root file system, one volume and 2 GB, and without a network. The default model, `builtin/hashing`, needs no
 * download; other models must have been fetched by `npm run model`. Needs docker or podman.
 */
const TAG = 'rag-embedder:image-test';
const MAX_MB = 400;
const READY_TIMEOUT_MS = Number(process.env.IMAGE_READY_TIMEOUT_MS ?? 120_000);
const PROBE_PAUSE_MS = 500;

/** Signs the token of this test. The server inside does not have it. */
const SECRET = randomBytes(32).toString('hex');

/** Programs that run inside the container; their output is compared with the expected one. */
const EMBED = `
  const { loadConfig } = await import('#shared/core/config.ts');
  const { createServiceToken } = await import('#shared/auth/service-token.ts');
  process.env.JWT_SECRET = '${SECRET}';
  await loadConfig('auth');
  const answer = await fetch('http://127.0.0.1:' + process.env.EMBEDDER_PORT + '/v1/embeddings', {
    method: 'POST',
    headers: { Authorization: 'Bearer ' + createServiceToken(), 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: process.env.EMBEDDING_MODEL, input: '원격근무는 일주일에 며칠까지 할 수 있나요?' }),
  });
  const { data } = await answer.json();
  console.log(answer.status, data?.[0].embedding.length, Math.hypot(...(data?.[0].embedding ?? [])).toFixed(3));`;
const READY = `
  const { status } = await fetch('http://127.0.0.1:' + process.env.EMBEDDER_PORT + '/ready');
  process.exit(status === 200 ? 0 : 1);`;
const WRITE = `
  const { writeFileSync } = await import('node:fs');
  const attempt = (file) => { try { writeFileSync(file, ''); return 'written'; } catch (error) { return error.code; } };
  console.log(attempt('/app/x'), attempt('/tmp/x'), attempt(process.env.EMBEDDER_CACHE_DIR + '/x'));`;

type Check = { name: string; expected: string; observe: () => string };

async function main(model: string): Promise<number> {
  const engine = findEngine();
  engine.run(...buildArguments(engine, model));
  const container = engine.read(...runArguments(engine));
  try {
    await waitUntilReady(engine, container);
    return report([...checksOf(engine, container), stopCheck(engine, container)]) + reportSize(engine);
  } finally {
    engine.read('rm', '--force', '--volumes', container);
  }
}

function buildArguments({ name }: Engine, model: string): string[] {
  const image = ['--platform', 'linux/amd64', '--file', 'Dockerfile.embedder', '--tag', TAG];
  const models = existsSync(`.models/${model}`) ? ['--build-context', 'models=.models'] : [];
  // Podman's default format has no health checks.
  const format = name === 'podman' ? ['--format', 'docker'] : [];
  return ['build', ...image, ...format, '--build-arg', `MODEL=${model}`, ...models, '.'];
}

function runArguments({ name }: Engine): string[] {
  // As in the task, the cache is the image's own volume, with the owner that the image sets.
  const limits = ['--read-only', '--cap-drop', 'ALL', '--memory', '2048m', '--network', 'none'];
  // By default podman makes /tmp writable.
  const strict = name === 'podman' ? ['--read-only-tmpfs=false'] : [];
  const publicKeys = JSON.stringify(servicePublicKeys(readRing(SECRET, [])));
  const settings = ['--env', `SERVICE_PUBLIC_KEYS=${publicKeys}`];
  return ['run', '--detach', '--platform', 'linux/amd64', ...limits, ...strict, ...settings, TAG];
}

/** Waits until the image's HEALTHCHECK passes, run here because podman runs it only with systemd, and then /ready. */
async function waitUntilReady(engine: Engine, container: string): Promise<void> {
  const [kind, ...command] =
    (JSON.parse(engine.read('inspect', '--format', '{{json .Config.Healthcheck.Test}}', container)) as
      | string[]
      | null) ?? [];
  if (kind !== 'CMD' || command.length === 0) throw new Error('The image has no HEALTHCHECK of its own.');
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (const probe of [command, inside(READY)]) {
    while (!succeeds(engine, container, probe)) {
      if (engine.read('inspect', '--format', '{{.State.Running}}', container) !== 'true')
        throw new Error(`The container exited:\n${logsOf(engine, container)}`);
      if (Date.now() > deadline)
        throw new Error(`Not ready within ${READY_TIMEOUT_MS / 1_000} s:\n${logsOf(engine, container)}`);
      await delay(PROBE_PAUSE_MS);
    }
  }
  console.log('ok      is healthy by its own check, and ready');
}

function inside(script: string): string[] {
  return ['node', '--input-type=module', '--eval', script];
}

function succeeds(engine: Engine, container: string, command: string[]): boolean {
  try {
    engine.read('exec', container, ...command);
    return true;
  } catch {
    return false;
  }
}

function logsOf(engine: Engine, container: string): string {
  return engine.read('logs', '--tail', '30', container);
}

function checksOf(engine: Engine, container: string): Check[] {
  const exec = (...command: string[]) => engine.read('exec', container, ...command);
  return [
    {
      name: 'is built for Fargate’s processor',
      expected: 'linux/amd64',
      observe: () => engine.read('image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', TAG),
    },
    {
      name: 'embeds a text: status, dimensions, length of the vector',
      expected: '200 384 1.000',
      observe: () => exec(...inside(EMBED)),
    },
    {
      name: 'does not run as root',
      expected: '1000',
      observe: () => exec('node', '--print', 'process.getuid()'),
    },
    {
      name: 'can write only to its cache: code, /tmp, cache',
      expected: 'EROFS EROFS written',
      observe: () => exec(...inside(WRITE)),
    },
  ];
}

/** The last check, since it stops the container: Fargate sends SIGTERM and reads the exit code. */
function stopCheck(engine: Engine, container: string): Check {
  return {
    name: 'exits with 0 on SIGTERM',
    expected: '0',
    observe() {
      engine.read('stop', '--time', '30', container);
      return engine.read('inspect', '--format', '{{.State.ExitCode}}', container);
    },
  };
}

/** Prints each check. @returns the number of failed checks */
function report(checks: Check[]): number {
  const failed = checks.filter(({ name, expected, observe }) => {
    const seen = observe();
    const isFine = seen === expected;
    console.log(isFine ? `ok      ${name}: ${seen}` : `FAILED  ${name}: ${seen}, not ${expected}`);
    return !isFine;
  });
  return failed.length;
}

/** Checks the size of the unpacked files without the model: engines differ in how they measure an image. */
function reportSize(engine: Engine): number {
  const without = ['/opt/models', '/proc', '/sys', '/dev'].flatMap((each) => ['--exclude', each]);
  const started = ['run', '--rm', '--network', 'none', '--user', '0', '--entrypoint', 'du'];
  const used = engine.read(
    ...started,
    TAG,
    '--summarize',
    '--block-size=1000',
    '--one-file-system',
    ...without,
    '/',
  );
  const megabytes = Math.ceil(Number.parseInt(used, 10) / 1_000);
  const isFine = megabytes <= MAX_MB;
  console.log(`${isFine ? 'ok    ' : 'FAILED'}  files without the model take ${megabytes} MB of ${MAX_MB}`);
  return isFine ? 0 : 1;
}

process.exitCode = await main(process.argv[2] ?? 'builtin/hashing').then(
  (failed) => (failed > 0 ? 1 : 0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  },
);
