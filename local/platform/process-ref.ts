import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 50;

/** A process as it was noted down: its number alone may have been given to another one since. */
export type ProcessRef = { pid: number; identity: string };

/**
 * Tells a running process from any later one with the same number: when it was started.
 * @returns null when there is no such process, or only what is left of one that has ended
 */
export async function identityOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat !== null) {
    // After the command in brackets: state, …, and as the 20th the start time in ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : `ticks ${fields[19]}`;
  }
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() || null;
}

/** The process as a reference that stays true, or null when it has ended. */
export async function refTo(pid: number): Promise<ProcessRef | null> {
  const identity = await identityOf(pid);
  return identity === null ? null : { pid, identity };
}

/** Whether exactly this process still runs. */
export async function isRunning({ pid, identity }: ProcessRef): Promise<boolean> {
  return (await identityOf(pid)) === identity;
}

/**
 * Ends a process: asks with `signal`, and after `graceMs` no longer asks. Resolves when it is gone; one that has
 * ended, or whose number now belongs to another, is left alone.
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

/** The command line of a process, as far as it can be read. */
export async function commandOf(pid: number): Promise<string> {
  const cmdline = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (cmdline) return cmdline.replaceAll('\0', ' ').trim();
  const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim();
}
