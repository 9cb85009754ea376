import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PHYSICAL } from './names.ts';

/** A program that was started, with its arguments. */
export type Started = { program: string; args: string[] };

const PROGRAMS = ['aws', 'curl', 'dig', 'docker', 'git', 'npm', 'npx'];

/**
 * Records its call in a separate file, since the programs of a pipe start at once. Prints what the following lines need.
 */
const STAND_IN = String.raw`#!/bin/bash
printf '%s\x1f' "$(basename "$0")" "$@" > "$STARTED/$EPOCHREALTIME.$$"
next() { while [ "$1" != "$2" ]; do set -- "$1" "\${@:3}"; done; echo "$3"; }
case "$(basename "$0") $1 $2" in
  'aws cloudformation describe-stack-resource') echo "${PHYSICAL}$(next --logical-resource-id "$@")" ;;
  'aws sqs get-queue-attributes') next --queue-url "$@" ;;
  'aws acm request-certificate') echo ${PHYSICAL}Certificate ;;
  'aws secretsmanager get-secret-value') echo '{"password":"old"}' ;;
  'docker login '*) cat > /dev/null ;;
  *) [ "$1" = serverless ] || echo answer ;;
esac
`.replaceAll('\\$', '$');

/**
 * Runs shell lines in bash with stand-ins for every program that would use the network.
 * @returns the started programs, in order
 * @throws Error if a line fails
 */
export function startedBy(script: string): Started[] {
  const directory = mkdtempSync(path.join(tmpdir(), 'commands-'));
  try {
    for (const program of PROGRAMS) {
      writeFileSync(path.join(directory, program), STAND_IN);
      chmodSync(path.join(directory, program), 0o755);
    }
    const started = path.join(directory, 'started');
    mkdirSync(started);
    execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: directory,
      timeout: 150_000,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: `${directory}:${path.dirname(process.execPath)}:${process.env.PATH}`, STARTED: started },
    });
    return readdirSync(started)
      .sort()
      .map((name) => {
        const words = readFileSync(path.join(started, name), 'utf8').split('\x1f');
        const [program = '', ...args] = words.slice(0, -1);
        return { program, args };
      });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
