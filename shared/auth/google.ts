import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import type { Identity } from '#shared/db/users.ts';
import { authorizationUrl, identityOf, type OidcClient, redeemCode, type SignInSecrets } from './oidc.ts';

const googleConfig = section('google');
const authConfig = section('auth');
const httpConfig = section('http');

/** Whether people can sign in with Google here. */
export function isGoogleOffered(): boolean {
  const { GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = googleConfig();
  return Boolean(GOOGLE_CLIENT_ID && GOOGLE_CLIENT_SECRET);
}

/** @throws AppError `not_found` where no client is configured */
function google(): OidcClient {
  const { GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = googleConfig();
  if (!GOOGLE_CLIENT_ID || !GOOGLE_CLIENT_SECRET)
    throw new AppError('not_found', 'Signing in with Google is not set up here.');
  return {
    issuer: authConfig().OIDC_ISSUER,
    clientId: GOOGLE_CLIENT_ID,
    clientSecret: GOOGLE_CLIENT_SECRET,
    redirectUri: `${httpConfig().API_URL}/v1/auth/google/callback`,
  };
}

/** Google's page where a person chooses an account, also when only one is signed in there. */
export function signInUrl(secrets: SignInSecrets, email?: string): Promise<string> {
  const hint: Record<string, string> = email ? { login_hint: email } : {};
  return authorizationUrl(google(), secrets, { prompt: 'select_account', ...hint });
}

/**
 * Exchanges the authorization code for the identity in the verified ID token.
 * @throws AppError `sign_in_failed`, or `dependency_unavailable` when the issuer cannot be reached
 */
export async function exchangeCode(query: Record<string, string>, secrets: SignInSecrets): Promise<Identity> {
  const claims = await redeemCode(google(), { query, secrets });
  if (typeof claims.email !== 'string' || claims.email_verified !== true) {
    throw new AppError('sign_in_failed', 'Sign-in needs an account with a verified e-mail address.');
  }
  return identityOf({ ...claims, email: claims.email });
}
