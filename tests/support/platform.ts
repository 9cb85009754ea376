import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StubCall } from './llm-stub/stub.ts';

/** The platform that all test files of a run share. */
export type TestPlatform = {
  /** The API's base URL. */
  url: string;
  dataDir: string;
  /** The settings that the platform's processes run with. */
  env: Record<string, string>;
  /** Where the platform's host tells what the language model stub was called with. */
  llmCallsUrl: string;
};

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
const HOST = fileURLToPath(new URL('platform-host.ts', import.meta.url));

/**
 * The whole platform on free ports, with an empty database, `builtin/hashing` and the language model stub. The
 * first test file that asks for it starts it (a few seconds), the run's end stops it; files that do not need it
 * do not pay for it. Tests keep apart by using teams of their own.
 */
export async function platform(): Promise<TestPlatform> {
  const directory = runDirectory();
  const ready = path.join(directory, 'platform.json');
  if (!existsSync(ready) && isFirst(directory)) startHost(directory);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!existsSync(ready)) {
    const failure = path.join(directory, 'failure');
    if (existsSync(failure)) throw new Error(`The platform did not start:\n${readFileSync(failure, 'utf8')}`);
    if (Date.now() > deadline) throw new Error(`The platform is not up after 60 s; see ${directory}.`);
    await delay(POLL_MS);
  }
  return JSON.parse(readFileSync(ready, 'utf8')) as TestPlatform;
}

/** Gives this process the platform's settings, for tests that use its database, queue or bucket themselves. */
export async function usePlatformSettings(): Promise<TestPlatform> {
  const running = await platform();
  for (const name of Object.keys(running.env)) {
    const value = running.env[name];
    if (!/^(PATH|HOME|NODE_)/.test(name) && value !== undefined) process.env[name] = value;
  }
  return running;
}

/** What the language model stub was called with, oldest first. */
export async function llmCalls(): Promise<StubCall[]> {
  const { llmCallsUrl } = await platform();
  return (await (await fetch(llmCallsUrl)).json()) as StubCall[];
}

function runDirectory(): string {
  const directory = process.env.RAG_TEST_RUN_DIR;
  if (directory) return directory;
  throw new Error(
    'Tests on the platform need `globalSetup: tests/support/global-setup.ts` in jest.config.js.',
  );
}

/** Test files run in several processes: one of them starts the platform. */
function isFirst(directory: string): boolean {
  try {
    mkdirSync(path.join(directory, 'starting'));
    return true;
  } catch {
    return false;
  }
}

function startHost(directory: string): void {
  const log = openSync(path.join(directory, 'host.log'), 'a');
  // Nothing else of the environment: the test file may have changed it, and a developer's own must not matter.
  const { PATH, HOME, TMPDIR, LANG, RAG_TEST_JEST_PID } = process.env;
  const env = { PATH, HOME, TMPDIR, LANG, RAG_TEST_JEST_PID };
  const host = spawn(process.execPath, [HOST, directory], {
    stdio: ['ignore', log, log],
    detached: true,
    env,
  });
  closeSync(log);
  host.unref();
}
