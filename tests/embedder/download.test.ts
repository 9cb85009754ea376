import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadModel } from '#embedder/download/download.ts';
import { HASHING_MODEL, type ModelManifest, modelFolder } from '#embedder/download/manifest.ts';
import { openModel } from '#embedder/model/model.ts';
import { buildTinyModel } from '#tests/support/models/tiny-model.ts';

const { manifest, files } = buildTinyModel();
const WEIGHTS = 'onnx/model.onnx';
const whole = files.get(WEIGHTS)!;
const HALF = Math.floor(whole.length / 2);

type Hub = (file: string, request: IncomingMessage, response: ServerResponse) => void;

let modelsDir: string;
let server: Server;
let hub: Hub;
let requests: { file: string; range: string | undefined }[];
let written: string[];

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-download-'));
  requests = [];
  written = [];
  hub = withRange;
  server = createServer((request, response) => {
    const file = request.url!.split('/resolve/r1/')[1]!;
    requests.push({ file, range: request.headers.range });
    hub(file, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(modelsDir, { recursive: true });
});

function withRange(file: string, { headers }: IncomingMessage, response: ServerResponse): void {
  const data = files.get(file)!;
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? -1);
  if (from < 0) response.writeHead(200, { 'Content-Length': data.length }).end(data);
  else {
    const rest = data.subarray(from);
    const range = `bytes ${from}-${data.length - 1}/${data.length}`;
    response.writeHead(206, { 'Content-Length': rest.length, 'Content-Range': range }).end(rest);
  }
}

/** A hub that breaks the connection in the middle of the weights, the first `times` times. */
function breakConnection(times: number): Hub {
  let left = times;
  return (file, request, response) => {
    if (file !== WEIGHTS || left === 0) {
      withRange(file, request, response);
      return;
    }
    left -= 1;
    response.writeHead(200, { 'Content-Length': whole.length });
    response.write(whole.subarray(0, HALF));
    void halfArrived().finally(() => response.destroy());
  };
}

/** Waits until half of the file is on disk, because a broken connection discards unread data. */
async function halfArrived(): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const part = await stat(onDisk(`${WEIGHTS}.part`)).catch(() => null);
    if (part?.size === HALF) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function withoutRange(file: string, _: IncomingMessage, response: ServerResponse): void {
  const data = files.get(file)!;
  response.writeHead(200, { 'Content-Length': data.length }).end(data);
}

function download(wanted: ModelManifest = manifest): Promise<void> {
  return downloadModel({
    manifest: wanted,
    modelsDir,
    hubUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    output: { write: (text) => written.push(text) },
    retryDelayMs: 0,
  });
}

function onDisk(path: string): string {
  return join(modelFolder(modelsDir, manifest), path);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

test('a downloaded model loads, and a second run downloads nothing', async () => {
  await download();
  const model = await openModel({ manifest, modelsDir });
  await model.close();
  expect(written.join('')).toContain('100 %');
  const before = requests.length;
  await download();
  expect(requests).toHaveLength(before);
});

test('a broken connection is resumed from the byte it stopped at, within one run', async () => {
  hub = breakConnection(1);
  await download();
  const ranges = requests.filter(({ file }) => file === WEIGHTS).map(({ range }) => range);
  expect(ranges).toEqual([undefined, `bytes=${HALF}-`]);
  expect(await readFile(onDisk(WEIGHTS))).toEqual(whole);
});

test('an earlier run’s part file is kept and completed by the next run', async () => {
  hub = (file, request, response) => {
    if (request.headers.range) response.writeHead(503).end();
    else breakConnection(1)(file, request, response);
  };
  await expect(download()).rejects.toThrow('Run the same command again: it goes on where it stopped.');
  expect(await exists(onDisk(WEIGHTS))).toBe(false);
  expect((await stat(onDisk(`${WEIGHTS}.part`))).size).toBe(HALF);
  hub = withRange;
  await download();
  expect(await readFile(onDisk(WEIGHTS))).toEqual(whole);
  expect(await exists(onDisk(`${WEIGHTS}.part`))).toBe(false);
});

test('from a server without range requests the whole file is downloaded again', async () => {
  hub = (file, request, response) =>
    requests.length === 1
      ? breakConnection(1)(file, request, response)
      : withoutRange(file, request, response);
  await download();
  expect(await readFile(onDisk(WEIGHTS))).toEqual(whole);
});

test('a part file longer than the file is discarded', async () => {
  hub = breakConnection(1);
  await download();
  await rm(onDisk(WEIGHTS));
  await writeFile(onDisk(`${WEIGHTS}.part`), Buffer.alloc(whole.length + 5));
  hub = withRange;
  await download();
  expect(await readFile(onDisk(WEIGHTS))).toEqual(whole);
});

test('a file of the right size with other bytes is refused and removed', async () => {
  hub = (_, __, response) => response.writeHead(200).end(Buffer.alloc(whole.length));
  await expect(download()).rejects.toThrow(`${WEIGHTS}: refused and removed, its SHA-256 is`);
  expect(await exists(onDisk(WEIGHTS))).toBe(false);
  expect(await exists(onDisk(`${WEIGHTS}.part`))).toBe(false);
});

test.each([
  ['announced', { 'Content-Length': String(whole.length + 1) }, `has ${whole.length + 1} bytes`],
  ['not announced', {}, 'goes on after that'],
])('a file of another size (%s) is refused', async (_, headers, what) => {
  hub = (__, ___, response) => response.writeHead(200, headers).end(Buffer.alloc(whole.length + 1));
  await expect(download()).rejects.toThrow(
    `${WEIGHTS}: refused, the pinned file has ${whole.length} bytes and the server's ${what}.`,
  );
  expect(await exists(onDisk(`${WEIGHTS}.part`))).toBe(false);
});

test('a damaged file on disk is replaced by the right one', async () => {
  await download();
  await writeFile(onDisk(WEIGHTS), 'damaged');
  await download();
  expect(await readFile(onDisk(WEIGHTS))).toEqual(whole);
});

test('a file that the hub does not have is an error without a retry', async () => {
  hub = (_, __, response) => response.writeHead(404).end();
  await expect(download()).rejects.toThrow('answered 404');
  expect(requests).toHaveLength(1);
});

test('the error for an unreachable hub names the hub', async () => {
  const port = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  const unreachable = downloadModel({
    manifest,
    modelsDir,
    hubUrl: `http://127.0.0.1:${port}`,
    output: { write: () => undefined },
    retryDelayMs: 0,
  });
  await expect(unreachable).rejects.toThrow(`the connection to 127.0.0.1:${port} failed`);
});

test('a built-in model needs no download', async () => {
  await download(HASHING_MODEL);
  expect(requests).toEqual([]);
  expect(written).toEqual(['builtin/hashing is built in: there is nothing to download.\n']);
});
