import { hkdfSync } from 'node:crypto';

const keys = new Map<string, Buffer>();

/** A 256-bit key for one purpose (HKDF-SHA256, RFC 5869). A MAC made for one purpose is invalid for another. */
export function deriveKey(secret: string, purpose: string): Buffer {
  const name = `${purpose}:${secret}`;
  let key = keys.get(name);
  if (!key) {
    key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
    keys.set(name, key);
  }
  return key;
}
