import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Jest's globalSetup: sets the directory of this run's platform, which the first test that needs it starts. */
// oxlint-disable-next-line import/no-default-export -- Jest asks for it
export default function setUp(): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'rag-test-'));
  // As root, PostgreSQL runs under another account, which must be able to enter.
  chmodSync(directory, 0o755);
  process.env.RAG_TEST_RUN_DIR = directory;
  // Handlers in the test process would write metrics between Jest's lines.
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  process.env.RAG_TEST_JEST_PID = String(process.pid);
}
