/** Limits of a reader. Exceeding any of them ends its process. */
export type ReaderLimits = {
  /** Time spent on one file. Waiting for counts of tokens is left out. */
  timeMs: number;
  /** Memory of the whole process: V8's heap, buffers outside it and the program, as the kernel counts it. */
  memoryMb: number;
  /** V8's heap. V8 itself ends the process there, between two looks at the memory. */
  heapMb: number;
  /** Size of one message, such as the finished result. */
  outputBytes: number;
};

/** Of the whole memory; the rest is for the program, its code and buffers. */
const HEAP_SHARE = 2 / 3;
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** The limits that follow from the two that an operator may set. */
export function readerLimits(memoryMb: number, timeMs: number): ReaderLimits {
  return { memoryMb, timeMs, heapMb: Math.floor(memoryMb * HEAP_SHARE), outputBytes: OUTPUT_BYTES };
}

/** Which limit ended a reader; `crash`: none of ours, it died by itself or was killed by the system. */
export type EndReason = 'time' | 'memory' | 'output' | 'crash';

/** A reader's process ended before it had read its file. */
export class ReaderEnded extends Error {
  readonly reason: EndReason;

  constructor(reason: EndReason, detail: string) {
    super(`A reader was ended (${reason}): ${detail}`);
    this.name = 'ReaderEnded';
    this.reason = reason;
  }
}
