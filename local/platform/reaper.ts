import { createInterface } from 'node:readline';
import { endProcess, type ProcessRef } from './process-ref.ts';

/**
 * Ends the platform's processes when the platform itself was killed: Postgres and Redis would go on. The platform writes
 * into this process's stdin which processes run (`+ pid signal identity`) and which have ended (`- pid`). The pipe closes
 * when the platform ends, even by SIGKILL.
 */
const GRACE_MS = 4_000;

const running = new Map<number, { process: ProcessRef; signal: NodeJS.Signals }>();

for await (const line of createInterface({ input: process.stdin })) {
  const [sign, pid, signal, ...identity] = line.split(' ');
  if (sign === '-') running.delete(Number(pid));
  else {
    running.set(Number(pid), {
      process: { pid: Number(pid), identity: identity.join(' ') },
      signal: signal as NodeJS.Signals,
    });
  }
}
await Promise.all([...running.values()].map(({ process, signal }) => endProcess(process, signal, GRACE_MS)));
