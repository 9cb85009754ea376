import jwt from 'jsonwebtoken';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { isSigned, sign, signToken, verifyToken } from './signatures.ts';

const httpConfig = section('http');

export const ACCESS_TOKEN_SECONDS = 600;
export const SESSION_DAYS = 30;

type AccessClaims = { userId: string; sessionId: string };

/** A signed access token (HS256, 10 minutes). It identifies the user; roles are read from the database. */
export function createAccessToken({ userId, sessionId }: AccessClaims): string {
  return signToken(
    'access-token',
    { typ: 'access', sid: sessionId },
    {
      issuer: httpConfig().API_URL,
      audience: 'api',
      subject: userId,
      expiresIn: ACCESS_TOKEN_SECONDS,
      notBefore: 0,
      jwtid: uuidv7(),
    },
  );
}

const Claims = z.object({ typ: z.literal('access'), sub: z.uuid(), sid: z.uuid(), exp: z.int() });

/**
 * Verifies an access token.
 * @throws AppError `session_expired` or `invalid_token`
 */
export function verifyAccessToken(token: string): AccessClaims {
  try {
    const verified = verifyToken('access-token', token, {
      issuer: httpConfig().API_URL,
      audience: 'api',
      // The clocks of two machines differ.
      clockTolerance: 5,
    });
    const { sub, sid } = Claims.parse(verified);
    return { userId: sub, sessionId: sid };
  } catch (cause) {
    if (cause instanceof jwt.TokenExpiredError) {
      throw new AppError('session_expired', 'The access token has expired; refresh it or sign in again.', {
        cause,
      });
    }
    throw new AppError('invalid_token', 'The access token is not valid; sign in again.', { cause });
  }
}

/**
 * The refresh token of a session after `counter` rotations: session, counter and a MAC over both. It is deterministic:
 * a client that lost the response of a rotation can repeat it and gets the same token.
 */
export function createRefreshToken(sessionId: string, counter: number): string {
  return `${sessionId}.${counter}.${sign('refresh-token', `${sessionId}.${counter}`)}`;
}

/** The session and counter in a refresh token. @throws AppError `invalid_token` when its MAC is wrong */
export function readRefreshToken(token: string): { sessionId: string; counter: number } {
  const [, sessionId = '', counter = '', mac = ''] = /^([^.]+)\.(\d{1,9})\.([^.]+)$/.exec(token) ?? [];
  if (!isSigned('refresh-token', `${sessionId}.${counter}`, { mac })) {
    throw new AppError('invalid_token', 'The refresh token is not valid; sign in again.');
  }
  return { sessionId, counter: Number(counter) };
}
