import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { AppError } from '#shared/core/errors.ts';
import type { OidcClient } from './oidc.ts';
import { readMetadata } from './oidc.ts';

/** Whose sessions at an issuer have ended: all of a person, or one. */
export type LogoutToken = {
  id: string;
  subject: string | null;
  issuerSession: string | null;
  expiresAt: Date;
};

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Signatures with a public key. `none`, and HMAC with the client's secret, prove less and are refused. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const;
const TYPES = [undefined, 'JWT', 'logout+jwt', 'application/logout+jwt'];
const CLOCK_SECONDS = 60;
/** An issuer sends a token at once; one that is older was kept by somebody. */
const MAX_AGE_SECONDS = 300;

const Text = z.string().min(1).max(255);
const Claims = z
  .object({
    iat: z.int(),
    exp: z.int(),
    jti: Text,
    sub: Text.optional(),
    sid: Text.optional(),
    events: z.looseObject({ [EVENT]: z.looseObject({}) }),
    nonce: z.undefined().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined, 'names neither a person nor a session');

/**
 * Verifies a logout token as OpenID Connect Back-Channel Logout 1.0 asks in section 2.6: signature by a key of the
 * issuer, issuer, audience, times, the event, somebody who is meant, and no nonce.
 * @throws AppError `invalid_logout_token`, or `dependency_unavailable` when the issuer's keys cannot be read
 */
export async function verifyLogoutToken(client: OidcClient, token: string): Promise<LogoutToken> {
  const { header, algorithm } = readHeader(client, token);
  const { issuer, keys } = await readMetadata(client);
  try {
    const verified = jwt.verify(token, keyOf(await keys(), header, algorithm), {
      algorithms: [algorithm],
      issuer,
      audience: client.clientId,
      clockTolerance: CLOCK_SECONDS,
      maxAge: MAX_AGE_SECONDS,
    });
    const { jti, sub, sid, iat, exp } = Claims.parse(verified);
    if (iat > Date.now() / 1_000 + CLOCK_SECONDS) throw new Error('issued in the future');
    const expiresAt = new Date(Math.max(exp, iat + MAX_AGE_SECONDS + CLOCK_SECONDS) * 1_000);
    return { id: jti, subject: sub ?? null, issuerSession: sid ?? null, expiresAt };
  } catch (cause) {
    throw cause instanceof AppError ? cause : invalidLogoutToken(cause);
  }
}

/** The error for a logout token that proves nothing. */
export function invalidLogoutToken(cause?: unknown): AppError {
  return new AppError('invalid_logout_token', 'The logout token is not valid for this client.', { cause });
}

type Header = { kid?: string | undefined };

/** Refuses what is no token for this client before anything is fetched for it. */
function readHeader(client: OidcClient, token: string) {
  const decoded = jwt.decode(token, { complete: true });
  const { header, payload } = decoded ?? {};
  const algorithm = ALGORITHMS.find((name) => name === header?.alg);
  const audiences = typeof payload === 'object' ? [payload.aud].flat() : [];
  if (!header || !algorithm || !TYPES.includes(header.typ) || !audiences.includes(client.clientId))
    throw invalidLogoutToken();
  return { header: header as Header, algorithm };
}

type IssuerKey = JsonWebKey & { kid?: string; use?: string };

/** The issuer's key for the token. Without a `kid` it must be the only one of its kind. */
function keyOf(keys: IssuerKey[], { kid }: Header, algorithm: string): KeyObject {
  const type = algorithm.startsWith('ES') ? 'EC' : 'RSA';
  const fitting = keys.filter(({ kty, use }) => kty === type && (use === undefined || use === 'sig'));
  const named = kid === undefined ? fitting : fitting.filter((key) => key.kid === kid);
  const [key] = named;
  if (!key || named.length > 1) throw new Error('no key of the issuer fits the token');
  return createPublicKey({ key, format: 'jwk' });
}
