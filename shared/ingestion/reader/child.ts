import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { chunkDocument } from '#shared/chunking/chunk.ts';
import { DocumentError } from '#shared/parsing/document.ts';
import { parseDocument } from '#shared/parsing/parse.ts';
import { assertContentType } from '#shared/parsing/sniff.ts';
import { readFrames, writeFrame } from './frames.ts';
import type { FromReader, ReadJob, ToReader } from './messages.ts';

/**
 * The program of a reader: a process of its own that reads one file after another, so that a hostile file can be ended
 * from outside. It gets its jobs over file descriptor 3 and has no settings, no credentials and no network.
 */
const CHANNEL = 3;
const MAX_JOB_BYTES = 256 * 1024 * 1024;

/**
 * Ends the process once its parent is gone. It is a thread of its own: the main thread may be busy for ever, and nobody
 * else would end it then.
 */
const ORPHAN_WATCH = `const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 500);`;

/** Where memory runs out, the kernel is to end this process and not the worker. */
function volunteerForKernel(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux, or not permitted: the limits of the parent remain.
  }
}

const channel = new Socket({ fd: CHANNEL });
let answer: ((counts: number[]) => void) | null = null;

function send(message: FromReader): void {
  writeFrame(channel, message);
}

function countTokens(texts: string[]): Promise<number[]> {
  return new Promise((resolve) => {
    answer = resolve;
    send({ count: texts });
  });
}

async function read({ bytes, contentType, filename, maxTokens, overlapTokens }: ReadJob): Promise<void> {
  try {
    await assertContentType(bytes, contentType);
    const parsed = await parseDocument(bytes, { contentType, filename });
    const { pages, title } = parsed;
    send({ parsed: { pages } });
    const chunks = await chunkDocument(parsed, { maxTokens, overlapTokens, countTokens });
    send({ result: { pages, title, chunks } });
  } catch (error) {
    if (error instanceof DocumentError) send({ refused: { code: error.code, message: error.message } });
    else send({ broken: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function onMessage(message: ToReader): void {
  if ('job' in message) void read(message.job);
  else answer?.(message.counts);
}

volunteerForKernel();
new Worker(ORPHAN_WATCH, { eval: true }).unref();
readFrames(channel, MAX_JOB_BYTES, {
  onFrame: (message) => onMessage(message as ToReader),
  onTooLarge: (bytes) => send({ broken: `A job of ${bytes} bytes` }),
});
channel.on('close', () => process.exit());
send({ ready: true });
