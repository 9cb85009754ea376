import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The path of the first of these programs on the PATH, or null. */
export function findOnPath(...names: string[]): string | null {
  const directories = (process.env.PATH ?? '').split(path.delimiter);
  const candidates = directories.flatMap((directory) => names.map((name) => path.join(directory, name)));
  return candidates.find(canRun) ?? null;
}

/** Whether a file exists and may be executed. */
export function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
