import { spawnSync } from 'node:child_process';
import { findOnPath } from '#local/platform/executables.ts';

/** A program that builds and runs images. The commands used here are the same for docker and podman. */
export type Engine = {
  name: 'docker' | 'podman';
  /** Runs a command. @returns its output @throws Error with its message if it fails */
  read(...args: string[]): string;
  /** Runs a command on this terminal. @throws Error if it fails */
  run(...args: string[]): void;
};

const ENGINES = ['docker', 'podman'] as const;

/** The first engine of this machine that answers. @throws Error that names what is missing */
export function findEngine(): Engine {
  const problems: string[] = [];
  for (const name of ENGINES) {
    const { error, status, stderr } = spawnSync(name, ['info'], { encoding: 'utf8' });
    if (status === 0) return createEngine(name);
    if (!error) problems.push(`${name} is installed, but its engine does not answer: ${lastLine(stderr)}`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const hint = findOnPath('buildah')
    ? ' buildah is installed, but cannot run an image on a read-only root: install podman beside it.'
    : '';
  throw new Error(
    `Neither docker nor podman is on this machine; the test of the image needs one of them.${hint}`,
  );
}

function createEngine(name: Engine['name']): Engine {
  return {
    name,
    read(...args) {
      const { status, stdout, stderr } = spawnSync(name, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name} ${args[0]}: ${stderr.trim() || stdout.trim()}`);
      return stdout.trim();
    },
    run(...args) {
      const { status } = spawnSync(name, args, { stdio: ['ignore', 'inherit', 'inherit'] });
      if (status !== 0) throw new Error(`${name} ${args[0]} ended with ${status}; its message is above.`);
    },
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
