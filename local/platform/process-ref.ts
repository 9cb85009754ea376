import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 50;

/** Identifies a process. The pid alone does not: the system may have given it to a later process. */
export type ProcessRef = { pid: number; identity: string };

/**
 * The start time of a process, which tells it from a later one with the same pid.
 * @returns null when there is no such process, or only a zombie
 */
export async function readIdentity(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat !== null) {
    // Fields after the command in brackets: the first is the state, the 20th the start time in ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : `ticks ${fields[19]}`;
  }
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() || null;
}

/** A reference to a running process; null when it has ended. */
export async function refTo(pid: number): Promise<ProcessRef | null> {
  const identity = await readIdentity(pid);
  return identity === null ? null : { pid, identity };
}

/** Whether this process still runs; a later one with the same pid does not count. */
export async function isRunning({ pid, identity }: ProcessRef): Promise<boolean> {
  return (await readIdentity(pid)) === identity;
}

/**
 * Ends a process with `signal`, and with SIGKILL after `graceMs`. Resolves when it has ended. A later process with the
 * same pid gets no signal.
 */
export async function endProcess(
  process: ProcessRef,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  const deadline = Date.now() + graceMs;
  let sent: NodeJS.Signals | null = null;
  while (await isRunning(process)) {
    const next = Date.now() < deadline ? signal : 'SIGKILL';
    if (next !== sent) kill(process.pid, next);
    sent = next;
    await delay(POLL_MS);
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The command line of a process; '' when it cannot be read. */
export async function readCommandLine(pid: number): Promise<string> {
  const cmdline = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (cmdline) return cmdline.replaceAll('\0', ' ').trim();
  const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim();
}
