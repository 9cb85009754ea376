import { createHash, type JsonWebKey } from 'node:crypto';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { AppError } from '#shared/core/errors.ts';
import { unavailable } from '#shared/core/unavailable.ts';

export type SignInSecrets = { state: string; nonce: string; verifier: string };

/** This installation as a client of an issuer. */
export type OidcClient = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where the issuer sends people back to; it must be registered with the issuer. */
  redirectUri: string;
  /** Fetches what the issuer's metadata names. Default: the platform's own fetch. */
  fetch?: oidc.CustomFetch;
};

export type Claims = oidc.IDToken;

const MAX_KEPT = 200;
const kept = new Map<string, Promise<oidc.Configuration>>();

/** The issuer's metadata and keys, discovered once per process. */
async function serverOf(client: OidcClient): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret } = client;
  const key = createHash('sha256')
    .update(JSON.stringify([issuer, clientId, clientSecret]))
    .digest('hex');
  let found = kept.get(key);
  if (!found) {
    if (kept.size >= MAX_KEPT) kept.clear();
    found = discover(client);
    kept.set(key, found);
  }
  try {
    return await found;
  } catch (cause) {
    kept.delete(key);
    throw issuerUnavailable(cause);
  }
}

function issuerUnavailable(cause: unknown): AppError {
  return unavailable('The sign-in service cannot be reached', cause);
}

async function discover(client: OidcClient): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret, fetch } = client;
  const url = new URL(issuer);
  // The ID token's signature is checked against the issuer's keys even though it came straight over TLS.
  const execute = [oidc.enableNonRepudiationChecks];
  if (url.protocol === 'http:') execute.push(oidc.allowInsecureRequests);
  const found = await oidc.discovery(url, clientId, clientSecret, undefined, {
    execute,
    timeout: 5,
    ...(fetch ? { [oidc.customFetch]: fetch } : {}),
  });
  const methods = found.serverMetadata().token_endpoint_auth_methods_supported ?? [];
  if (!fetch || methods.length === 0 || methods.includes('client_secret_post')) return found;
  const basic = oidc.ClientSecretBasic(clientSecret);
  const server = new oidc.Configuration(found.serverMetadata(), clientId, clientSecret, basic);
  server.timeout = 5;
  server[oidc.customFetch] = fetch;
  for (const change of execute) change(server);
  return server;
}

/** The issuer's page where a person signs in: code flow with PKCE (S256), state and nonce. */
export async function authorizationUrl(
  client: OidcClient,
  { state, nonce, verifier }: SignInSecrets,
  parameters: Record<string, string>,
): Promise<string> {
  const url = oidc.buildAuthorizationUrl(await serverOf(client), {
    redirect_uri: client.redirectUri,
    scope: 'openid email profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  });
  return url.href;
}

type Redeeming = { query: Record<string, string>; secrets: SignInSecrets; maxAgeSeconds?: number | null };

/**
 * Exchanges the authorization code for an ID token and verifies it: signature, issuer, audience, expiry, nonce, and with
 * `maxAgeSeconds` that the person has signed in so recently.
 * @throws AppError `sign_in_failed`, or `dependency_unavailable` when the issuer cannot be reached
 */
export async function redeemCode(
  client: OidcClient,
  { query, secrets, maxAgeSeconds = null }: Redeeming,
): Promise<Claims> {
  const server = await serverOf(client);
  const url = new URL(`${client.redirectUri}?${new URLSearchParams(query).toString()}`);
  const tokens = await oidc
    .authorizationCodeGrant(server, url, {
      pkceCodeVerifier: secrets.verifier,
      expectedState: secrets.state,
      expectedNonce: secrets.nonce,
      idTokenExpected: true,
      ...(maxAgeSeconds === null ? {} : { maxAge: maxAgeSeconds }),
    })
    .catch((cause: unknown) => {
      if (isAway(cause)) throw issuerUnavailable(cause);
      throw new AppError('sign_in_failed', 'Sign-in did not complete; start again.', { cause });
    });
  const claims = tokens.claims();
  if (!claims) throw new AppError('sign_in_failed', 'The issuer sent no ID token.');
  return claims;
}

/** Whether openid-client reports that the issuer did not answer, or failed itself (5xx). */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, cause, status } = error as Error & { code?: string; status?: number };
  const answered = status ?? (cause as { status?: number } | undefined)?.status ?? 0;
  return error.message === 'fetch failed' || code === 'OAUTH_TIMEOUT' || answered >= 500;
}

type IssuerMetadata = {
  issuer: string;
  /** Reads the issuer's public keys, as they are now. */
  keys(): Promise<(JsonWebKey & { kid?: string; use?: string })[]>;
};

/** What an issuer says about itself. @throws AppError `dependency_unavailable` */
export async function readMetadata(client: OidcClient): Promise<IssuerMetadata> {
  const { issuer, jwks_uri: uri } = (await serverOf(client)).serverMetadata();
  const read = client.fetch ?? (fetch as oidc.CustomFetch);
  return {
    issuer,
    async keys() {
      try {
        const response = await read(uri ?? '', {
          method: 'GET',
          headers: {},
          body: null,
          redirect: 'manual',
        });
        if (!response.ok) throw new Error(`answered ${response.status}`);
        return Jwks.parse(await response.json()).keys;
      } catch (cause) {
        throw issuerUnavailable(cause);
      }
    },
  };
}

const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** The identity in verified claims whose address is proved as well. */
export function identityOf(claims: Claims & { email: string }) {
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: claims.email.normalize('NFC').toLowerCase(),
    name: (typeof claims.name === 'string' ? claims.name : claims.email).normalize('NFC'),
    pictureUrl: typeof claims.picture === 'string' ? claims.picture : null,
  };
}
