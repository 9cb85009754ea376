import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A server in a process of its own, so that its memory and CPU time are its own. */
export type ServerProcess = {
  url: string;
  /** From the start of the process until it could answer. */
  readyMs: number;
  /** Resident memory; pages of a file that are mapped several times, as every session maps the weights, count once. */
  memoryMb(): number;
  /** Seconds of CPU so far, all threads. */
  cpuSeconds(): number;
  /** First call: begin to watch the event loop. Second: the longest that one turn of it computed since, in ms. */
  blockedMs(): Promise<number>;
  stop(): Promise<void>;
};
type Message = { url?: string; blockedMs?: number };

const TICKS_PER_SECOND = 100;

/** Starts a script that sends `{url}` over its channel once it serves. @throws Error when it ends before */
export async function startServer(
  script: URL,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  const started = performance.now();
  const child = fork(script, args, { env: { ...process.env, ...env } });
  const { url = '' } = await nextMessage(child);
  const readyMs = performance.now() - started;
  return {
    url,
    readyMs,
    memoryMb: () => memoryOf(readProc(child, 'smaps')),
    cpuSeconds() {
      const fields = readProc(child, 'stat').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    async blockedMs() {
      child.send('blocked?');
      return (await nextMessage(child)).blockedMs ?? 0;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const ended = () => reject(new Error('A server of the benchmark ended before it answered.'));
  child.once('exit', ended);
  child.once('message', resolve);
  return await promise.finally(() => child.off('exit', ended));
}

/**
 * Megabytes of all mappings (proc(5), smaps). Of weights the proportional size counts: RSS has a page once for each
 * session that looked at it, and with a page cache of large folios all of the file for each.
 */
function memoryOf(smaps: string): number {
  let [kilobytes, isWeights] = [0, false];
  for (const line of smaps.split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) isWeights = line.includes('.onnx');
    const [, size] = (isWeights ? /^Pss:\s+(\d+)/ : /^Rss:\s+(\d+)/).exec(line) ?? [];
    kilobytes += Number(size ?? 0);
  }
  return kilobytes / 1_024;
}

function readProc(child: ChildProcess, file: string): string {
  return readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
}
