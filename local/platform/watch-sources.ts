import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import path from 'node:path';

/** The folders whose files the platform runs. Of the root itself only the files are watched. */
const SOURCE_FOLDERS = ['functions', 'shared', 'embedder', 'local', 'migrations'];

/**
 * Calls `onChange` with the path (below `root`) of each source file that is written, replaced or removed. An editor
 * may cause several calls for one save. Each directory has a watcher of its own: on Linux, the recursive watcher of
 * Node 24 loses a file that was replaced by a rename twice, which is how many editors save.
 * @returns a function that ends the watching
 */
export function watchSources(root: string, onChange: (file: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>();

  const watchDirectory = (directory: string) => {
    watchers.get(directory)?.close();
    const watcher = watch(path.join(root, directory), (event, name) => {
      if (!name) return;
      const file = path.join(directory, name);
      if (isDirectory(path.join(root, file))) {
        // Created, or removed and created again: the former watcher no longer sees anything.
        if (event === 'rename' && directory !== '.') watchTree(file).filter(isSource).forEach(onChange);
      } else if (isSource(file)) onChange(file);
    });
    watcher.on('error', () => watcher.close());
    watchers.set(directory, watcher);
  };

  /** Watches a folder and those in it. @returns its files; none when it has been removed again */
  const watchTree = (folder: string): string[] => {
    try {
      watchDirectory(folder);
      const entries = readdirSync(path.join(root, folder), { withFileTypes: true });
      return entries.flatMap((entry) => {
        const file = path.join(folder, entry.name);
        return entry.isDirectory() ? watchTree(file) : [file];
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  };

  watchDirectory('.');
  for (const folder of SOURCE_FOLDERS) watchTree(folder);
  return () => {
    for (const watcher of watchers.values()) watcher.close();
  };
}

/** Leaves out tests, texts, and the temporary files that editors write beside the one they save. */
function isSource(file: string): boolean {
  const name = path.basename(file);
  return (
    name === '.env' ||
    (/^[^.].*\.(ts|js|mjs|json|sql|yml|css|html)$/.test(name) && !name.endsWith('.test.ts'))
  );
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
