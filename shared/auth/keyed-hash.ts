import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { section } from '#shared/core/config.ts';

const authConfig = section('auth');

/** The purpose of a derived key. Each has its own key, so that a MAC made for one is invalid for another. */
export type Purpose =
  | 'api-key'
  | 'refresh-token'
  | 'invitation'
  | 'cursor'
  | 'pkce'
  | 'idempotency'
  | 'webhook';

const keys = new Map<string, Buffer>();

/** A 256-bit key for one purpose, derived from the JWT secret (HKDF-SHA256, RFC 5869). */
export function derivedKey(purpose: Purpose): Buffer {
  const secret = authConfig().JWT_SECRET;
  const name = `${purpose}:${secret}`;
  let key = keys.get(name);
  if (!key) {
    key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
    keys.set(name, key);
  }
  return key;
}

/** HMAC-SHA256 of `text` under the purpose's key, base64url without padding. */
export function keyedHash(purpose: Purpose, text: string): string {
  return createHmac('sha256', derivedKey(purpose)).update(text).digest('base64url');
}

/** Compares two hashes in constant time, which does not reveal where they differ. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
