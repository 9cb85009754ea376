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
  /** URL that returns the calls of the language model stub as JSON. */
  llmCallsUrl: string;
};

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
const HOST = fileURLToPath(new URL('platform-host.ts', import.meta.url));

/**
 * The whole platform on free ports, with an empty database, `builtin/hashing` and the language model stub. The first call
 * of a test run starts it, in a few seconds; the end of the run stops it. All test files share it, so each test uses its
 * own team.
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

/** Sets this process's environment to the platform's, for tests that use its database, queue or bucket directly. */
export async function usePlatformSettings(): Promise<TestPlatform> {
  const running = await platform();
  for (const name of Object.keys(running.env)) {
    const value = running.env[name];
    if (!/^(PATH|HOME|NODE_)/.test(name) && value !== undefined) process.env[name] = value;
  }
  return running;
}

/** The calls of the language model stub, oldest first. */
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

/** Whether this process has to start the platform: test files run in several processes. */
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
  // No other variables: a test file may have changed them, and a developer's own settings must have no effect.
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
