import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { CountTokens } from '#shared/chunking/count-tokens.ts';
import { DocumentError } from '#shared/parsing/document.ts';
import { readFrames, writeFrame } from './frames.ts';
import { type EndReason, ReaderEnded, type ReaderLimits } from './limits.ts';
import type { FromReader, ReadJob, ReadResult } from './messages.ts';

/** In a package the program is a bundle of its own, beside the function's: see infra/reader-bundle.cjs. */
const PROGRAM = import.meta.url.endsWith('.ts') ? './child.ts' : './reader.mjs';
const CHANNEL = 3;
/** Between two looks at the memory a process can fill about 200 MB. */
const LOOK_MS = 25;
const PAGE_BYTES = 4096;
const MB = 1024 * 1024;
const MAX_ERROR_CHARS = 4_000;
/** What V8 writes before it ends a process whose heap is full. */
const HEAP_FULL = /heap out of memory|Zone Allocation failed|OOM error/u;
/** Settings that a reader needs. It gets no other, so that a file that takes it over finds no secret. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'NODE_COMPILE_CACHE'];

export type ReadCalls = {
  countTokens: CountTokens;
  /** Called once the file is read, before it is cut into chunks. Its rejection ends the work. */
  onParsed(parsed: { pages: number | null }): Promise<void>;
};

type Task = ReadCalls & {
  resolve(result: ReadResult): void;
  reject(error: unknown): void;
  spentMs: number;
  /** When the reader was last given something to do; null while it starts, and while it waits for counts. */
  since: number | null;
};

/** One process that reads files, one at a time. */
export class ReaderProcess {
  readonly #limits: ReaderLimits;
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  #task: Task | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isReady = false;
  #isAlive = true;
  #ending: EndReason | null = null;
  #errors = '';
  /** The number of files that it was given. */
  jobs = 0;

  constructor(limits: ReaderLimits) {
    this.#limits = limits;
    const program = fileURLToPath(new URL(PROGRAM, import.meta.url));
    const env = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
    this.#child = spawn(process.execPath, [`--max-old-space-size=${limits.heapMb}`, program], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env,
    });
    this.#channel = this.#child.stdio[CHANNEL] as Socket;
    this.#listen();
    this.#child.unref();
    this.#channel.unref();
  }

  get isAlive(): boolean {
    return this.#isAlive && this.#ending === null;
  }

  /** Memory of the process in MB; null where the system does not tell it, or the process has ended. */
  memoryMb(): number | null {
    try {
      const [, resident] = readFileSync(`/proc/${this.#child.pid}/statm`, 'latin1').split(' ');
      return (Number(resident) * PAGE_BYTES) / MB;
    } catch {
      return null;
    }
  }

  /**
   * Reads one file. The process must be alive and not busy.
   * @throws DocumentError for a fault of the file; ReaderEnded when the process ended; whatever `calls` throw; Error
   */
  run(job: ReadJob, calls: ReadCalls): Promise<ReadResult> {
    this.jobs += 1;
    this.#channel.ref();
    return new Promise<ReadResult>((resolve, reject) => {
      this.#task = { ...calls, resolve, reject, spentMs: 0, since: this.#isReady ? performance.now() : null };
      this.#timer = setInterval(() => this.#look(), LOOK_MS);
      writeFrame(this.#channel, { job });
    });
  }

  /** Ends the process from outside, whatever it does. */
  end(reason: EndReason = 'crash'): void {
    this.#ending ??= reason;
    this.#child.kill('SIGKILL');
  }

  #listen(): void {
    // A write to a process that has just ended: its end is reported by `exit`.
    this.#channel.on('error', () => {});
    readFrames(this.#channel, this.#limits.outputBytes, {
      onFrame: (message) => this.#onMessage(message as FromReader),
      onTooLarge: () => this.end('output'),
    });
    const errors = this.#child.stderr as Socket;
    errors.unref();
    errors.on('data', (data: Buffer) => {
      this.#errors = (this.#errors + data.toString()).slice(-MAX_ERROR_CHARS);
    });
    this.#child.once('error', (cause) => this.#onEnd(cause.message));
    this.#child.once('close', (code, signal) => this.#onEnd(`${signal ?? code}: ${this.#errors}`));
  }

  #look(): void {
    const task = this.#task;
    if (!task) return;
    const spent = task.spentMs + (task.since === null ? 0 : performance.now() - task.since);
    if (spent > this.#limits.timeMs) this.end('time');
    else if ((this.memoryMb() ?? 0) > this.#limits.memoryMb) this.end('memory');
  }

  #onMessage(message: FromReader): void {
    const task = this.#task;
    if ('ready' in message) this.#onReady(task);
    else if (!task) return;
    else if ('parsed' in message)
      task.onParsed(message.parsed).catch((error: unknown) => this.#abandon(error));
    else if ('count' in message) void this.#count(task, message.count);
    else if ('result' in message) this.#settle((current) => current.resolve(message.result));
    else if ('refused' in message) {
      const { code, message: words } = message.refused;
      this.#settle((current) => current.reject(new DocumentError(code, words)));
    } else this.#abandon(new Error(message.broken));
  }

  #onReady(task: Task | null): void {
    this.#isReady = true;
    if (task) task.since = performance.now();
  }

  async #count(task: Task, texts: string[]): Promise<void> {
    task.spentMs += performance.now() - (task.since ?? performance.now());
    task.since = null;
    try {
      const counts = await task.countTokens(texts);
      if (this.#task !== task) return;
      task.since = performance.now();
      writeFrame(this.#channel, { counts });
    } catch (error) {
      if (this.#task === task) this.#abandon(error);
    }
  }

  /** Gives up the work for a reason that is not the reader's. Its process is in the middle of it, so it is ended. */
  #abandon(error: unknown): void {
    this.#settle((task) => task.reject(error));
    this.end();
  }

  #onEnd(detail: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    const isFull = HEAP_FULL.test(this.#errors);
    const wasStarted = this.#isReady || this.#ending !== null;
    const error = wasStarted
      ? new ReaderEnded(this.#ending ?? (isFull ? 'memory' : 'crash'), detail)
      : new Error(`A reader could not be started: ${detail}`);
    this.#settle((task) => task.reject(error));
  }

  #settle(finish: (task: Task) => void): void {
    const task = this.#task;
    this.#task = null;
    clearInterval(this.#timer);
    this.#channel.unref();
    if (task) finish(task);
  }
}
