import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { isRunning } from '#local/platform/process-ref.ts';
import { outsideDirectory } from '#local/platform/postgres.ts';
import { localSecrets, type RunningPlatform } from '#local/platform/data-directory.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { until } from '#tests/support/until.ts';

const START_MS = 60_000;
const STOP_MS = 15_000;
const started: Started[] = [];

type Started = { child: ChildProcess; dataDir: string; output(): string };

/** `npm start` without npm: its own ports and data directory, no demo. */
function start({ dataDir = temporaryDirectory('start'), args = [] as string[], env = {} } = {}): Started {
  const command = ['local/start.ts', '--free-ports', '--no-seed', '--data-dir', dataDir, ...args];
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, command, {
    env: { PATH, HOME, EMBEDDING_MODEL: 'builtin/hashing', ...env },
  });
  let text = '';
  const keep = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const running = { child, dataDir, output: () => text };
  started.push(running);
  return running;
}

async function ended({ child }: Started): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function untilUp({ child, output }: Started): Promise<void> {
  await until(() => output().includes('Sign in  ') || child.exitCode !== null, START_MS);
  if (child.exitCode !== null) throw new Error(output());
}

function noteOf({ dataDir }: Started): RunningPlatform {
  return JSON.parse(readFileSync(path.join(dataDir, 'running.json'), 'utf8')) as RunningPlatform;
}

async function untilGone(processes: RunningPlatform['processes']): Promise<void> {
  await until(async () => !(await Promise.all(processes.map(isRunning))).includes(true), STOP_MS);
}

function part(note: RunningPlatform, name: string): number {
  return note.processes.find((each) => each.name === name)?.pid ?? Number.NaN;
}

afterEach(async () => {
  for (const each of started.splice(0)) {
    each.child.kill('SIGTERM');
    await ended(each);
    if (!existsSync(each.dataDir)) continue;
    const outside = outsideDirectory(localSecrets(each.dataDir).databasePassword);
    for (const directory of [outside, each.dataDir]) rmSync(directory, { recursive: true, force: true });
  }
});

describe('npm start', () => {
  test('brings up a platform that answers; a signal ends every process of it', async () => {
    const running = start();
    await untilUp(running);
    const note = noteOf(running);
    expect(running.output()).toContain(`API      ${note.url}`);
    expect(await (await fetch(`${note.url}/ready`)).json()).toMatchObject({ status: 'ready' });
    running.child.kill('SIGINT');
    expect(await ended(running)).toBe(0);
    expect((await Promise.all(note.processes.map(isRunning))).includes(true)).toBe(false);
  }, 90_000);

  test('finds a platform that runs already, says where, and leaves it alone', async () => {
    const first = start();
    await untilUp(first);
    const { url, pid } = noteOf(first);
    const second = start({ dataDir: first.dataDir });
    expect(await ended(second)).toBe(0);
    expect(second.output()).toContain(`running already at ${url} (process ${pid})`);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  }, 90_000);

  test('starts a part again that was killed, and leaves no process behind when it is killed itself', async () => {
    const running = start();
    await untilUp(running);
    const before = noteOf(running);
    for (const name of ['embedder', 'postgres']) process.kill(part(before, name), 'SIGKILL');
    const replaced = (name: string) =>
      ![part(before, name), Number.NaN].includes(part(noteOf(running), name));
    await until(() => replaced('embedder') && replaced('postgres'), STOP_MS);
    await until(async () => (await fetch(`${before.url}/ready`)).status === 200, STOP_MS);
    expect(running.output()).toContain('Embedder ended (SIGKILL); starting it again.');
    const { processes } = noteOf(running);
    running.child.kill('SIGKILL');
    await untilGone(processes);
  }, 90_000);

  test('does not start what a URL in the environment replaces', async () => {
    const running = start({ env: { CHROMA_URL: 'http://user:secret@127.0.0.1:9' } });
    await untilUp(running);
    expect(running.output()).toContain('Chroma (vectors): from the environment: http://127.0.0.1:9\n');
    expect(noteOf(running).processes.map(({ name }) => name)).not.toContain('chroma');
  }, 90_000);

  test('names the port that is taken, by whom, and how to go on', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const running = start({ args: ['--port', `oidc=${port}`] });
    expect(await ended(running)).toBe(1);
    expect(running.output()).toContain(
      `Port ${port}, which the OIDC issuer needs, is taken by process ${process.pid}`,
    );
    expect(running.output()).toContain(`npm start -- --port oidc=${port + 10}`);
    other.close();
  });

  test('tells which setting is wrong instead of starting half a platform', async () => {
    const running = start({ env: { OPENAI_BASE_URL: 'nonsense' } });
    expect(await ended(running)).toBe(1);
    expect(running.output()).toMatch(/OPENAI_BASE_URL: .*Example: OPENAI_BASE_URL=https/);
  }, 90_000);

  test.each(['nonsense', 'api=0', 'else=8010'])(
    'refuses the port option %s with its usage',
    async (option) => {
      const running = start({ args: ['--port', option] });
      expect(await ended(running)).toBe(1);
      expect(running.output()).toContain('write it as part=number');
    },
  );
});
