import { createHmac } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { section } from '#shared/core/config.ts';
import { deriveKey } from './derive-key.ts';
import { acceptedKeys, currentKey, type Key, readRing } from './key-ring.ts';
import { sameHash } from './same-hash.ts';
import { headerOf } from './token-header.ts';

const authConfig = section('auth');

const ALGORITHM = 'HS256';
const DAY_MS = 86_400_000;

/**
 * What the signing keys sign, each purpose with a key of its own, and how long after a rotation the older key is still
 * accepted: longer than the purpose's longest life.
 */
const GRACE_MS = {
  'access-token': DAY_MS / 24,
  'sign-in': DAY_MS / 24,
  'refresh-token': 31 * DAY_MS,
  cursor: 31 * DAY_MS,
} as const;

export type SignedPurpose = keyof typeof GRACE_MS;
type TokenPurpose = 'access-token' | 'sign-in';

/** The signing keys, oldest first. */
export function signingRing(): Key[] {
  const { JWT_SECRET, SIGNING_KEYS } = authConfig();
  return readRing(JWT_SECRET, SIGNING_KEYS);
}

/** HMAC-SHA256 of a text under the current key, base64url without padding. */
export function sign(purpose: SignedPurpose, text: string): string {
  return macOf(currentKey(signingRing()), purpose, text);
}

/** Whether `mac` begins a signature of the text by an accepted key. @param length of the part that was kept */
export function isSigned(purpose: SignedPurpose, text: string, { mac, length }: Signature): boolean {
  return acceptedKeys(signingRing(), GRACE_MS[purpose]).some((key) =>
    sameHash(mac, macOf(key, purpose, text).slice(0, length)),
  );
}

type Signature = { mac: string; length?: number };

function macOf({ secret }: Key, purpose: SignedPurpose, text: string): string {
  return createHmac('sha256', deriveKey(secret, purpose)).update(text).digest('base64url');
}

/** A JWT signed by the current key, which its header names (`kid`). */
export function signToken(purpose: TokenPurpose, claims: object, options: jwt.SignOptions): string {
  const { id, secret } = currentKey(signingRing());
  return jwt.sign(claims, deriveKey(secret, purpose), { ...options, algorithm: ALGORITHM, keyid: id });
}

/**
 * The claims of a JWT that an accepted key signed.
 * @throws Error of jsonwebtoken when the token is not valid
 */
export function verifyToken(
  purpose: TokenPurpose,
  token: string,
  options: jwt.VerifyOptions,
): jwt.JwtPayload {
  const claims = jwt.verify(token, keyOf(purpose, token), { ...options, algorithms: [ALGORITHM] });
  if (typeof claims === 'string') throw new jwt.JsonWebTokenError('no claims');
  return claims;
}

/**
 * The key that a token's header names. A token without one is of the time before keys had names, signed by the first
 * secret itself; it is accepted as long as the key of that secret is.
 */
function keyOf(purpose: TokenPurpose, token: string): Buffer | string {
  const { kid, crit } = headerOf(token);
  // RFC 7515, 4.1.11: an extension that must be understood, and none is.
  if (crit !== undefined) throw new jwt.JsonWebTokenError('unknown critical extension');
  const accepted = acceptedKeys(signingRing(), GRACE_MS[purpose]);
  const { JWT_SECRET: first } = authConfig();
  const key = accepted.find(({ id, secret }) => (kid === undefined ? secret === first : id === kid));
  if (!key) throw new jwt.JsonWebTokenError('unknown key');
  return kid === undefined ? first : deriveKey(key.secret, purpose);
}
