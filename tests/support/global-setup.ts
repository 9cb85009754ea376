import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Jest's globalSetup: names the directory where this run's platform lives, should a test ask for it. */
// oxlint-disable-next-line import/no-default-export -- Jest asks for it
export default function setUp(): void {
  process.env.RAG_TEST_RUN_DIR = mkdtempSync(path.join(tmpdir(), 'rag-test-'));
  process.env.RAG_TEST_JEST_PID = String(process.pid);
}
