import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { startPlatform } from '#local/platform/platform.ts';
import { type LlmStub, startLlmStub } from './llm-stub/stub.ts';

/** Runs the platform for a test run, in a process of its own: `node platform-host.ts <directory>`. */
const [directory = '.'] = process.argv.slice(2);
const jestPid = Number(process.env.RAG_TEST_JEST_PID);
const stopped = Promise.withResolvers<void>();
process.once('SIGTERM', () => stopped.resolve());
setInterval(() => !isAlive(jestPid) && stopped.resolve(), 500).unref();

writeFileSync(path.join(directory, 'host.pid'), String(process.pid));
await main().catch((error: unknown) => {
  console.error(error);
  writeFileSync(path.join(directory, 'failure'), error instanceof Error ? error.message : String(error));
  process.exit(1);
});
process.exit(0);

async function main(): Promise<void> {
  const llm = await startLlmStub();
  const platform = await startPlatform({
    ports: 'free',
    dataDir: path.join(directory, 'data'),
    durable: false,
    retrySeconds: 1,
    sweepEveryMs: 1_000,
    env: settings(llm),
    onProgress: (progress) => console.log(JSON.stringify(progress)),
  });
  const { url, dataDir, env } = platform;
  publish({ url, dataDir, env, llmCallsUrl: await serveCalls(llm) });
  const failure = await Promise.race([platform.failed, stopped.promise]);
  if (failure) console.error(failure);
  await platform.stop();
  await llm.close();
}

function settings(llm: LlmStub): Record<string, string> {
  return {
    EMBEDDING_MODEL: 'builtin/hashing',
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: llm.openAiUrl,
    ANTHROPIC_API_KEY: 'sk-ant-test',
    ANTHROPIC_BASE_URL: llm.url,
    // All requests come from one machine. The tests of the limits use keys with limits of their own.
    RATE_LIMIT_PER_MINUTE: '1000000',
    SIGN_IN_LIMIT_PER_MINUTE: '1000000',
    // Tests of a model that stops responding wait this long.
    LLM_TIMEOUT_MS: '1500',
    VALIDATE_RESPONSES: 'true',
  };
}

/** Starts an HTTP server that returns the stub's calls as JSON. @returns its URL */
async function serveCalls(llm: LlmStub): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(llm.requests));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Writes platform.json by a rename, so that no reader sees half of it. */
function publish(platform: object): void {
  const file = path.join(directory, 'platform.json');
  writeFileSync(`${file}.new`, JSON.stringify(platform));
  renameSync(`${file}.new`, file);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
