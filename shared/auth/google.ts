import * as oidc from 'openid-client';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import type { Identity } from '#shared/db/users.ts';

const googleConfig = section('google');
const authConfig = section('auth');
const httpConfig = section('http');

export type SignInSecrets = { state: string; nonce: string; verifier: string };

let discovered: Promise<oidc.Configuration> | undefined;

/** The issuer's metadata and keys, discovered once per process. */
async function issuer(): Promise<oidc.Configuration> {
  discovered ??= discover();
  try {
    return await discovered;
  } catch (cause) {
    discovered = undefined;
    throw issuerUnavailable(cause);
  }
}

function issuerUnavailable(cause: unknown): AppError {
  return unavailable('The sign-in service cannot be reached', cause);
}

async function discover(): Promise<oidc.Configuration> {
  const { GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = googleConfig();
  const url = new URL(authConfig().OIDC_ISSUER);
  // The ID token's signature is checked against the issuer's keys even though it came straight over TLS.
  const execute = [oidc.enableNonRepudiationChecks];
  if (url.protocol === 'http:') execute.push(oidc.allowInsecureRequests);
  return await oidc.discovery(url, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, undefined, {
    execute,
    timeout: 5,
  });
}

/** Where the issuer sends people back to; it must be registered with the issuer. */
function redirectUri(): string {
  return `${httpConfig().API_URL}/v1/auth/google/callback`;
}

/** The issuer's page where a person signs in: code flow with PKCE (S256), state and nonce. */
export async function signInUrl({ state, nonce, verifier }: SignInSecrets): Promise<string> {
  const url = oidc.buildAuthorizationUrl(await issuer(), {
    redirect_uri: redirectUri(),
    scope: 'openid email profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  return url.href;
}

/**
 * Exchanges the authorization code for an ID token and verifies it: signature, issuer, audience, expiry, nonce.
 * @throws AppError `sign_in_failed`, or `dependency_unavailable` when the issuer cannot be reached
 */
export async function exchangeCode(query: Record<string, string>, secrets: SignInSecrets): Promise<Identity> {
  const server = await issuer();
  const url = new URL(`${redirectUri()}?${new URLSearchParams(query).toString()}`);
  const tokens = await oidc
    .authorizationCodeGrant(server, url, {
      pkceCodeVerifier: secrets.verifier,
      expectedState: secrets.state,
      expectedNonce: secrets.nonce,
      idTokenExpected: true,
    })
    .catch((cause: unknown) => {
      if (isAway(cause)) throw issuerUnavailable(cause);
      const message = 'Sign-in did not complete; start again at /v1/auth/google/login.';
      throw new AppError('sign_in_failed', message, { cause });
    });
  const claims = tokens.claims();
  if (!claims || typeof claims.email !== 'string' || claims.email_verified !== true) {
    throw new AppError('sign_in_failed', 'Sign-in needs an account with a verified e-mail address.');
  }
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: claims.email.normalize('NFC').toLowerCase(),
    name: (typeof claims.name === 'string' ? claims.name : claims.email).normalize('NFC'),
    pictureUrl: typeof claims.picture === 'string' ? claims.picture : null,
  };
}

/** Whether openid-client reports that the issuer did not answer, or failed itself (5xx). */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, cause, status } = error as Error & { code?: string; status?: number };
  const answered = status ?? (cause as { status?: number } | undefined)?.status ?? 0;
  return error.message === 'fetch failed' || code === 'OAUTH_TIMEOUT' || answered >= 500;
}
