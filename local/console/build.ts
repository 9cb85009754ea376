import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CONSOLE_DIRECTORY } from '#local/gateway/console.ts';
import { ROOT } from '#local/platform/options.ts';

/**
 * Builds the console when its sources, the packages or the API have changed since the last build; about 5 s. The last
 * line of output says what happened. A part of `npm start`, before the gateway is used.
 */
const SOURCE = path.join(ROOT, 'console');
const STAMP = path.join(CONSOLE_DIRECTORY, '.built-from');
const NOT_SOURCES = /^(dist|node_modules)(\/|$)/;
/** The files of an interrupted build would be served without this one. */
const wanted = hashSources();

if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) {
  console.log('unchanged');
} else {
  const startedAt = performance.now();
  await build();
  writeFileSync(STAMP, wanted);
  console.log(`built in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
}

/** A hash of what a build depends on. */
function hashSources(): string {
  const own = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(SOURCE, path.join(entry.parentPath, entry.name)))
    .filter((file) => !NOT_SOURCES.test(file) && !/\.test\.tsx?$/.test(file))
    .sort();
  const hash = createHash('sha256');
  for (const file of own) hash.update(`${file}\0`).update(readFileSync(path.join(SOURCE, file)));
  hash.update(readFileSync(path.join(ROOT, 'package-lock.json')));
  return hash.digest('hex');
}

/** Runs Vite in a process of its own. @throws Error with the end of its output */
function build(): Promise<void> {
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: SOURCE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-4_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The console could not be built (exit code ${code}):\n${output.trim()}`));
    });
  });
}
