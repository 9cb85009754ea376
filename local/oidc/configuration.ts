import { interactionPolicy, type Provider } from 'oidc-provider';
import type { IssuerKeys } from './keys.ts';
import { messagePage } from './page.ts';
import type { User } from './users.ts';

export type IssuerOptions = {
  /** Public URL of the issuer. */
  issuer: string;
  keys: IssuerKeys;
  client: { id: string; secret: string; redirectUris: string[] };
  /** Redirect URIs that are accepted besides those of the client. */
  alsoRedirectsTo?: RegExp;
};

const HOUR = 3_600;

/** The configuration of oidc-provider. @param users that have signed in, by subject */
export function configuration(options: IssuerOptions, users: Map<string, User>) {
  return {
    clients: [registration(options.client)],
    jwks: { keys: [options.keys.signingKey] },
    cookies: { keys: options.keys.cookieKeys },
    pkce: { required: () => true },
    scopes: ['openid', 'email', 'profile'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture', 'locale'] },
    // Like Google, put the claims of the scopes into the id_token.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 60,
      IdToken: HOUR,
      Interaction: HOUR,
      Session: HOUR,
      Grant: HOUR,
    },
    interactions: { policy: promptPolicy(), url: interactionUrl },
    findAccount: (_context: unknown, accountId: string) => {
      const user = users.get(accountId);
      return user && { accountId, claims: () => claimsOf(accountId, user, options.issuer) };
    },
    loadExistingGrant: grantConsent,
    renderError,
  };
}

function registration({ id, secret, redirectUris }: IssuerOptions['client']) {
  return {
    client_id: id,
    client_secret: secret,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_post',
  };
}

function interactionUrl(_context: unknown, { uid }: { uid: string }): string {
  return `/interaction/${uid}`;
}

type Rendering = { type: string; body: string };

function renderError(context: Rendering, out: { error: string; error_description?: string }): void {
  context.type = 'html';
  context.body = messagePage(out.error, out.error_description ?? '');
}

function promptPolicy() {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  return policy;
}

type ConsentContext = {
  oidc: { client: { clientId: string }; session: { accountId: string }; provider: Provider };
};

/** Grants consent without asking for it. */
async function grantConsent({ oidc }: ConsentContext) {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
}

function claimsOf(sub: string, { email, emailVerified, name }: User, issuer: string) {
  const picture = `${issuer}/users/${encodeURIComponent(name)}.svg`;
  const locale = /\p{Script=Hangul}/u.test(name) ? 'ko' : 'en';
  return { sub, email, email_verified: emailVerified, name, picture, locale };
}
