import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AlreadyRunning, claim, findRunning, readOrCreateSecrets } from '#local/platform/data-directory.ts';
import { findPortOwner, freePorts, isFree } from '#local/platform/ports.ts';
import { endProcess, isRunning, type ProcessRef, readIdentity, refTo } from '#local/platform/process-ref.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';

const children: ChildProcess[] = [];
const newDirectory = () => temporaryDirectory('state');

/** Starts a process that idles until it is ended. @param script code that it runs; it calls `up` when it is ready */
async function idle(script = 'up()'): Promise<ProcessRef> {
  const program = `const up = () => console.log('up'); setInterval(() => {}, 1000); ${script}`;
  const child = spawn(process.execPath, ['-e', program]);
  children.push(child);
  await once(child.stdout, 'data');
  const ref = await refTo(child.pid ?? 0);
  if (!ref) throw new Error('it has ended');
  return ref;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('the claim on a data directory', () => {
  test('belongs to one platform at a time', async () => {
    const directory = newDirectory();
    const note = await claim(directory, 'http://localhost:1');
    await expect(claim(directory, 'http://localhost:2')).rejects.toThrow(AlreadyRunning);
    expect(await findRunning(directory)).toMatchObject({ url: 'http://localhost:1', pid: process.pid });
    note.release();
    expect(await findRunning(directory)).toBeNull();
    (await claim(directory, 'http://localhost:2')).release();
  });

  test('of a killed platform passes to the next one, which ends the processes that were left', async () => {
    const directory = newDirectory();
    const left = await idle();
    const dead = { pid: 2 ** 22 - 1, identity: 'long ago', url: 'x' };
    writeFileSync(
      path.join(directory, 'running.json'),
      JSON.stringify({ ...dead, processes: [{ name: 'redis', ...left }] }),
    );
    const note = await claim(directory, 'http://localhost:1');
    expect(await isRunning(left)).toBe(false);
    note.release();
    expect(existsSync(path.join(directory, 'running.json'))).toBe(false);
  });

  test('never ends a process that only has the pid of a former one', async () => {
    const directory = newDirectory();
    const other = await idle();
    const former = { name: 'redis', pid: other.pid, identity: 'ticks 1' };
    writeFileSync(
      path.join(directory, 'running.json'),
      JSON.stringify({ ...former, url: 'x', processes: [former] }),
    );
    (await claim(directory, 'http://localhost:1')).release();
    expect(await isRunning(other)).toBe(true);
  });

  test('succeeds when the note is damaged', async () => {
    const directory = newDirectory();
    writeFileSync(path.join(directory, 'running.json'), '{"pid":');
    (await claim(directory, 'http://localhost:1')).release();
  });
});

describe('processes', () => {
  test('are ended, with SIGKILL when they ignore the signal', async () => {
    const stubborn = await idle("process.on('SIGTERM', () => {}); up()");
    await endProcess(stubborn, 'SIGTERM', 100);
    expect(await isRunning(stubborn)).toBe(false);
    expect(await readIdentity(stubborn.pid)).toBeNull();
  });

  test('that have ended get no signal', async () => {
    await endProcess({ pid: 2 ** 22 - 1, identity: 'ticks 1' }, 'SIGTERM', 100);
  });
});

describe('ports', () => {
  test('chosen as free are free and different', async () => {
    const ports = await freePorts(8);
    expect(new Set(ports).size).toBe(8);
    expect(await Promise.all(ports.map(isFree))).toEqual(ports.map(() => true));
  });

  test('that are taken are found, with the process that listens on them', async () => {
    const [port = 0] = await freePorts(1);
    const { pid } = await idle(`require('node:http').createServer().listen(${port}, '127.0.0.1', up)`);
    expect(await isFree(port)).toBe(false);
    expect(await findPortOwner(port)).toMatchObject({ pid, command: expect.stringContaining('-e') });
  });
});

test('the secrets of a data directory stay the same, in a file that only its owner may read', () => {
  const directory = newDirectory();
  const secrets = readOrCreateSecrets(directory);
  expect(readOrCreateSecrets(directory)).toEqual(secrets);
  expect(secrets.jwtSecret.length).toBeGreaterThanOrEqual(32);
  expect(statSync(path.join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
});
