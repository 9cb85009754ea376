import type { Context } from 'aws-lambda';
import type { Reply } from './route.ts';

/** Time for a stream's source to save its answer before Lambda ends the process. */
const MARGIN_MS = 10_000;

/**
 * Aborts a stream before its function times out, so that the source can save the answer. Lambda does not report that a
 * client has disconnected: such a stream continues to its own end.
 */
export function endInTime(
  { stream, controller }: Reply,
  { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
): void {
  if (!stream || !controller) return;
  const timer = setTimeout(() => controller.abort(), Math.max(0, getRemainingTimeInMillis() - MARGIN_MS));
  stream.once('close', () => clearTimeout(timer));
}
