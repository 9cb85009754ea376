import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { link } from 'node:fs/promises';
import path from 'node:path';
import { endProcess, isRunning, type ProcessRef, refTo } from './process-ref.ts';

export type Secrets = {
  jwtSecret: string;
  /** Of the hashes of API keys. */
  pepper: string;
  /** Of the tables' owner. */
  databasePassword: string;
  /** Of the login of requests, and of the login of the sweep. */
  appPassword: string;
  workerPassword: string;
  googleClientSecret: string;
};

/** The note in the data directory about a running platform. The next start reads it, also after a crash. */
export type RunningPlatform = ProcessRef & { url: string; processes: (ProcessRef & { name: string })[] };

const LEFT_OVER_GRACE_MS = 5_000;

/** Another platform runs on the data directory. */
export class AlreadyRunning extends Error {
  readonly platform: RunningPlatform;

  constructor(platform: RunningPlatform) {
    super(`The platform is running already at ${platform.url} (process ${platform.pid}).`);
    this.platform = platform;
  }
}

/**
 * The secrets of a data directory. They are generated at the first run, in a file that only its owner may read; one that
 * an older directory lacks is added.
 */
export function readOrCreateSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {};
  const secrets = {
    jwtSecret: randomSecret(),
    pepper: randomSecret(),
    databasePassword: randomSecret(),
    appPassword: randomSecret(),
    workerPassword: randomSecret(),
    googleClientSecret: randomSecret(),
    ...kept,
  };
  if (Object.keys(secrets).length > Object.keys(kept).length) {
    writeFileSync(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return secrets;
}

/** The platform that runs on a data directory, or null. */
export async function findRunning(dataDir: string): Promise<RunningPlatform | null> {
  const platform = readNote(noteFile(dataDir));
  return platform && (await isRunning(platform)) ? platform : null;
}

/**
 * Reserves a data directory for this process. Ends the processes that a crashed platform has left there.
 * @returns `update` notes the running processes; `release` frees the directory
 * @throws AlreadyRunning when another platform runs on it
 */
export async function claim(dataDir: string, url: string) {
  mkdirSync(dataDir, { recursive: true });
  const file = noteFile(dataDir);
  const self = await refTo(process.pid);
  if (!self) throw new Error('The start time of this process cannot be read.');
  const note: RunningPlatform = { ...self, url, processes: [] };
  while (!(await createNote(file, note))) {
    const before = readNote(file);
    if (before && (await isRunning(before))) throw new AlreadyRunning(before);
    await Promise.all(
      (before?.processes ?? []).map((left) => endProcess(left, 'SIGTERM', LEFT_OVER_GRACE_MS)),
    );
    rmSync(file, { force: true });
  }
  return {
    update: (processes: RunningPlatform['processes']) => replaceNote(file, { ...note, processes }),
    release: () => rmSync(file, { force: true }),
  };
}

/**
 * Creates the note when there is none. A link is atomic: of two starts at once only one succeeds, and no one reads half.
 * @returns whether it was created
 */
async function createNote(file: string, note: RunningPlatform): Promise<boolean> {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(note));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replaceNote(file: string, note: RunningPlatform): void {
  if (!existsSync(file)) return;
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(note));
  renameSync(`${file}.${process.pid}`, file);
}

function readNote(file: string): RunningPlatform | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunningPlatform;
  } catch {
    return null;
  }
}

function noteFile(dataDir: string): string {
  return path.join(dataDir, 'running.json');
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
