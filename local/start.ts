import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Demo, readDemo, sampleQuestion } from '#local/demo/demo.ts';
import { seed } from '#local/demo/seed.ts';
import { fetchFirstModel, findFirstModel } from '#local/platform/first-model.ts';
import { type Platform, startPlatform } from '#local/platform/platform.ts';
import { printMails } from '#local/platform/print-mails.ts';
import { type Board, plainBoard, terminalBoard } from '#local/platform/progress-board.ts';
import { config, loadConfig } from '#shared/core/config.ts';
import { AlreadyRunning } from './platform/data-directory.ts';
import {
  chooseFreePorts,
  DEFAULT_PORTS,
  type PlatformOptions,
  type Ports,
  ROOT,
} from './platform/options.ts';

const USAGE = `npm start [-- options]
  --port <part>=<number>  another port for a part (${Object.keys(DEFAULT_PORTS).join(', ')}); may be repeated
  --free-ports            any free ports, to run beside another platform
  --data-dir <directory>  directory of all data (default: .data)
  --no-seed               without the demo team, bots and documents
  --watch                 restart a part when its source changes (npm run dev)`;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

await main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

async function main(): Promise<void> {
  const { options, seeded } = await readArguments();
  if (existsSync(path.join(ROOT, '.env'))) process.loadEnvFile(path.join(ROOT, '.env'));
  const board = hasTerminal() ? terminalBoard() : plainBoard((line) => console.log(line));
  const stopping = abortOnSignal();
  try {
    await setUpModel(board, stopping.signal);
    const platform = await start(board, { ...options, signal: stopping.signal });
    await runUntilStopped(platform, { board, seeded, stopping: stopping.signal });
  } catch (error) {
    if (error instanceof AlreadyRunning) return showRunning(error, options.dataDir);
    if (!stopping.signal.aborted) throw error;
  }
  process.exit(0);
}

/** Downloads the embedding model once. Without it the platform starts all the same, and one line says so. */
async function setUpModel(board: Board, stopping: AbortSignal): Promise<void> {
  await loadConfig('embedder_server');
  const { MODEL_DOWNLOAD } = process.env;
  const model = await findFirstModel({ ...config('embedder_server'), MODEL_DOWNLOAD });
  if (!model) return;
  const stopped = new Promise<never>((_, reject) => {
    stopping.addEventListener('abort', () => reject(new Error('stopped')));
  });
  const fetched = board.step('Embedding model (MODEL_DOWNLOAD=false skips it)', (report) =>
    fetchFirstModel(model, report),
  );
  const problem = await Promise.race([fetched, stopped]);
  if (problem) console.log(problem);
}

async function start(board: Board, options: PlatformOptions): Promise<Platform> {
  const started = startPlatform({ ...options, onProgress: board.onProgress });
  await board.show(started);
  return await started;
}

type Run = { board: Board; seeded: boolean; stopping: AbortSignal };

async function runUntilStopped(platform: Platform, { board, seeded, stopping }: Run): Promise<void> {
  const stopped = new Promise<null>((resolve) => {
    if (stopping.aborted) resolve(null);
    stopping.addEventListener('abort', () => resolve(null));
  });
  try {
    const demo = seeded ? await Promise.race([setUpDemo(platform, board), stopped]) : null;
    if (!stopping.aborted) console.log(summarize(platform.url, demo));
    printMails(platform.env.MAIL_DIRECTORY ?? '', (line) => console.log(line));
    const failure = await Promise.race([platform.failed, stopped]);
    if (failure) throw failure;
    console.log('\nStopping…');
  } finally {
    await platform.stop();
  }
}

/** Creates the demo. Its problems are printed but do not stop the platform, which is useful without it. */
async function setUpDemo({ url, dataDir }: Platform, board: Board): Promise<Demo | null> {
  const problems: string[] = [];
  const warn = (text: string) => problems.push(text);
  try {
    return await board.step('Demo', (report) => seed({ url, dataDir, report, warn }));
  } catch (error) {
    warn(`The demo is not complete: ${error instanceof Error ? error.message : String(error)}`);
    return readDemo(dataDir);
  } finally {
    for (const problem of problems) console.log(problem);
  }
}

function showRunning({ message, platform }: AlreadyRunning, dataDir?: string): void {
  console.log(message);
  console.log(summarize(platform.url, readDemo(dataDir ?? path.join(ROOT, '.data'))));
  console.log(`\nStop it with Ctrl-C where it was started, or: kill ${platform.pid}`);
  process.exit(0);
}

function summarize(url: string, demo: Demo | null): string {
  const question = sampleQuestion('ko');
  const body = JSON.stringify({ message: question }).replaceAll("'", String.raw`'\''`);
  const lines = ['', `  Open     ${url}`, `  API      ${url}`, `  Docs     ${url}/docs`, ''];
  if (!demo) return lines.join('\n');
  return [
    ...lines,
    'An API key with every scope:',
    demo.apiKey,
    '',
    'Ask the Korean bot:',
    `curl -N ${url}/v1/teams/${demo.teamId}/bots/${demo.bots.ko}/chat \\`,
    `  -H 'Authorization: Bearer ${demo.apiKey}' -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
    '',
    `Or from the terminal: npm run ask -- "${question}"`,
  ].join('\n');
}

/** Whether a list can be redrawn in place. Terminals without a width, such as recorders, would repeat its lines. */
function hasTerminal(): boolean {
  return process.stdout.isTTY && process.stdout.columns >= 40;
}

/** Aborts at the first signal. A second one ends this process at once; the reaper then ends the others. */
function abortOnSignal(): AbortController {
  const controller = new AbortController();
  const stop = () => (controller.signal.aborted ? process.exit(1) : controller.abort());
  for (const signal of SIGNALS) process.on(signal, stop);
  watchNpm(() => controller.abort());
  return controller;
}

/** Calls `onGone` when npm or its shell has ended: npm's shell does not pass signals on to this process. */
function watchNpm(onGone: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && onGone(), 500).unref();
}

async function readArguments(): Promise<{ options: PlatformOptions; seeded: boolean }> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      port: { type: 'string', multiple: true, default: [] },
      'free-ports': { type: 'boolean', default: false },
      'data-dir': { type: 'string' },
      seed: { type: 'boolean', default: true },
      watch: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const dataDir = values['data-dir'];
  const free = values['free-ports'] ? await chooseFreePorts() : {};
  const ports = { ...free, ...Object.fromEntries(values.port.map(readPort)) };
  const { seed: seeded, watch } = values;
  return { options: { ports, watch, ...(dataDir ? { dataDir } : {}) }, seeded };
}

function readPort(text: string): [keyof Ports, number] {
  const [name = '', value = ''] = text.split('=');
  const port = Number(value);
  if (name in DEFAULT_PORTS && Number.isInteger(port) && port > 0 && port < 65_536)
    return [name as keyof Ports, port];
  throw new Error(`--port ${text}: write it as part=number, such as api=8010.\n\n${USAGE}`);
}
