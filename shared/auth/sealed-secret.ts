import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey } from './keyed-hash.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts the secret of an identity provider (AES-256-GCM). `owner`: the row that it belongs to; no other can open it. */
export function sealSecret(secret: string, owner: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derivedKey('identity-provider'), iv);
  cipher.setAAD(Buffer.from(owner));
  const encrypted = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
}

/** Reverses `sealSecret`. @throws Error when it was sealed for another row, changed, or with another key */
export function openSecret(sealed: Buffer, owner: string): string {
  const decipher = createDecipheriv(
    'aes-256-gcm',
    derivedKey('identity-provider'),
    sealed.subarray(0, IV_BYTES),
  );
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = [decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
  return Buffer.concat(text).toString('utf8');
}
