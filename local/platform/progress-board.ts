import { Listr, type ListrTask } from 'listr2';
import { PART_TITLES, type Progress } from './options.ts';

export type Board = {
  onProgress(progress: Progress): void;
  /** Shows one more step until `work` has ended, with the progress that `work` reports. */
  step<T>(title: string, work: (report: (text: string) => void) => Promise<T>): Promise<T>;
  /** Shows the parts until `started` is settled. */
  show(started: Promise<unknown>): Promise<void>;
};

const DONE = { ready: '', given: 'from the environment: ', absent: '' };

/** Shows progress at a terminal, as a list that changes in place. */
export function terminalBoard(): Board {
  const parts = new Map(Object.keys(PART_TITLES).map((part) => [part, Promise.withResolvers<string>()]));
  for (const { promise } of parts.values()) promise.catch(() => {});
  return {
    onProgress(progress) {
      const part = parts.get(progress.part);
      const change = describeChange(progress);
      if (change) console.log(change);
      else if (progress.state === 'failed') part?.reject(new Error('failed'));
      else if (progress.state !== 'starting') part?.resolve(describeStart(progress));
    },
    async show(started) {
      const tasks = [...parts].map(([name, { promise }]) => partTask(name, promise, started));
      await new Listr(tasks, { concurrent: true, exitOnError: false, registerSignalListeners: false }).run();
    },
    step: terminalStep,
  };
}

/** A line with a spinner until its part is ready. When another part fails first, it shows `not started`. */
function partTask(name: string, up: Promise<string>, started: Promise<unknown>): ListrTask {
  const settled = started.then(
    () => up,
    () => null,
  );
  return {
    title: PART_TITLES[name] ?? name,
    task: async (_context, task) => {
      const title = await Promise.race([up, settled]);
      if (title === null) task.skip('not started');
      else task.title = title;
    },
  };
}

async function terminalStep<T>(
  title: string,
  work: (report: (text: string) => void) => Promise<T>,
): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const task: ListrTask = {
    title,
    task: async (_context, task) => {
      const report = (text: string) => {
        task.title = `${title}: ${text}`;
      };
      resolve(await work(report));
    },
  };
  await new Listr([task], { registerSignalListeners: false }).run();
  return await promise;
}

/** Writes progress for a log: one line for each finished step. */
export function plainBoard(print: (line: string) => void): Board {
  const startedAt = performance.now();
  const say = (line: string) =>
    print(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5)} s  ${line}`);
  return {
    onProgress(progress) {
      const change = describeChange(progress);
      if (change) say(change);
      else if (progress.state === 'failed') say(`${titleOf(progress.part)}: failed`);
      else if (progress.state !== 'starting') say(describeStart(progress));
    },
    async show(started) {
      await started.catch(() => {});
    },
    async step(title, work) {
      const value = await work((text) => say(`${title}: ${text}`));
      say(`${title}: done`);
      return value;
    },
  };
}

function describeStart({ part, state, detail }: Progress): string {
  const what = detail ?? (state === 'ready' ? 'ready' : '');
  return `${titleOf(part)}: ${DONE[state as keyof typeof DONE] ?? ''}${what}`;
}

/** What happened to a part that ran already; null for a part that starts with the platform. */
function describeChange({ part, state, detail }: Progress): string | null {
  const title = titleOf(part);
  if (state === 'restarting') return `${title} ended (${detail}); starting it again.`;
  if (state === 'restarted') return `${title} restarted ${detail}`;
  if (state === 'broken')
    return `${title} does not start; the next change of its source tries again.\n${detail}`;
  if (state === 'outdated') return `${detail} has changed: stop the platform and start it again to use it.`;
  return null;
}

function titleOf(part: string): string {
  return PART_TITLES[part] ?? part;
}
