import { availableParallelism } from 'node:os';
import { section } from '#shared/core/config.ts';
import { type ReaderLimits, readerLimits } from './limits.ts';
import type { ReadJob, ReadResult } from './messages.ts';
import { type ReadCalls, ReaderProcess } from './reader-process.ts';

const settings = section('readers');

/** Files after which a process is replaced: what they leave behind in it is bounded then. */
const MAX_JOBS = 100;

/**
 * Processes that read files, as many at once as `size`; further files wait in order. A process is used again after a
 * file that it read or refused, unless it has kept much memory. After anything else it has ended.
 */
export class ReaderPool {
  readonly #size: number;
  readonly #limits: ReaderLimits;
  readonly #idle: ReaderProcess[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(size: number, limits: ReaderLimits) {
    this.#size = size;
    this.#limits = limits;
  }

  /**
   * Reads a file. `process`: a `fresh` one has read nothing before.
   * @throws as `ReaderProcess.run`
   */
  async read(job: ReadJob, calls: ReadCalls, process: 'any' | 'fresh'): Promise<ReadResult> {
    await this.#enter();
    try {
      const reader = this.#take(process);
      try {
        return await reader.run(job, calls);
      } finally {
        this.#giveBack(reader);
      }
    } finally {
      this.#leave();
    }
  }

  /** Ends the processes that wait for files. */
  close(): void {
    for (const reader of this.#idle.splice(0)) reader.end();
  }

  async #enter(): Promise<void> {
    if (this.#busy < this.#size) this.#busy += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the place to the file that waits longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#busy -= 1;
  }

  #take(process: 'any' | 'fresh'): ReaderProcess {
    if (process === 'fresh') this.close();
    for (let reader = this.#idle.pop(); reader; reader = this.#idle.pop()) if (reader.isAlive) return reader;
    return new ReaderProcess(this.#limits);
  }

  #giveBack(reader: ReaderProcess): void {
    const isSmall = (reader.memoryMb() ?? 0) < this.#limits.memoryMb / 2;
    if (reader.isAlive && isSmall && reader.jobs < MAX_JOBS) this.#idle.push(reader);
    else reader.end();
  }
}

let current: { pool: ReaderPool; key: string } | undefined;

/** The readers of this process: one for each core. New settings make new ones. */
export function readers(): ReaderPool {
  const { READER_MEMORY_MB: memoryMb, READER_TIMEOUT_MS: timeMs } = settings();
  const key = `${memoryMb} ${timeMs}`;
  if (current?.key !== key) {
    current?.pool.close();
    current = { pool: new ReaderPool(availableParallelism(), readerLimits(memoryMb, timeMs)), key };
  }
  return current.pool;
}
