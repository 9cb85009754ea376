import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A server in a separate process, so that its memory and CPU time can be measured. */
export type ServerProcess = {
  url: string;
  /** Milliseconds from the start of the process until it is ready. */
  readyMs: number;
  /** Resident memory in MB. File pages that several sessions map, such as weights, count once. */
  memoryMb(): number;
  /** CPU seconds of all threads since the start. */
  cpuSeconds(): number;
  /**
   * The first call starts watching the event loop; the second one returns its longest turn since, in ms of CPU time.
   */
  blockedMs(): Promise<number>;
  stop(): Promise<void>;
};
type Message = { url?: string; blockedMs?: number };

const TICKS_PER_SECOND = 100;

/** Starts a script that sends `{url}` over its IPC channel once it serves. @throws Error when it ends before */
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
 * Megabytes of all mappings (proc(5), smaps). For weights it counts the proportional size (Pss): Rss counts a page once
 * for each session that has read it, and with large folios in the page cache the whole file for each.
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
