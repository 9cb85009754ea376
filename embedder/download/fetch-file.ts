import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelFile } from './manifest.ts';
import { fileSize, sha256OfFile } from './verify-file.ts';

type Fetching = {
  url: string;
  /** Where the file belongs. Until it is whole and verified it is `<target>.part`. */
  target: string;
  file: ModelFile;
  onProgress?: (bytes: number) => void;
  /** Pause before the second and each further attempt. */
  retryDelayMs?: number;
};

/** The connection broke or the server had a bad moment: going on from where it stopped may work. */
class Interrupted extends Error {}

const ATTEMPTS = 5;
const RETRY_DELAY_MS = 2_000;
/** A connection over which nothing comes for so long is dead. */
const SILENCE_MS = 30_000;

/**
 * Brings one pinned file to disk: nothing to do when it is there, goes on where an earlier download stopped, and
 * lets nothing take its place but exactly the pinned bytes.
 * @returns whether anything was downloaded
 * @throws Error naming the file when size or SHA-256 are not the pinned ones, or the server cannot be reached
 */
export async function fetchFile(fetching: Fetching): Promise<boolean> {
  const { target, file } = fetching;
  if (await isWhole(target, file)) return false;
  await mkdir(dirname(target), { recursive: true });
  await receive(fetching);
  const part = `${target}.part`;
  const found = (await sha256OfFile(part)).digest('hex');
  if (found !== file.sha256) {
    await rm(part);
    throw new Error(
      `${file.path}: refused and removed, its SHA-256 is ${found}, not the pinned ${file.sha256}.`,
    );
  }
  await rename(part, target);
  return true;
}

async function isWhole(target: string, { bytes, sha256 }: ModelFile): Promise<boolean> {
  if ((await fileSize(target)) !== bytes) return false;
  return (await sha256OfFile(target)).digest('hex') === sha256;
}

/** Fills the part file, with new attempts after interruptions. */
async function receive(fetching: Fetching): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await receiveRest(fetching);
      return;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (attempt === ATTEMPTS) {
        const hint = 'Run the same command again: it goes on where it stopped.';
        throw new Error(`${fetching.file.path}: ${error.message} ${hint}`, { cause: error });
      }
    }
    await delay(fetching.retryDelayMs ?? RETRY_DELAY_MS);
  }
}

async function receiveRest({ url, target, file, onProgress }: Fetching): Promise<void> {
  const part = `${target}.part`;
  const have = (await fileSize(part)) ?? 0;
  if (have === file.bytes) return;
  if (have > file.bytes) await rm(part);
  const from = have > file.bytes ? 0 : have;
  const silence = createSilenceTimer();
  try {
    const response = await ask(url, from, silence.signal);
    const start = await startOf(response, { from, file, part });
    await write(response, { part, start, file, onProgress, silence });
  } catch (error) {
    // What `fetch` and its body throw for a network error; everything else is ours or the disk's.
    if ((error as Error).name === 'TypeError' || silence.signal.aborted) {
      throw new Interrupted(`the connection to ${new URL(url).host} failed.`, { cause: error });
    }
    throw error;
  } finally {
    silence.end();
  }
}

function ask(url: string, from: number, signal: AbortSignal): Promise<Response> {
  // Compressed on the way, a file would not have the length that is announced.
  const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
  if (from > 0) headers.Range = `bytes=${from}-`;
  return fetch(url, { headers, signal });
}

type Asked = { from: number; file: ModelFile; part: string };

/** Which byte the answer begins with. @throws Error when it is not (a part of) the pinned file */
async function startOf(response: Response, { from, file, part }: Asked): Promise<number> {
  const { status, url } = response;
  if (status === 429 || status >= 500) throw new Interrupted(`${url} answered ${status}.`);
  if (status === 416) {
    await rm(part, { force: true });
    throw new Interrupted('the server has nothing after what was downloaded before; beginning anew.');
  }
  if (status !== 200 && status !== 206) throw new Error(`${file.path}: ${url} answered ${status}.`);
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  const start = status === 206 ? Number(range?.[1]) : 0;
  const total = status === 206 ? range?.[2] : response.headers.get('content-length');
  if (status === 206 && start !== from)
    throw new Error(`${file.path}: the server sent another part than asked for.`);
  if (total && Number(total) !== file.bytes) await refuseSize(file, part, `has ${total} bytes`);
  return start;
}

type Writing = {
  part: string;
  start: number;
  file: ModelFile;
  onProgress: Fetching['onProgress'];
  silence: SilenceTimer;
};

async function write(response: Response, { part, start, file, onProgress, silence }: Writing): Promise<void> {
  const handle = await open(part, start > 0 ? 'a' : 'w');
  let bytes = start;
  try {
    for await (const chunk of response.body ?? []) {
      silence.restart();
      bytes += chunk.length;
      if (bytes > file.bytes) await refuseSize(file, part, 'goes on after that');
      await handle.appendFile(chunk);
      onProgress?.(bytes);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (bytes < file.bytes)
    throw new Interrupted(`the connection ended after ${bytes} of ${file.bytes} bytes.`);
}

async function refuseSize(file: ModelFile, part: string, what: string): Promise<never> {
  await rm(part, { force: true });
  throw new Error(`${file.path}: refused, the pinned file has ${file.bytes} bytes and the server's ${what}.`);
}

type SilenceTimer = { signal: AbortSignal; restart(): void; end(): void };

function createSilenceTimer(): SilenceTimer {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), SILENCE_MS);
  return { signal: controller.signal, restart: () => timer.refresh(), end: () => clearTimeout(timer) };
}
