import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { respondsWith } from '#local/platform/responds.ts';
import { toContext } from '../gateway/event.ts';
import type { LambdaFunction } from '../gateway/service.ts';

/** `sweep` asked by hand; `next`: where to go on, null when all documents were asked for. */
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
 * Has every document embedded anew that has no vectors of the model which serves now: after `npm run model`, or when
 * the vectors' directory is gone. Those that have theirs are left alone. Waits for the model to be loaded.
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
    log.error('Documents could not be looked through for vectors of another model:', error);
  }
}
