import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { deriveKey } from './derive-key.ts';
import { acceptedKeys, currentKey, type Key } from './key-ring.ts';
import { SERVICE_CLAIMS, SERVICE_TOKEN_SECONDS } from './service-claims.ts';
import { signingRing } from './signatures.ts';

/** A token lives for a minute: an older key is kept for clocks and processes that lag behind. */
const GRACE_MS = 3_600_000;

type PublicKey = { kid: string; kty: 'EC'; crv: 'P-256'; x: string; y: string };
type KeyPair = { publicKey: PublicKey; privateKey: KeyObject };

const pairs = new Map<string, KeyPair>();

/**
 * A short-lived token with which a function calls the embedder. It is signed by a private key, so that the embedder,
 * which faces the internet, can check tokens and make none. jsonwebtoken has ES256 and no EdDSA.
 */
export function createServiceToken(): string {
  const { publicKey, privateKey } = keyPair(currentKey(signingRing()));
  return jwt.sign({ typ: 'service' }, privateKey, {
    ...SERVICE_CLAIMS,
    expiresIn: SERVICE_TOKEN_SECONDS,
    keyid: publicKey.kid,
  });
}

/** The public keys of a ring, for the embedder's setting `SERVICE_PUBLIC_KEYS`: they are no secret. */
export function servicePublicKeys(ring: readonly Key[]): PublicKey[] {
  return acceptedKeys(ring, GRACE_MS).map((key) => keyPair(key).publicKey);
}

/** The P-256 key of a ring's secret: derived, so that one rotation renews everything and nothing more is stored. */
function keyPair({ id, secret }: Key): KeyPair {
  let pair = pairs.get(id);
  if (!pair) {
    pair = derivePair(id, secret);
    pairs.set(id, pair);
  }
  return pair;
}

function derivePair(kid: string, secret: string): KeyPair {
  const ecdh = createECDH('prime256v1');
  // Throws for a number outside of the curve's order, of which there is one in 2^32.
  ecdh.setPrivateKey(deriveKey(secret, 'service-token'));
  // Uncompressed: a byte of form, then x and y.
  const point = ecdh.getPublicKey();
  const publicKey: PublicKey = {
    kid,
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const d = deriveKey(secret, 'service-token').toString('base64url');
  return { publicKey, privateKey: createPrivateKey({ key: { ...publicKey, d }, format: 'jwk' }) };
}
