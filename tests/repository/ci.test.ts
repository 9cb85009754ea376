import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { countTests } from '../../.ci/count.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ci-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Stand-ins for programs of the machine: each writes its call into a file, then runs its script. */
function programs(scripts: Record<string, string>): string {
  const bin = path.join(directory, 'bin');
  mkdirSync(bin);
  for (const name of ['bash', 'dirname', 'mktemp', 'cat', 'rm', 'env'])
    symlinkSync(spawnSync('which', [name]).stdout.toString().trim(), path.join(bin, name));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(path.join(bin, name), `#!/bin/bash\necho "${name} $*" >> ${directory}/calls\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  return bin;
}

function runCi(scripts: Record<string, string>) {
  const { stdout, status } = spawnSync('bash', ['.ci/run'], {
    env: { PATH: programs({ sudo: '"$@"', 'apt-get': '', ...scripts }), HOME: directory, TMPDIR: directory },
  });
  const calls = readFileSync(path.join(directory, 'calls'), 'utf8').trim().split('\n');
  return { status, last: stdout.toString().trimEnd().split('\n').at(-1), calls };
}

const PASSING = { npm: 'echo "12 passed, 0 failed" > $TEST_SUMMARY_FILE' };
const INSTALLED = { 'redis-server': '', chromium: '' };

describe('.ci/run', () => {
  test('runs npm test, prints its summary on the last line and succeeds', () => {
    const { status, last, calls } = runCi({ ...PASSING, ...INSTALLED });
    expect({ status, last }).toEqual({ status: 0, last: '12 passed, 0 failed' });
    expect(calls).toEqual(['npm test']);
  });

  test('requires every suite', () => {
    const npm = 'echo "required: $CI" > $TEST_SUMMARY_FILE';
    expect(runCi({ npm, ...INSTALLED }).last).toBe('required: true');
  });

  test('installs what is missing from Debian, and nothing else', () => {
    const { calls } = runCi({ ...PASSING, chromium: '' });
    expect(calls.filter((call) => call.startsWith('apt-get'))).toEqual([
      'apt-get update -qq',
      'apt-get install -y -qq --no-install-recommends redis-server',
    ]);
  });

  test('fails when a test has failed, with the summary after npm’s own output', () => {
    const npm = `${PASSING.npm.replace('0 failed', '1 failed')}; echo "npm error"; exit 1`;
    expect(runCi({ npm, ...INSTALLED })).toMatchObject({ status: 1, last: '12 passed, 1 failed' });
  });

  test('fails when the tests were not reached', () => {
    expect(runCi({ npm: 'exit 0', ...INSTALLED })).toMatchObject({ status: 1, last: '0 passed, 1 failed' });
  });
});

const assertion = (status: string, suite?: string) => ({
  status,
  ancestorTitles: suite ? [suite] : [],
  fullName: 'a test',
});

describe('the summary', () => {
  const result = {
    numPassedTests: 3,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    testResults: [
      { assertionResults: [assertion('passed'), assertion('failed'), assertion('pending', 'in a browser')] },
      { assertionResults: [assertion('pending', 'in a browser'), assertion('todo')] },
    ],
  };

  test('counts test files that could not be loaded as failed', () => {
    expect(countTests(result, 'allowed').count).toEqual({ passed: 3, failed: 2 });
  });

  test('names each skipped suite once, and counts skipped tests as failed where skips are forbidden', () => {
    expect(countTests(result, 'allowed').skipped).toEqual(['in a browser', 'a test']);
    expect(countTests(result, 'forbidden').count).toEqual({ passed: 3, failed: 5 });
  });
});

describe('the workflow', () => {
  test('runs .ci/run with read access to the repository and no other right', () => {
    const workflow = parse(readFileSync('.github/workflows/ci.yml', 'utf8')) as {
      permissions: object;
      jobs: { test: { permissions?: object; steps: { run?: string; uses?: string }[] } };
    };
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.jobs.test.permissions).toBeUndefined();
    expect(workflow.jobs.test.steps.flatMap(({ run = [] }) => run)).toEqual(['bash .ci/run']);
    const actions = workflow.jobs.test.steps.flatMap(({ uses = [] }) => uses);
    expect(actions).not.toEqual([]);
    for (const uses of actions) expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
  });
});
