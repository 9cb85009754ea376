import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new directory, removed after the test run. Every account may enter it, because PostgreSQL's must. */
export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(path.join(process.env.RAG_TEST_RUN_DIR ?? tmpdir(), `${name}-`));
  chmodSync(directory, 0o755);
  return directory;
}
