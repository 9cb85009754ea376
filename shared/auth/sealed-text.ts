import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey, type Purpose } from './keyed-hash.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts a text that must not be readable in the database: AES-256-GCM under the purpose's key. */
export function seal(purpose: Purpose, text: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derivedKey(purpose), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** The text that `seal` encrypted. @throws Error when it was sealed under another key, or changed */
export function unseal(purpose: Purpose, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', derivedKey(purpose), sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return text.toString('utf8');
}
