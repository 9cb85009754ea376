import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import { configuration, type IssuerOptions } from './configuration.ts';
import { messagePage, portrait, userPage } from './page.ts';
import { subjectOf, type User, userFromForm } from './users.ts';

const MAX_FORM_BYTES = 10_000;

/**
 * Creates an OpenID Connect issuer that stands in for Google: authorization code with PKCE, and id_tokens signed with
 * RS256 that contain `email`, `email_verified`, `name` and `picture`. A person who signs in chooses a user; there is no
 * password and no consent page.
 */
export function createIssuer(options: IssuerOptions): Server {
  const users = new Map<string, User>();
  const signedIn: SignedIn = new Map();
  const provider = new Provider(options.issuer, configuration(options, users));
  if (options.alsoRedirectsTo) acceptRedirects(provider, options.alsoRedirectsTo);
  provider.on('server_error', (_context, error) => console.error('The issuer failed:', error));
  const serve = provider.callback();
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', options.issuer);
    const [, first, second = ''] = pathname.split('/');
    if (first === 'users') return sendPortrait(response, second);
    if (first === 'gone' && request.method === 'POST')
      return void announceGone(request, response, { provider, signedIn });
    forgetSession(request);
    if (first !== 'interaction') return serve(request, response);
    interact(request, response, { provider, users, signedIn }).catch((error: unknown) => {
      console.error('A sign-in failed:', error instanceof Error ? error.message : error);
      sendPage(
        response,
        400,
        messagePage('로그인이 만료되었습니다', 'This sign-in has expired; please start again.'),
      );
    });
  });
}

/** A team's provider has its id in its redirect URI, which nobody knows before it exists. */
function acceptRedirects(provider: Provider, accepted: RegExp): void {
  const { prototype } = provider.Client;
  const isRegistered = prototype.redirectUriAllowed;
  prototype.redirectUriAllowed = function (uri: string) {
    return accepted.test(uri) || isRegistered.call(this, uri);
  };
}

/** Subject → the addresses that people were sent back to, with the client's id. */
type SignedIn = Map<string, Map<string, string>>;
type Interacting = { provider: Provider; users: Map<string, User>; signedIn: SignedIn };

async function interact(
  request: IncomingMessage,
  response: ServerResponse,
  { provider, users, signedIn }: Interacting,
) {
  const { uid, params } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') return sendPage(response, 200, userPage(uid));
  const user = userFromForm(await readForm(request));
  if (!user)
    return sendPage(
      response,
      422,
      userPage(uid, '이메일 주소가 올바르지 않습니다. · That is not an e-mail address.'),
    );
  const accountId = subjectOf(user.email);
  users.set(accountId, user);
  const places = signedIn.get(accountId) ?? new Map<string, string>();
  signedIn.set(accountId, places.set(String(params.redirect_uri), String(params.client_id)));
  const result = { login: { accountId, remember: false }, select_account: {} };
  await provider.interactionFinished(request, response, result);
}

type Announcing = Pick<Interacting, 'provider' | 'signedIn'>;

/**
 * Says to every team's provider that a person (`email`) signed in with that the person's account is gone: by
 * oidc-provider's own back-channel logout, at the address that belongs to the redirect URI. Answers with their number.
 */
async function announceGone(
  request: IncomingMessage,
  response: ServerResponse,
  { provider, signedIn }: Announcing,
): Promise<void> {
  const subject = subjectOf((await readForm(request)).get('email') ?? '');
  let [told, status] = [0, 200];
  for (const [redirectUri, clientId] of signedIn.get(subject) ?? []) {
    if (!redirectUri.includes('/v1/auth/oidc/')) continue;
    const client = Object.create((await provider.Client.find(clientId)) ?? {}) as BackchannelClient;
    client.backchannelLogoutUri = redirectUri.replace(/\/callback$/, '/backchannel-logout');
    await client.backchannelLogout(subject).catch((error: unknown) => {
      console.error('A back-channel logout failed:', error instanceof Error ? error.message : error);
      status = 502;
    });
    told += 1;
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ told }));
}

type BackchannelClient = { backchannelLogoutUri: string; backchannelLogout(subject: string): Promise<void> };

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_FORM_BYTES) throw new Error('the form is too large');
  }
  return new URLSearchParams(text);
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'",
  });
  response.end(html);
}

function sendPortrait(response: ServerResponse, file: string): void {
  const name = URL.parse(`http://x/${file}`) ? safeDecode(file.replace(/\.svg$/, '')) : '?';
  response.writeHead(200, {
    'Content-Type': 'image/svg+xml',
    'Content-Security-Policy': "default-src 'none'",
  });
  response.end(portrait(name));
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '?';
  }
}

/** Removes the issuer's session cookie from a request, so that every sign-in shows the page with the users. */
function forgetSession(request: IncomingMessage): void {
  const cookies = (request.headers.cookie ?? '').split(/;\s*/);
  request.headers.cookie = cookies.filter((cookie) => !/^_session[.=]/.test(cookie)).join('; ');
}
