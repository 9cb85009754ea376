import { spawnSync } from 'node:child_process';
import { findOnPath } from '#local/platform/executables.ts';

/** A program that builds images and runs them; docker's and podman's commands are the same where we use them. */
export type Engine = {
  name: 'docker' | 'podman';
  /** What a command prints. @throws Error with its words when it fails */
  ask(...args: string[]): string;
  /** Runs a command on this terminal. @throws Error when it fails */
  show(...args: string[]): void;
};

const ENGINES = ['docker', 'podman'] as const;

/** The first engine of this machine that answers. @throws Error that says what is missing */
export function findEngine(): Engine {
  const problems: string[] = [];
  for (const name of ENGINES) {
    const { error, status, stderr } = spawnSync(name, ['info'], { encoding: 'utf8' });
    if (status === 0) return engine(name);
    if (!error) problems.push(`${name} is installed, but its engine does not answer: ${lastLine(stderr)}`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const hint = findOnPath('buildah')
    ? ' buildah is here, but runs no image on a read-only root: install podman beside it.'
    : '';
  throw new Error(
    `Neither docker nor podman is on this machine: the image can be tested on one that has them.${hint}`,
  );
}

function engine(name: Engine['name']): Engine {
  return {
    name,
    ask(...args) {
      const { status, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name} ${args[0]}: ${stderr.trim() || stdout.trim()}`);
      return stdout.trim();
    },
    show(...args) {
      const { status } = spawnSync(name, args, { stdio: ['ignore', 'inherit', 'inherit'] });
      if (status !== 0) throw new Error(`${name} ${args[0]} ended with ${status}; its own words are above.`);
    },
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
