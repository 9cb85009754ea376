import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { CONSOLE_DIRECTORY } from '#local/gateway/console.ts';
import { ROOT } from '#local/platform/options.ts';

/**
 * Builds the console when its sources or the packages have changed since the last build; about 5 s. The last
 * line of output says what happened. A part of `npm start`, before the gateway is used.
 */
const SOURCE = path.join(ROOT, 'console');
/** Written last: an interrupted build, whose files Vite has removed first, is repeated. */
const STAMP = path.join(CONSOLE_DIRECTORY, '.built-from');
const NOT_SOURCES = /^(dist|node_modules)(\/|$)/;
const run = promisify(execFile);
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
async function build(): Promise<void> {
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  await run(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: SOURCE }).catch(
    (error: unknown) => {
      const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
      const output = `${stdout}${stderr}`.slice(-4_000).trim();
      throw new Error(`The console could not be built (exit code ${code}):\n${output}`);
    },
  );
}
