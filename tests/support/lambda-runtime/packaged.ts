import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseDocument, type YAMLMap } from 'yaml';
import { readEntry, type ZipEntry, zipEntries } from '#shared/parsing/zip.ts';
import { until } from '../until.ts';

/** Measured: 30 s for one packaging on two cores at a load of 8. */
const PACKAGING_TIMEOUT_MS = 300_000;
/** For a hook that needs packages: it may wait until those of the other stages are made. */
export const PACKAGES_TIMEOUT_MS = 900_000;
const MAX_FILE_BYTES = 100_000_000;
const FAILURE = 'failure.txt';

export type Archive = { bytes: Buffer; entries: ZipEntry[] };

export const STAGES = ['dev', 'prod', 'lean'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * Packages the service for one stage, once per test run for all test files.
 * @returns the directory of its zips and templates, which is removed after the run
 * @throws Error with the deploy tool's output if packaging failed, on every call
 */
export async function packagedStage(stage: Stage): Promise<string> {
  const run = process.env.RAG_TEST_RUN_DIR;
  if (!run)
    throw new Error('RAG_TEST_RUN_DIR is not set: run this test with the project’s Jest configuration.');
  const directory = path.join(run, `packaged-${stage}`);
  // The bundler uses one directory in the repository, so two packagings at once would mix their files.
  const lock = path.join(run, 'packaging');
  await until(() => createDirectory(lock), PACKAGES_TIMEOUT_MS);
  try {
    if (createDirectory(directory))
      await packageService(directory, stage).catch((error: unknown) => recordFailure(directory, error));
  } finally {
    rmdirSync(lock);
  }
  const failure = path.join(directory, FAILURE);
  if (existsSync(failure)) throw new Error(readFileSync(failure, 'utf8'));
  return directory;
}

/** Creates a directory. @returns false if it exists already: another process was first */
function createDirectory(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

function recordFailure(directory: string, error: unknown): void {
  writeFileSync(path.join(directory, FAILURE), error instanceof Error ? error.message : String(error));
}

/** Runs `serverless package` as on a machine without credentials and settings. */
async function packageService(directory: string, stage: Stage): Promise<void> {
  const home = path.join(directory, 'home');
  mkdirSync(home);
  const child = spawn(
    process.execPath,
    ['node_modules/serverless/bin/serverless.js', 'package', '--stage', stage, '--package', directory],
    {
      // The deploy tool asks questions on an error: close its input, and limit the time.
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PACKAGING_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      env: { PATH: `${path.resolve('node_modules/.bin')}:${process.env.PATH}`, HOME: home },
    },
  );
  const [output, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`serverless package failed:\n${output}\n${problems}`);
}

/** @throws Error if the file is not a readable archive */
export function readArchive(file: string): Archive {
  const bytes = readFileSync(file);
  const entries = zipEntries(bytes);
  if (!entries) throw new Error(`${file} is not a ZIP archive.`);
  return { bytes, entries };
}

/** Writes an archive's files below a directory. */
export function unpack({ bytes, entries }: Archive, directory: string): void {
  for (const entry of entries) {
    const file = path.join(directory, entry.name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, readEntry(bytes, entry, MAX_FILE_BYTES));
  }
}

/**
 * Writes a copy of serverless.yml without some functions, for a platform on which a test runs these itself. The handlers
 * stay those of the repository.
 * @returns the path of the copy, in `directory`
 */
export function writeServiceWithout(names: string[], directory: string): string {
  const document = parseDocument(readFileSync('serverless.yml', 'utf8'), { logLevel: 'error', merge: true });
  const functions = document.get('functions') as YAMLMap<unknown, YAMLMap>;
  for (const name of names) functions.delete(name);
  for (const { value } of functions.items)
    value?.set('handler', path.join(path.relative(directory, '.'), String(value.get('handler'))));
  const file = path.join(directory, 'serverless.yml');
  writeFileSync(file, document.toString());
  return file;
}
