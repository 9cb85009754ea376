import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelFile } from './manifest.ts';
import { fileSize, sha256OfFile } from './verify-file.ts';

type FetchOptions = {
  url: string;
  /** Path of the file. Until it is complete and verified its name is `<target>.part`. */
  target: string;
  file: ModelFile;
  onProgress?: (bytes: number) => void;
  /** Pause before the second and each further attempt. */
  retryDelayMs?: number;
};

/** A broken connection or a passing fault of the server: resuming the download may succeed. */
class Interrupted extends Error {}

const ATTEMPTS = 5;
const RETRY_DELAY_MS = 2_000;
/** A connection without data for this long counts as broken. */
const SILENCE_MS = 30_000;

/**
 * Downloads one pinned file, unless it is on disk already. Resumes an earlier download that stopped, and accepts only
 * the pinned bytes.
 * @returns whether anything was downloaded
 * @throws Error naming the file when its size or SHA-256 is not the pinned one, or the server cannot be reached
 */
export async function fetchFile(options: FetchOptions): Promise<boolean> {
  const { target, file } = options;
  if (await isComplete(target, file)) return false;
  await mkdir(dirname(target), { recursive: true });
  await receive(options);
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

async function isComplete(target: string, { bytes, sha256 }: ModelFile): Promise<boolean> {
  if ((await fileSize(target)) !== bytes) return false;
  return (await sha256OfFile(target)).digest('hex') === sha256;
}

/** Completes the part file; resumes after interruptions. */
async function receive(options: FetchOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await receiveRest(options);
      return;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (attempt === ATTEMPTS) {
        const hint = 'Run the same command again: it goes on where it stopped.';
        throw new Error(`${options.file.path}: ${error.message} ${hint}`, { cause: error });
      }
    }
    await delay(options.retryDelayMs ?? RETRY_DELAY_MS);
  }
}

async function receiveRest({ url, target, file, onProgress }: FetchOptions): Promise<void> {
  const part = `${target}.part`;
  const have = (await fileSize(part)) ?? 0;
  if (have === file.bytes) return;
  if (have > file.bytes) await rm(part);
  const from = have > file.bytes ? 0 : have;
  const silence = createSilenceTimer();
  try {
    const response = await requestFrom(url, from, silence.signal);
    const start = await checkResponse(response, { from, file, part });
    await appendToPart(response, { part, start, file, onProgress, silence });
  } catch (error) {
    // `fetch` and its body throw a TypeError for a network error.
    if ((error as Error).name === 'TypeError' || silence.signal.aborted) {
      throw new Interrupted(`the connection to ${new URL(url).host} failed.`, { cause: error });
    }
    throw error;
  } finally {
    silence.end();
  }
}

function requestFrom(url: string, from: number, signal: AbortSignal): Promise<Response> {
  // A compressed response would have another length than the announced one.
  const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
  if (from > 0) headers.Range = `bytes=${from}-`;
  return fetch(url, { headers, signal });
}

type ExpectedRange = { from: number; file: ModelFile; part: string };

/** @returns the offset of the response's first byte. @throws Error when it is not (a part of) the pinned file */
async function checkResponse(response: Response, { from, file, part }: ExpectedRange): Promise<number> {
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

type WriteOptions = {
  part: string;
  start: number;
  file: ModelFile;
  onProgress: FetchOptions['onProgress'];
  silence: SilenceTimer;
};

async function appendToPart(
  response: Response,
  { part, start, file, onProgress, silence }: WriteOptions,
): Promise<void> {
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
