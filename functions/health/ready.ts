import { z } from 'zod';
import { pingStorage } from '#shared/aws/storage.ts';
import { redis } from '#shared/core/redis.ts';
import { withTimeout } from '#shared/core/timeout.ts';
import { pingDatabase } from '#shared/db/scope.ts';
import { defineRoute } from '#shared/http/route.ts';
import { pingEmbedder } from '#shared/retrieval/embedder-client.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';

const CHECK_TIMEOUT_MS = 2_000;

const Check = z.object({ ok: z.boolean(), latency_ms: z.number() });
const CHECKS: Record<string, () => Promise<unknown>> = {
  database: () => pingDatabase(),
  // Redis is optional: without one PostgreSQL counts requests. A configured one must answer.
  redis: async () => await redis()?.ping(),
  vectors: () => vectorStore().ping(),
  embedder: () => pingEmbedder(),
  storage: () => pingStorage(),
};

const Readiness = z
  .object({ status: z.enum(['ready', 'not_ready']), checks: z.record(z.string(), Check) })
  .meta({ id: 'Readiness' });

export const ready = defineRoute({
  method: 'GET',
  path: '/ready',
  summary: 'Check that requests can be served',
  description: 'Checks every dependency. Answers 503 when one does not respond within two seconds.',
  tag: 'meta',
  access: 'public',
  response: { 200: Readiness, 503: Readiness },
  async run() {
    const entries = await Promise.all(
      Object.entries(CHECKS).map(async ([name, check]) => [name, await runCheck(check)] as const),
    );
    const healthy = entries.every(([, result]) => result.ok);
    return {
      status: healthy ? 200 : 503,
      body: { status: healthy ? 'ready' : 'not_ready', checks: Object.fromEntries(entries) },
    };
  },
});

async function runCheck(check: () => Promise<unknown>): Promise<z.infer<typeof Check>> {
  const startedAt = performance.now();
  const passed = await withTimeout(check(), CHECK_TIMEOUT_MS, new Error('timeout')).then(
    () => true,
    () => false,
  );
  return { ok: passed, latency_ms: Math.round((performance.now() - startedAt) * 10) / 10 };
}
