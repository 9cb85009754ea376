import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { readCommandLine } from './process-ref.ts';

const run = promisify(execFile);
const LISTENING = '0A';

/** Different ports that are free at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(async (server) => {
        await new Promise<void>((resolve, reject) => {
          server.once('error', reject).listen(0, '127.0.0.1', resolve);
        });
        return (server.address() as AddressInfo).port;
      }),
    );
  } finally {
    for (const server of servers) server.close();
  }
}

/** Whether a server can listen on a port of the loopback interface. */
export async function isFree(port: number): Promise<boolean> {
  // On macOS, 127.0.0.1 can be bound while another process listens on 0.0.0.0. So try to connect as well.
  return (await canListen(port)) && !(await accepts(port));
}

function canListen(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/**
 * Finds the process that listens on a port.
 * @returns null when it cannot be found, as for a process of another user
 */
export async function findPortOwner(port: number): Promise<{ pid: number; command: string } | null> {
  const pid = (await ownerFromProc(port)) ?? (await ownerFromLsof(port));
  if (pid === null) return null;
  const command = (await readCommandLine(pid)) || 'a process';
  return { pid, command };
}

async function ownerFromProc(port: number): Promise<number | null> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set(
    tables
      .flatMap((table) => table.split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === LISTENING)
      .map((columns) => `socket:[${columns[9]}]`),
  );
  if (inodes.size === 0) return null;
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(
      descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
    );
    if (links.some((link) => inodes.has(link))) return Number(pid);
  }
  return null;
}

async function ownerFromLsof(port: number): Promise<number | null> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']).catch(() => ({
    stdout: '',
  }));
  const pid = Number.parseInt(stdout, 10);
  return Number.isNaN(pid) ? null : pid;
}
