import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey, type Purpose } from './keyed-hash.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a text that must not be readable in the database: AES-256-GCM under the purpose's key.
 * @param owner the row that the text belongs to: no other can open it
 */
export function seal(purpose: Purpose, text: string, owner = ''): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derivedKey(purpose), iv);
  cipher.setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** The text that `seal` encrypted. @throws Error when it was sealed for another row, changed, or with another key */
export function unseal(purpose: Purpose, sealed: Buffer, owner = ''): string {
  const decipher = createDecipheriv('aes-256-gcm', derivedKey(purpose), sealed.subarray(0, IV_BYTES));
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return text.toString('utf8');
}
