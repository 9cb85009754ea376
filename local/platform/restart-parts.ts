import type { Progress } from './options.ts';
import type { Part } from './parts.ts';
import type { ProcessGroup } from './processes.ts';
import { watchSources } from './watch-sources.ts';

type RestartOptions = {
  root: string;
  parts: Part[];
  group: ProcessGroup;
  onProgress(progress: Progress): void;
};

/** Editors and git write several files at once: a restart waits until nothing has changed for so long. */
const QUIET_MS = 100;

/** Which parts run the files below a path. The first match counts. */
const PARTS_OF_SOURCE: [path: RegExp, parts: string[]][] = [
  [/^(migrations|functions\/migrate)\//, ['migrations']],
  [/^(functions\/|serverless\.yml$)/, ['api', 'worker']],
  [/^shared\//, ['api', 'worker', 'embedder']],
  [/^embedder\//, ['embedder']],
  [/^local\/gateway\//, ['api', 'worker']],
  [/^local\/worker\//, ['worker']],
  [/^local\/s3\//, ['s3']],
  [/^local\/sqs\//, ['sqs']],
  [/^local\/oidc\//, ['oidc']],
];
/** Files that the platform's own process has read: it cannot restart itself. */
const OF_THE_PLATFORM = /^(local\/(platform\/|start\.ts$)|package(-lock)?\.json$|\.env$)/;

/** Whether a part is restarted when its source changes. */
export function isRestarted(part: string): boolean {
  return PARTS_OF_SOURCE.some(([, parts]) => parts.includes(part));
}

/**
 * Restarts a part when its source changes; all data stays, since no other part stops. A part that does not start
 * is reported, and the next change tries again.
 * @returns a function that ends the watching
 */
export function restartOnChange({ root, parts, group, onProgress }: RestartOptions): () => void {
  let open = true;
  const report = (progress: Progress) => open && onProgress(progress);
  const restarts = new Map(parts.map((part) => [part.name, restarter(part, group, report)]));
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const dispatch = () => {
    const files = [...changed];
    changed = new Set();
    for (const [name, restart] of restarts) {
      const own = files.filter((file) => partsOf(file).includes(name));
      if (own.length > 0) restart(own);
    }
    const [file] = files.filter((each) => OF_THE_PLATFORM.test(each));
    if (file) report({ part: 'platform', state: 'outdated', detail: file });
  };
  const endWatching = watchSources(root, (file) => {
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(dispatch, QUIET_MS);
  });
  return () => {
    open = false;
    clearTimeout(timer);
    endWatching();
  };
}

function partsOf(file: string): string[] {
  return PARTS_OF_SOURCE.find(([path]) => path.test(file))?.[1] ?? [];
}

/** One restart at a time. A change during a restart ends the process that is starting, and starts it once more. */
function restarter(part: Part, group: ProcessGroup, report: (progress: Progress) => void) {
  let changed = new Set<string>();
  let isBusy = false;
  return (files: string[]): void => {
    for (const file of files) changed.add(file);
    if (isBusy) void group.end(part.name);
    else void restartUntilUnchanged();
  };

  async function restartUntilUnchanged(): Promise<void> {
    isBusy = true;
    while (changed.size > 0) {
      const files = list([...changed]);
      changed = new Set();
      const startedAt = performance.now();
      try {
        await group.end(part.name);
        const { state, detail } = await part.start();
        const seconds = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
        const more = detail && detail !== 'ready' ? `: ${detail}` : '';
        if (state === 'ready')
          report({ part: part.name, state: 'restarted', detail: `(${files}) ${seconds}${more}` });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        // Superseded: the next turn of the loop tells.
        if (changed.size === 0) report({ part: part.name, state: 'broken', detail: reason });
      }
    }
    isBusy = false;
  }
}

function list([first = '', ...more]: string[]): string {
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
