import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { checkCommits, checkMessageFile, findMessageProblems } from '../../.ci/check-commits.ts';

const GOOD = 'Count anonymous requests in memory\n\nPostgreSQL would keep an auto-pausing Aurora running.';

describe('a commit message', () => {
  test.each([
    [GOOD],
    [`${'x'.repeat(65)}\n\nA reason.`],
    ["Merge branch 'a-branch-whose-name-is-longer-than-the-subject-of-a-commit-may-be' into main"],
  ])('%j passes', (message) => {
    expect(findMessageProblems(message)).toEqual([]);
  });

  test.each([
    [`${'x'.repeat(66)}\n\nA reason.`, 'its subject has 66 characters, 65 are the most'],
    ['Do this; do that\n\nA reason.', 'its subject lists several changes: make one commit of each'],
    ['Do this\nA reason.', 'an empty line must follow its subject'],
    ['Do this', 'it has no body that gives the reason and what was measured'],
    [
      'Do this\n\nSigned-off-by: A <a@example.com>',
      'it has no body that gives the reason and what was measured',
    ],
  ])('%j is refused', (message, problem) => {
    expect(findMessageProblems(message)).toEqual([problem]);
  });

  test('is read from git’s own file without its comments', () => {
    const file = path.join(temporaryDirectory('commits'), 'COMMIT_EDITMSG');
    const problemsOf = (text: string) => {
      writeFileSync(file, text);
      return checkMessageFile(file);
    };
    expect(
      problemsOf(`${GOOD}\n# On branch main\n# ------------------------ >8 ------------------------\n-`),
    ).toEqual([]);
    expect(problemsOf('Do this\n\n# Please enter the commit message\n')).toHaveLength(1);
    expect(problemsOf('fixup! Do this\n')).toEqual([]);
  });
});

describe('the history', () => {
  const git = (directory: string, ...args: string[]) =>
    execFileSync('git', args, {
      cwd: directory,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1' },
    }).trim();

  function repository(...messages: string[]): { directory: string; hashes: string[] } {
    const directory = temporaryDirectory('history');
    git(directory, 'init', '--quiet');
    git(directory, 'config', 'user.name', 'A');
    git(directory, 'config', 'user.email', 'a@example.com');
    const hashes = messages.map((message) => {
      git(directory, 'commit', '--quiet', '--allow-empty', '--message', message);
      return git(directory, 'rev-parse', 'HEAD');
    });
    return { directory, hashes };
  }

  test('is checked after the given commit, with the commit that breaks the rules named', () => {
    const { directory, hashes } = repository('Old', GOOD, 'New');
    expect(checkCommits(directory, hashes[0])).toEqual([
      `commit ${hashes[2]?.slice(0, 7)}: it has no body that gives the reason and what was measured`,
    ]);
    expect(checkCommits(directory, hashes[2])).toEqual([]);
  });

  test('is checked as far as a shallow clone has it', () => {
    const { directory, hashes } = repository('Old', GOOD, 'New');
    const clone = path.join(temporaryDirectory('clone'), 'shallow');
    git(directory, 'clone', '--quiet', '--depth', '1', `file://${directory}`, clone);
    expect(checkCommits(clone, hashes[0])).toHaveLength(1);
  });

  test('is left alone where there is none, or another one', () => {
    expect(checkCommits(temporaryDirectory('no-repository'))).toEqual([]);
    expect(checkCommits(repository('Another').directory)).toEqual([]);
  });
});

test('the hooks call programs and scripts that exist', () => {
  const { scripts, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  expect(scripts.hooks).toMatch(/ husky$/);
  expect(devDependencies).toHaveProperty('husky');
  for (const hook of ['commit-msg', 'pre-commit'])
    expect(spawnSync('sh', ['-n', `.husky/${hook}`]).status).toBe(0);
});
