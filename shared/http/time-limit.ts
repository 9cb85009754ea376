import type { Context } from 'aws-lambda';
import type { Reply } from './route.ts';

/** What a stream's source may need to save what it has: at its end Lambda takes the process away unasked. */
const MARGIN_MS = 10_000;

/**
 * Aborts an answer that would outlast its function, in time for its source to save it. When a client leaves, Lambda
 * says nothing: such an answer goes on to its own end.
 */
export function endInTime(
  { stream, controller }: Reply,
  { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
): void {
  if (!stream || !controller) return;
  const timer = setTimeout(() => controller.abort(), Math.max(0, getRemainingTimeInMillis() - MARGIN_MS));
  stream.once('close', () => clearTimeout(timer));
}
