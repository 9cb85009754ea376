import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { toContext } from '#local/gateway/event.ts';
import type { LambdaFunction } from '#local/gateway/service.ts';
import { respondsWith } from '#local/platform/responds.ts';

/** The handler of `sweep`, invoked for one page of documents. `next` is the cursor of the next page, null at the end. */
type ReindexHandler = (
  event: { reindex: { after: string | null } },
  context: Context,
) => Promise<{ next: string | null }>;

type ReindexOptions = {
  lambda: LambdaFunction;
  handler: ReindexHandler;
  embedderUrl: string;
  signal: AbortSignal;
  log: Pick<Console, 'error'>;
};

const POLL_MS = 500;

/**
 * Queues every document that has no vectors of the current embedding model, as after `npm run model` or when the vectors'
 * directory was removed. Waits until the embedder is ready. Resolves at the end or when `signal` is aborted.
 */
export async function reindexOnStart(options: ReindexOptions): Promise<void> {
  const { lambda, handler, embedderUrl, signal, log } = options;
  while (!(await respondsWith(`${embedderUrl}/ready`).catch(() => false))) {
    await delay(POLL_MS, null, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
  let after: string | null = null;
  try {
    do {
      ({ next: after } = await handler({ reindex: { after } }, toContext(lambda)));
    } while (after !== null && !signal.aborted);
  } catch (error) {
    log.error('Documents of another embedding model could not be queued:', error);
  }
}
