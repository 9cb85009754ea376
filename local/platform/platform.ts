import { rmSync } from 'node:fs';
import path from 'node:path';
import { claim, readOrCreateSecrets } from './data-directory.ts';
import { platformEnvironment, replacedParts } from './environment.ts';
import { readAddedKeys, writeKeyFiles } from './key-files.ts';
import {
  type PlatformOptions,
  type PortName,
  type ResolvedOptions,
  ROOT,
  resolveOptions,
} from './options.ts';
import { allParts, type Part, willHaveRedis } from './parts.ts';
import { findPortOwner, isFree } from './ports.ts';
import { outsideDirectory } from './postgres.ts';
import { ProcessGroup } from './processes.ts';
import { isRestarted, restartOnChange } from './restart-parts.ts';

export type Platform = {
  /** The API's base URL. */
  url: string;
  dataDir: string;
  logDir: string;
  /** The settings that the platform's processes run with; they hold secrets. */
  env: Record<string, string>;
  /** Resolves with an error when a part cannot be kept running. The caller should stop the platform then. */
  failed: Promise<Error>;
  /** Ends all processes in order. It may be called twice. */
  stop(): Promise<void>;
};

const REMOVE = { recursive: true, force: true };

const PART_NAMES: Record<PortName, string> = {
  api: 'the API gateway',
  embedder: 'the embedder',
  postgres: 'PostgreSQL',
  chroma: 'Chroma',
  s3: 'S3',
  sqs: 'SQS',
  oidc: 'the OIDC issuer',
  redis: 'Redis',
  console: 'the console',
};

/**
 * Starts the whole platform on this machine: every part that no URL in the environment replaces, as many at once as
 * their order allows. All processes end with this one, even when it is killed.
 * @throws AlreadyRunning when a platform runs on the same data directory
 * @throws Error that names the taken port and its process, or the part that did not start and its reason
 */
export async function startPlatform(wanted: PlatformOptions = {}): Promise<Platform> {
  const options = await resolveOptions(wanted);
  const { dataDir, onProgress, ports } = options;
  const url = `http://localhost:${ports.api}`;
  const note = await claim(dataDir, url);
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const group = newGroup(options, note, fail);
  let endWatching: (() => void) | undefined;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    endWatching?.();
    return (stopped ??= stopInOrder(group).finally(() => cleanUp(options, note)));
  };
  options.signal?.addEventListener('abort', () => void stop(), { once: true });
  try {
    await requireFreePorts(options);
    const secrets = readOrCreateSecrets(dataDir);
    const env = platformEnvironment(options, secrets);
    writeKeyFiles(dataDir, env.JWT_SECRET ?? secrets.jwtSecret, readAddedKeys(dataDir));
    if (willHaveRedis(options)) env.REDIS_URL ??= `redis://127.0.0.1:${ports.redis}`;
    const parts = allParts({ options, secrets, env, group });
    await startParts(parts, options);
    if (options.watch) endWatching = restartOnChange({ root: ROOT, parts, group, onProgress });
    return { url, dataDir, logDir: logDirectory(options), env, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function logDirectory({ dataDir }: ResolvedOptions): string {
  return path.join(dataDir, 'logs');
}

type Claim = Awaited<ReturnType<typeof claim>>;

function newGroup(options: ResolvedOptions, note: Claim, fail: (error: Error) => void): ProcessGroup {
  const { onProgress, watch } = options;
  return new ProcessGroup({
    logDir: logDirectory(options),
    onChange: (processes) => note.update(processes),
    onRestart: (part, reason) => onProgress({ part, state: 'restarting', detail: reason }),
    onFailure(part, error) {
      if (watch && isRestarted(part)) onProgress({ part, state: 'broken', detail: error.message });
      else fail(error);
    },
  });
}

function cleanUp({ dataDir, durable }: ResolvedOptions, note: Claim): void {
  note.release();
  // A platform without durable data leaves nothing outside of its data directory.
  if (!durable) rmSync(outsideDirectory(readOrCreateSecrets(dataDir).databasePassword), REMOVE);
}

/** Stops the gateway and the worker first: requests and batches in progress still need the other parts. */
async function stopInOrder(group: ProcessGroup): Promise<void> {
  await group.stop(['api', 'worker']);
  await group.stop();
}

async function startParts(parts: Part[], { onProgress }: ResolvedOptions): Promise<void> {
  const started = new Map<string, Promise<void>>();
  let failed = false;
  const start = async (part: Part): Promise<void> => {
    for (const name of part.after) await started.get(name);
    onProgress({ part: part.name, state: 'starting' });
    try {
      onProgress({ part: part.name, ...(await part.start()) });
    } catch (error) {
      // Only the first failure is shown: the later ones are its consequences.
      if (!failed) onProgress({ part: part.name, state: 'failed' });
      failed = true;
      throw error;
    }
  };
  for (const part of parts) started.set(part.name, start(part));
  // `Promise.all` reports the first failure. Without a handler, any later one would end this process.
  for (const each of started.values()) each.catch(() => {});
  await Promise.all(started.values());
}

async function requireFreePorts(options: ResolvedOptions): Promise<void> {
  const replaced: string[] = Object.keys(replacedParts(options));
  const needed = Object.entries(options.ports).filter(
    ([name]) =>
      !replaced.includes(name) &&
      (name !== 'redis' || willHaveRedis(options)) &&
      (name !== 'console' || options.watch),
  );
  const problems = await Promise.all(
    needed.map(async ([name, port]) =>
      (await isFree(port)) ? null : await takenPort(name as PortName, port),
    ),
  );
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new Error(found.join('\n'));
}

async function takenPort(name: PortName, port: number): Promise<string> {
  const owner = await findPortOwner(port);
  const who = owner ? `process ${owner.pid} (${owner.command.slice(0, 100)})` : 'another process';
  const stop = owner ? `Stop it with \`kill ${owner.pid}\`` : 'Stop that process';
  return `Port ${port}, which ${PART_NAMES[name]} needs, is taken by ${who}. ${stop}, or choose another port: npm start -- --port ${name}=${port + 10}`;
}
