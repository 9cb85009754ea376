import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type RunningPlatform, readOrCreateSecrets } from '#local/platform/data-directory.ts';
import { outsideDirectory } from '#local/platform/postgres.ts';
import { temporaryDirectory } from './temporary.ts';
import { until } from './until.ts';

export type Started = { child: ChildProcess; dataDir: string; output(): string };

type StartOptions = {
  /** The checkout whose platform is started; the tests' own by default. */
  root?: string;
  dataDir?: string;
  args?: string[];
  env?: Record<string, string>;
};

const START_MS = 60_000;
const started: Started[] = [];

/** `npm start` without npm: its own ports and data directory, no demo. `stopStarted` ends it. */
export function start(options: StartOptions = {}): Started {
  const { root = process.cwd(), dataDir = temporaryDirectory('start'), args = [], env = {} } = options;
  const command = ['local/start.ts', '--free-ports', '--no-seed', '--data-dir', dataDir, ...args];
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, command, {
    cwd: root,
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

/** Resolves once the platform is up. @throws Error with its output when it ends before */
export async function untilUp({ child, output }: Started): Promise<void> {
  await until(() => output().includes('Docs     ') || child.exitCode !== null, START_MS);
  if (child.exitCode !== null) throw new Error(output());
}

/** Resolves with the exit code once the platform has ended, null when a signal ended it. */
export async function ended({ child }: Started): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** The file in which the platform keeps its URL and its processes. */
export function noteOf({ dataDir }: Started): RunningPlatform {
  return JSON.parse(readFileSync(path.join(dataDir, 'running.json'), 'utf8')) as RunningPlatform;
}

/** Process id of a part, NaN while it does not run. */
export function pidOf(note: RunningPlatform, part: string): number {
  return note.processes.find(({ name }) => name === part)?.pid ?? Number.NaN;
}

/** Stops what was started and removes its data. */
export async function stopStarted(): Promise<void> {
  for (const each of started.splice(0)) {
    each.child.kill('SIGTERM');
    await ended(each);
    if (!existsSync(each.dataDir)) continue;
    const outside = outsideDirectory(readOrCreateSecrets(each.dataDir).databasePassword);
    for (const directory of [outside, each.dataDir]) rmSync(directory, { recursive: true, force: true });
  }
}
