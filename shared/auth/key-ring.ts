import type { RingKey } from '#shared/core/key-settings.ts';
import { deriveKey } from './derive-key.ts';

/** A key of a ring. `id` is derived from the secret and reveals nothing of it. */
export type Key = { id: string; secret: string; activeFromMs: number; revokesOlder: boolean };

/** The keys of a ring, oldest first. `base` is the first one, which was always active. */
export function readRing(base: string, added: readonly RingKey[]): Key[] {
  const later = added.map(({ secret, active_from, revokes_older = false }) => {
    return { secret, activeFromMs: Date.parse(active_from), revokesOlder: revokes_older };
  });
  const all = [{ secret: base, activeFromMs: 0, revokesOlder: false }, ...later];
  return all
    .map((key) => ({ ...key, id: keyId(key.secret) }))
    .sort((a, b) => a.activeFromMs - b.activeFromMs);
}

/** The key that signs now: the newest active one. */
export function currentKey(keys: readonly Key[], now = Date.now()): Key {
  const current = keys.findLast(({ activeFromMs }) => activeFromMs <= now);
  if (!current) throw new Error('A ring of keys has a first key that was always active.');
  return current;
}

/**
 * The keys that are accepted now: those that may sign soon, the current one, and each older one until `graceMs` after
 * its successor began to sign. Newest first, because most signatures are new.
 */
export function acceptedKeys(keys: readonly Key[], graceMs: number, now = Date.now()): Key[] {
  const start = keys.findLastIndex(({ revokesOlder, activeFromMs }) => revokesOlder && activeFromMs <= now);
  return keys
    .slice(Math.max(0, start))
    .filter((_, index, kept) => {
      const successor = kept[index + 1];
      return !successor || successor.activeFromMs + graceMs > now;
    })
    .toReversed();
}

function keyId(secret: string): string {
  return deriveKey(secret, 'key-id').subarray(0, 6).toString('hex');
}
