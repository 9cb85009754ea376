import { createHmac } from 'node:crypto';
import { section } from '#shared/core/config.ts';
import { deriveKey } from './derive-key.ts';

const authConfig = section('auth');

/**
 * What is kept only as a hash or encrypted, each purpose with a key of its own. `npm run keys:rotate` leaves these keys
 * alone: their texts are random secrets, and what they protect has to outlive a rotation. What proves itself by its
 * signature is in signatures.ts.
 */
export type Purpose = 'invitation' | 'pkce' | 'idempotency' | 'webhook' | SignInPurpose;

type SignInPurpose = 'sign-in-link' | 'sign-in-browser' | 'identity-provider' | 'identity';

/** A 256-bit key for one purpose, derived from the first secret. */
export function derivedKey(purpose: Purpose): Buffer {
  return deriveKey(authConfig().JWT_SECRET, purpose);
}

/** HMAC-SHA256 of `text` under the purpose's key, base64url without padding. */
export function keyedHash(purpose: Purpose, text: string): string {
  return createHmac('sha256', derivedKey(purpose)).update(text).digest('base64url');
}
