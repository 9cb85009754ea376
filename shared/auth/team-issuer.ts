import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import type { IdentityProviderRow } from '#shared/db/identity-providers.ts';
import * as providers from '#shared/db/identity-providers.ts';
import * as invitations from '#shared/db/invitations.ts';
import * as members from '#shared/db/members.ts';
import { type Db, inTeam } from '#shared/db/scope.ts';
import type { Identity } from '#shared/db/users.ts';
import * as users from '#shared/db/users.ts';
import { domainOf, signUpClosed, withHash } from './admit.ts';
import { issuerFetch } from './issuer-fetch.ts';
import type { SignInSecrets } from './oidc.ts';
import { authorizationUrl, type Claims, identityOf, type OidcClient, redeemCode } from './oidc.ts';
import { unseal } from './sealed-text.ts';
import type { Bound, ProviderRef } from './sign-in.ts';

const httpConfig = section('http');

/** Where a provider sends people back to. Each has its own address, so that no issuer can pose as another one. */
export function redirectUriOf(providerId: string): string {
  return `${httpConfig().API_URL}/v1/auth/oidc/${providerId}/callback`;
}

/** This installation as a client of a team's issuer. */
export function clientOf(provider: IdentityProviderRow): OidcClient {
  return {
    issuer: provider.issuer,
    clientId: provider.client_id,
    clientSecret: unseal('identity-provider', provider.sealed_secret, provider.id),
    redirectUri: redirectUriOf(provider.id),
    fetch: issuerFetch,
  };
}

async function getProvider({ teamId, id }: ProviderRef): Promise<IdentityProviderRow> {
  const provider = await providers.find(teamId, id);
  if (!provider) throw new AppError('sign_in_failed', 'This way of signing in has been removed.');
  return provider;
}

/** The page of the team's issuer, asked for what the team's policy needs. */
export async function teamSignInUrl(
  ref: ProviderRef,
  secrets: SignInSecrets,
  email: string | undefined,
): Promise<string> {
  const provider = await getProvider(ref);
  const { prompt, max_age_seconds: maxAge, required_acr: acr } = provider;
  return await authorizationUrl(clientOf(provider), secrets, {
    ...(email === undefined ? {} : { login_hint: email }),
    ...(prompt ? { prompt } : {}),
    ...(maxAge === null ? {} : { max_age: String(maxAge) }),
    ...(acr.length > 0 ? { acr_values: acr.join(' ') } : {}),
  });
}

type TeamSignIn = { query: Record<string, string>; secrets: SignInSecrets };

/**
 * Exchanges the code of a team's issuer, checks the team's policy, and finds or makes the person.
 * @throws AppError `sign_in_failed`, `sign_up_closed` or `dependency_unavailable`
 */
export async function signInWithTeamIssuer(
  ref: ProviderRef,
  { query, secrets }: TeamSignIn,
): Promise<{ userId: string; bound: Bound }> {
  const provider = await getProvider(ref);
  const maxAgeSeconds = provider.max_age_seconds;
  const claims = await redeemCode(clientOf(provider), { query, secrets, maxAgeSeconds });
  requirePolicy(claims, provider);
  const userId = await admitToTeam(provider, readIdentity(claims, provider));
  const signedInAt = typeof claims.auth_time === 'number' ? claims.auth_time : claims.iat;
  const until = maxAgeSeconds === null ? null : new Date((signedInAt + maxAgeSeconds) * 1_000);
  const issuerSession = typeof claims.sid === 'string' ? claims.sid.slice(0, 255) : null;
  return { userId, bound: { provider: ref, until, issuerSession } };
}

function requirePolicy(claims: Claims, { required_acr: acr, required_amr: amr }: IdentityProviderRow): void {
  const methods: unknown[] = Array.isArray(claims.amr) ? claims.amr : [];
  const hasLevel = acr.length === 0 || (typeof claims.acr === 'string' && acr.includes(claims.acr));
  if (hasLevel && amr.every((method) => methods.includes(method))) return;
  throw new AppError(
    'sign_in_failed',
    'Your team asks for a stronger way of signing in, such as a second factor. Set it up at your issuer, then start again.',
  );
}

/** An issuer speaks for the domains that its team has proved, and for no other address. */
function readIdentity(claims: Claims, { domains }: IdentityProviderRow): Identity {
  const { email, email_verified: isVerified = true } = claims;
  if (typeof email !== 'string' || isVerified !== true)
    throw new AppError('sign_in_failed', 'The issuer must send a verified e-mail address (claim `email`).');
  const identity = identityOf({ ...claims, email });
  const proved = domains.filter(({ verified_at: at }) => at !== null).map(({ domain }) => domain);
  if (!proved.includes(domainOf(identity.email)))
    throw new AppError(
      'sign_in_failed',
      'The address at your issuer is of a domain that your team has not proved.',
    );
  return identity;
}

/**
 * The user of the identity. Whoever signs in for the first time becomes a member with the provider's default role; who
 * was invited joins by the invitation instead, and who was removed stays out.
 */
function admitToTeam(provider: IdentityProviderRow, identity: Identity): Promise<string> {
  const { team_id: teamId, id, default_role: role } = provider;
  return inTeam(teamId, async (db) => {
    const user = await users.upsert(withHash(identity), db);
    const isFirst = await providers.recordPerson(teamId, { id, userId: user.id }, db);
    if (await members.find(teamId, user.id, db)) return user.id;
    if (await invitations.isInvitedTo(teamId, identity.email, db)) return user.id;
    if (!isFirst || !role) throw signUpClosed();
    await join(teamId, { userId: user.id, role }, db);
    return user.id;
  });
}

type NewMember = Parameters<typeof members.insert>[1];

async function join(teamId: string, { userId, role }: NewMember, db: Db): Promise<void> {
  await members.insert(teamId, { userId, role }, db);
  const actor = { userId, keyId: null };
  const after = { role, by: 'identity_provider' };
  await auditLog.append(teamId, { actor, action: 'member.joined', targetId: userId, after }, db);
}
