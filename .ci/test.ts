import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Count, countTests, type JestResult } from './count.ts';

/**
 * `npm test`: the commands of `npm run check`, one after another, then every test. The last line is
 * `N passed, N failed`; each check counts as one. `npm test -- <files>` runs only these test files, without the checks.
 * With `CI` set a skipped test counts as failed.
 */
const files = process.argv.slice(2);
const counts = [...(files.length === 0 ? await runChecks() : []), await runJest()];
const sum = (part: keyof Count) => counts.reduce((total, count) => total + count[part], 0);

const summary = `${sum('passed')} passed, ${sum('failed')} failed`;
// When a script fails, npm prints after it. `.ci/run` therefore prints the summary itself, as the last line.
if (process.env.TEST_SUMMARY_FILE) writeFileSync(process.env.TEST_SUMMARY_FILE, summary);
else console.log(`\n${summary}`);
process.exitCode = sum('failed') > 0 ? 1 : 0;

async function runChecks(): Promise<Count[]> {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { check: string } };
  const results: Count[] = [];
  for (const command of scripts.check.split('&&').map((each) => each.trim())) {
    const [name = '', ...args] = command.split(' ');
    console.log(`> ${command}`);
    const succeeded = (await run(path.resolve('node_modules/.bin', name), args)) === 0;
    results.push(succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  }
  return results;
}

async function runJest(): Promise<Count> {
  const directory = mkdtempSync(path.join(tmpdir(), 'jest-'));
  const outputFile = path.join(directory, 'result.json');
  try {
    const args = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${outputFile}`, ...files];
    const NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';
    const code = await run(process.execPath, args, { NODE_OPTIONS });
    if (!existsSync(outputFile)) return { passed: 0, failed: 1 };
    const result = JSON.parse(readFileSync(outputFile, 'utf8')) as JestResult;
    const { count, skipped } = countTests(result, process.env.CI ? 'forbidden' : 'allowed');
    for (const name of skipped) console.log(`Skipped: ${name}`);
    // Jest also fails outside of tests, such as when a teardown throws.
    return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs a program on this terminal. @returns its exit code; 1 when a signal ended it or it could not be started */
function run(file: string, args: string[], more: Record<string, string> = {}): Promise<number> {
  // Programs of npm packages start `node` from the PATH: it must be the Node 24 of this checkout.
  const PATH = [path.resolve('node_modules/.bin'), process.env.PATH].join(path.delimiter);
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, PATH, ...more } });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
