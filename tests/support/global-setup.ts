import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Jest's globalSetup: names the directory where this run's platform lives, should a test ask for it. */
// oxlint-disable-next-line import/no-default-export -- Jest asks for it
export default function setUp(): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'rag-test-'));
  // Where tests run as root, the account that Postgres runs under has to get in.
  chmodSync(directory, 0o755);
  process.env.RAG_TEST_RUN_DIR = directory;
  // Handlers that tests run in their own process would write them among Jest's lines.
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  process.env.RAG_TEST_JEST_PID = String(process.pid);
}
