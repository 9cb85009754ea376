import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * `node .ci/check-commits.ts` checks the messages of all commits since these rules hold; in a shallow clone, of the
 * commits that it has. Part of `npm run check`.
 * `node .ci/check-commits.ts <file>` checks the message in this file, as git's commit-msg hook passes it.
 */
const LAST_UNCHECKED = '0244487f2a872ec401fbcfe4c0cbd01248777bc8';
const MAX_SUBJECT = 65;
const SCISSORS = /^# -+ >8 -+$/m;
const TRAILER = /^(?:[\w-]+-by|Refs|Closes|Fixes): /i;

/** @returns what is wrong with a message; merges, which git and GitHub name themselves, pass */
export function findMessageProblems(message: string): string[] {
  const [subject = '', ...rest] = message.split('\n');
  if (/^Merge\b/.test(subject)) return [];
  const body = rest.filter((line) => line.trim() !== '' && !TRAILER.test(line));
  return [
    ...(subject.length > MAX_SUBJECT
      ? [`its subject has ${subject.length} characters, ${MAX_SUBJECT} are the most`]
      : []),
    ...(subject.includes(';') ? ['its subject lists several changes: make one commit of each'] : []),
    ...(rest[0]?.trim() ? ['an empty line must follow its subject'] : []),
    ...(body.length === 0 ? ['it has no body that gives the reason and what was measured'] : []),
  ];
}

/** @returns the problems of each commit after `after`; none without git, or where another history has no such commit */
export function checkCommits(directory: string, after = LAST_UNCHECKED): string[] {
  const isKnown = spawnSync('git', ['cat-file', '-e', `${after}^{commit}`], { cwd: directory }).status === 0;
  const isShallow = !isKnown && isShallowClone(directory);
  if (!isKnown && !isShallow) return [];
  const log = git(directory, 'log', '--format=%h%x00%B%x01', isShallow ? 'HEAD' : `${after}..HEAD`);
  return log.split('\x01').flatMap((entry) => {
    const [hash = '', message = ''] = entry.trim().split('\0');
    return hash ? findMessageProblems(message.trim()).map((problem) => `commit ${hash}: ${problem}`) : [];
  });
}

/** @returns the problems of the message in git's own file; `fixup!` commits disappear in a rebase, so they pass */
export function checkMessageFile(file: string): string[] {
  const [text = ''] = readFileSync(file, 'utf8').split(SCISSORS);
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const message = lines.join('\n').trim();
  // git itself refuses an empty message.
  if (message === '' || /^(?:fixup|squash|amend)! /.test(message)) return [];
  return findMessageProblems(message).map((problem) => `commit message: ${problem}`);
}

function isShallowClone(directory: string): boolean {
  const { stdout } = spawnSync('git', ['rev-parse', '--is-shallow-repository'], { cwd: directory });
  return String(stdout).trim() === 'true';
}

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: directory, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  const problems = file ? checkMessageFile(file) : checkCommits('.');
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.stderr.write('CONTRIBUTING.md says what a good commit is.\n');
  process.exitCode = problems.length > 0 ? 1 : 0;
}
