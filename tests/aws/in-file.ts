import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import type { Template } from './template.ts';

let directory: string | undefined;

/** Writes a template to a file for `read` and removes the file afterwards. @returns the result of `read` */
export function inFile<T>(template: Template, read: (file: string) => T): T {
  directory ??= temporaryDirectory('template');
  const file = path.join(directory, 'template.json');
  writeFileSync(file, JSON.stringify(template));
  try {
    return read(file);
  } finally {
    rmSync(file);
  }
}
