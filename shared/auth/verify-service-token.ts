import { createPublicKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { SERVICE_CLAIMS, SERVICE_TOKEN_SECONDS } from './service-claims.ts';
import { headerOf } from './token-header.ts';

const keysConfig = section('service_keys');

/** The clocks of two machines differ. */
const CLOCK_SECONDS = 5;

/** @throws AppError `invalid_token` unless this is an unexpired service token, signed by one of the platform's keys */
export function verifyServiceToken(token: string): void {
  const keys = publicKeys();
  const expiresAt = accepted.get(token);
  if (expiresAt !== undefined && Date.now() < expiresAt) return;
  try {
    const { iat, exp } = verify(token, keys);
    remember(token, Math.min(exp, iat + SERVICE_TOKEN_SECONDS) * 1_000);
  } catch (cause) {
    throw new AppError('invalid_token', 'The service token is not valid or has expired.', { cause });
  }
}

/** @throws JsonWebTokenError, also for a token that is made to live longer than a minute, or for later */
function verify(token: string, keys: Map<string, KeyObject>): { iat: number; exp: number } {
  const { kid, crit } = headerOf(token);
  const key = keys.get(String(kid));
  if (!key || crit !== undefined) throw new jwt.JsonWebTokenError('unknown key or extension');
  const claims = jwt.verify(token, key, {
    algorithms: [SERVICE_CLAIMS.algorithm],
    issuer: SERVICE_CLAIMS.issuer,
    audience: SERVICE_CLAIMS.audience,
    maxAge: SERVICE_TOKEN_SECONDS,
    clockTolerance: CLOCK_SECONDS,
  });
  const { typ, iat, exp } = claims as jwt.JwtPayload;
  if (typ !== 'service' || iat === undefined || exp === undefined)
    throw new jwt.JsonWebTokenError('not a service token');
  if (exp - iat > SERVICE_TOKEN_SECONDS) throw new jwt.JsonWebTokenError('lives too long');
  if (iat > Date.now() / 1_000 + CLOCK_SECONDS) throw new jwt.JsonWebTokenError('made in the future');
  return { iat, exp };
}

/**
 * Verified tokens and their expiry in epoch milliseconds. A function uses one token for many requests; verifying it
 * each time would take a good part of the time of a short text. Bounded; cleared when the keys change.
 */
const accepted = new Map<string, number>();
const MAX_ACCEPTED = 1_000;

function remember(token: string, expiresAt: number): void {
  if (accepted.size >= MAX_ACCEPTED) accepted.clear();
  accepted.set(token, expiresAt);
}

type Jwks = ReturnType<typeof keysConfig>['SERVICE_PUBLIC_KEYS'];
let cached: { jwks: Jwks; keys: Map<string, KeyObject> } | undefined;

/** The public keys by their id. A configuration that was read again is another list. */
function publicKeys(): Map<string, KeyObject> {
  const { SERVICE_PUBLIC_KEYS: jwks } = keysConfig();
  if (cached?.jwks === jwks) return cached.keys;
  accepted.clear();
  const keys = new Map(jwks.map((key) => [key.kid, createPublicKey({ key, format: 'jwk' })]));
  cached = { jwks, keys };
  return keys;
}
