import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { endProcess, refTo } from '#local/platform/process-ref.ts';

const GRACE_MS = 10_000;

/** Jest's globalTeardown: stops this run's platform, if it was started, and removes its directory. */
// oxlint-disable-next-line import/no-default-export -- Jest asks for it
export default async function tearDown(): Promise<void> {
  const directory = process.env.RAG_TEST_RUN_DIR;
  if (!directory) return;
  const note = path.join(directory, 'host.pid');
  const host = existsSync(note) ? await refTo(Number(readFileSync(note, 'utf8'))) : null;
  if (host) await endProcess(host, 'SIGTERM', GRACE_MS);
  rmSync(directory, { recursive: true, force: true });
}
