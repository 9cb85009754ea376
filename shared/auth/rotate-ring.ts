import { randomBytes } from 'node:crypto';
import type { RingKey } from '#shared/core/key-settings.ts';

const DAY_MS = 86_400_000;
/** The longest grace of a signature. */
const KEPT_MS = 31 * DAY_MS;

type Rotation = {
  /** When the new key begins to sign: until then every process has to have read it. */
  activeFrom: Date;
  /** The older keys leaked: they are refused as soon as the new one signs. */
  leaked: boolean;
};

/** A ring with a new key. @returns the keys that were added to the first one, oldest first */
export function addKey(ring: readonly RingKey[], { activeFrom, leaked }: Rotation): RingKey[] {
  const key: RingKey = {
    secret: randomBytes(48).toString('base64url'),
    active_from: activeFrom.toISOString(),
    ...(leaked && { revokes_older: true }),
  };
  return [...ring, key].sort((a, b) => Date.parse(a.active_from) - Date.parse(b.active_from));
}

/**
 * A ring of signing keys without those that no signature is accepted of any more. A ring of peppers keeps all: a hash
 * may wait for years until its key is used.
 */
export function withoutExpired(ring: readonly RingKey[], now = new Date()): RingKey[] {
  return ring.filter((_, index) => {
    const successor = ring[index + 1];
    return !successor || Date.parse(successor.active_from) + KEPT_MS > now.getTime();
  });
}
