import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { unscoped } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { keyedHash } from './keyed-hash.ts';
import type { SignInSecrets } from './oidc.ts';
import { signToken, verifyToken } from './signatures.ts';
import {
  ACCESS_TOKEN_SECONDS,
  createAccessToken,
  createRefreshToken,
  readRefreshToken,
  SESSION_DAYS,
} from './tokens.ts';

const httpConfig = section('http');
const signInConfig = section('sign_in');

const SIGN_IN_SECONDS = 600;
/** How long the previous refresh token stays valid, for clients that lost the response with the newest one. */
const RETRY_SECONDS = 10;

export const SIGN_IN_COOKIE = 'rag_sign_in';
export const REFRESH_COOKIE = 'rag_refresh';

/**
 * The name under which a cookie is set and read. On https it begins with `__Host-`: browsers then take it from this very
 * host only, so that a sibling subdomain cannot plant one.
 */
export function cookieName(name: string): string {
  return isHttps() ? `__Host-${name}` : name;
}

function isHttps(): boolean {
  return httpConfig().API_URL.startsWith('https:');
}

export type TokenPair = {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token: string;
};

/** A team's own issuer. */
export type ProviderRef = { teamId: string; id: string };
type SignInClaims = { state: string; nonce: string; return_to?: string; provider?: ProviderRef };

/**
 * Begins a sign-in. A signed cookie carries its state to the callback, so that nothing is stored. The PKCE verifier is
 * a keyed hash of the state and never leaves the server.
 */
export function beginSignIn(
  returnTo: string | undefined,
  provider?: ProviderRef,
): { secrets: SignInSecrets; cookie: string } {
  const state = randomBytes(24).toString('base64url');
  const nonce = randomBytes(24).toString('base64url');
  const claims = { state, nonce, return_to: returnTo, provider };
  const token = signToken('sign-in', claims, { audience: 'sign-in', expiresIn: SIGN_IN_SECONDS });
  const secrets = { state, nonce, verifier: keyedHash('pkce', state) };
  return { secrets, cookie: setCookie(SIGN_IN_COOKIE, token, SIGN_IN_SECONDS) };
}

/** A sign-in that was begun. `provider`: the team's own issuer; undefined for Google. */
type BegunSignIn = SignInSecrets & { returnTo: string | undefined; provider: ProviderRef | undefined };

/** Reads the cookie of `beginSignIn`. @throws AppError `sign_in_failed` when it is missing, expired or forged */
export function readSignIn(cookie: string | undefined): BegunSignIn {
  try {
    const claims = verifyToken('sign-in', cookie ?? '', { audience: 'sign-in' });
    const { return_to: returnTo, state, nonce, provider } = claims as SignInClaims;
    return { state, nonce, verifier: keyedHash('pkce', state), returnTo, provider };
  } catch (cause) {
    throw new AppError(
      'sign_in_failed',
      'This sign-in was not started in this browser or took too long; start again.',
      { cause },
    );
  }
}

type Client = { userAgent: string | undefined; ip: string };

/** A session from a team's own issuer: it reaches that team only, and ends when signing in again is due. */
export type Bound = {
  provider: ProviderRef;
  until: Date | null;
  /** The session at the issuer, by which it says later that it has ended. */
  issuerSession: string | null;
};

/** The way that somebody signed in. */
export type SignedIn = { method: 'google' | 'email' | 'identity_provider'; bound?: Bound | undefined };

/** Opens a session for a user who has just signed in. */
export async function openSession(
  userId: string,
  client: Client,
  { method, bound }: SignedIn,
): Promise<TokenPair> {
  const sessionId = uuidv7();
  const session = {
    id: sessionId,
    user_id: userId,
    user_agent: client.userAgent?.slice(0, 300) ?? null,
    ip: client.ip,
    days: SESSION_DAYS,
    until: bound?.until ?? null,
    only_team_id: bound?.provider.teamId ?? null,
    identity_provider_id: bound?.provider.id ?? null,
    issuer_sid: bound?.issuerSession ?? null,
  };
  await unscoped(async (db) => {
    await sessions.insert(session, db);
    const entry = { action: 'session.started', targetId: sessionId, after: { method } };
    await auditLog.appendForSession(session, entry, db);
  });
  return tokenPair({ userId, sessionId, counter: 0 });
}

/**
 * Exchanges a refresh token for the next one. The previous token stays valid for 10 s and gets the same successor.
 * Any older token ends the session, because either its sender or the holder of the newest one has stolen it.
 * @throws AppError `invalid_token` or `session_expired`
 */
export async function rotate(refreshToken: string): Promise<TokenPair> {
  const presented = readRefreshToken(refreshToken);
  const next = await unscoped(async (db) => {
    const session = await sessions.findLive(presented.sessionId, signInConfig().SESSION_IDLE_MINUTES, db);
    if (!session) return null;
    const { user_id: userId } = session;
    if (presented.counter === session.counter) {
      await sessions.advance(session.id, db);
      return { userId, counter: session.counter + 1 };
    }
    const retried = presented.counter === session.counter - 1 && isRecent(session.rotated_at);
    if (retried) return { userId, counter: session.counter };
    await sessions.end(session.id, db);
    const after = { reason: 'refresh_token_reused' };
    await auditLog.appendForSession(session, { action: 'session.ended', targetId: session.id, after }, db);
    return null;
  });
  if (!next) throw new AppError('session_expired', 'This session has ended; sign in again.');
  return tokenPair({ ...next, sessionId: presented.sessionId });
}

function isRecent(time: Date): boolean {
  return Date.now() - time.getTime() < RETRY_SECONDS * 1_000;
}

function tokenPair({
  userId,
  sessionId,
  counter,
}: {
  userId: string;
  sessionId: string;
  counter: number;
}): TokenPair {
  return {
    access_token: createAccessToken({ userId, sessionId }),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: createRefreshToken(sessionId, counter),
  };
}

/** A `Set-Cookie` value for the refresh token. */
export function refreshCookie(token: string): string {
  return setCookie(REFRESH_COOKIE, token, SESSION_DAYS * 86_400);
}

/** A `Set-Cookie` value that removes a cookie. */
export function clearCookie(name: string): string {
  return setCookie(name, '', 0);
}

/** A `Set-Cookie` value. The prefix `__Host-` needs the path `/`; elsewhere only the auth routes get the cookie. */
export function setCookie(name: string, value: string, maxAgeSeconds: number): string {
  const [path, secure] = isHttps() ? ['/', '; Secure'] : ['/v1/auth', ''];
  return `${cookieName(name)}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}
