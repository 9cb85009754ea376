import { createHash } from 'node:crypto';
import type { Principal } from '#shared/auth/principal.ts';
import { seal, unseal } from '#shared/auth/sealed-text.ts';
import { AppError } from '#shared/core/errors.ts';
import type { IdempotencySlot } from '#shared/db/idempotency.ts';
import * as idempotency from '#shared/db/idempotency.ts';
import { log } from '#shared/observability/log.ts';
import { listReadable, requireStillReadable } from './replay-rights.ts';
import { type Reply, streamReply } from './route.ts';
import { replayedStream } from './sse.ts';

/**
 * Runs `run` at most once per principal, route and `Idempotency-Key`; a repeated request gets the first response. Of
 * streams only complete ones are kept: a client that retries after an error or an interruption would otherwise get the
 * same fragment for a day. The key is then free again, as after an error response. `reader`: the caller, where the
 * response is made from what he sees.
 * @throws AppError `idempotency_key_reused` for another body, `request_in_progress` while the first still runs,
 *   `conflict` when the response may hold what the caller no longer sees
 */
export async function runOnce(
  { slot, reader }: { slot: IdempotencySlot; reader: Principal | null },
  body: unknown,
  run: () => Promise<Reply>,
): Promise<Reply> {
  if (slot.key.length > 255) {
    throw new AppError('invalid_request', 'Idempotency-Key may have at most 255 characters.', {
      fields: [{ path: 'Idempotency-Key', message: 'longer than 255 characters' }],
    });
  }
  const hash = createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest('hex');
  const readable = reader ? await listReadable(reader) : [];
  const earlier = await idempotency.claim(slot, { requestHash: hash, readable });
  if (!earlier) return await runAndKeep(slot, run);
  if (earlier.request_hash !== hash) {
    throw new AppError(
      'idempotency_key_reused',
      'This Idempotency-Key was used with another body; use a new key.',
    );
  }
  if (earlier.status === null || !earlier.response) {
    throw new AppError(
      'request_in_progress',
      'The first request with this Idempotency-Key is still running.',
      {
        retryAfterSeconds: 1,
      },
    );
  }
  const text = unseal('idempotency', earlier.response);
  if (reader) await requireStillReadable(reader, { text, before: earlier.readable, now: readable });
  return replay(earlier.status, text);
}

function replay(status: number, text: string): Reply {
  // JSON never begins like an event.
  const isStream = /^(?:event|data): /.test(text);
  const reply: Reply = isStream ? replayStream(text) : { status, body: JSON.parse(text) };
  return { ...reply, headers: { ...reply.headers, 'Idempotent-Replayed': 'true' } };
}

function replayStream(text: string): Reply {
  const controller = new AbortController();
  return streamReply(replayedStream(text, { controller }), controller);
}

async function runAndKeep(slot: IdempotencySlot, run: () => Promise<Reply>): Promise<Reply> {
  try {
    const reply = await run();
    // Sealed: a response may hold a new API key.
    const keep = (text: string) =>
      idempotency.saveReply(slot, {
        status: reply.status,
        response: seal('idempotency', text),
        mentions: idsIn(text),
      });
    // The text as it will be sent: a repeated request must get the same.
    if (reply.stream) reply.stream.keep((text) => settle(slot, text, keep));
    else await keep(JSON.stringify(reply.body ?? null));
    return reply;
  } catch (error) {
    await idempotency.release(slot);
    throw error;
  }
}

/** The ids in a response, each once. */
function idsIn(text: string): string[] {
  return [...new Set(text.match(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g))];
}

/** Settles the key of a stream. A failure is only logged, since the response is sent: the key then expires. */
async function settle(
  slot: IdempotencySlot,
  text: string | null,
  keep: (text: string) => Promise<void>,
): Promise<void> {
  try {
    await (text === null ? idempotency.release(slot) : keep(text));
  } catch (error) {
    log.warn('The Idempotency-Key of a stream was not settled', { error: error as Error });
  }
}
