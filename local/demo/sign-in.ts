import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

export type SignedIn = {
  accessToken: string;
  /** Set when the API returns it in the body; otherwise it is one of the cookies. */
  refreshToken?: string;
  /** The cookies of the API's host, by name. */
  cookies: Record<string, string>;
};

type SignInOptions = {
  /** The address to connect from. Sign-ins are limited by address, and tests sign in often. */
  localAddress?: string;
};

type Visited = { url: string; status: number; headers: IncomingHttpHeaders; body: string };
type Browser = { jar: Map<string, string>; options: SignInOptions };

const MAX_STEPS = 15;
const TIMEOUT_MS = 20_000;

/**
 * Signs in through the API's sign-in and the local issuer's page with plain HTTP, as a browser does: follows redirects,
 * keeps cookies, posts the form.
 * @param baseUrl of the API, such as http://localhost:8000
 * @throws Error with the last step and its response, when the sign-in does not end with an access token
 */
export async function signIn(baseUrl: string, email: string, options: SignInOptions = {}): Promise<SignedIn> {
  const browser = { jar: new Map<string, string>(), options };
  let visited = await visit(browser, `${baseUrl}/v1/auth/google/login`);
  for (let i = 0; i < MAX_STEPS; i += 1) {
    const { location } = visited.headers;
    if (location) visited = await visit(browser, new URL(location, visited.url).href);
    else if (isPage(visited)) visited = await visit(browser, visited.url, new URLSearchParams({ email }));
    else return readTokens(visited, browser.jar);
  }
  throw new Error(
    `The sign-in as ${email} did not end after ${MAX_STEPS} steps; the last one was ${visited.url}.`,
  );
}

async function visit({ jar, options }: Browser, url: string, form?: URLSearchParams): Promise<Visited> {
  const { origin } = new URL(url);
  const cookie = [...jar].flatMap(([key, value]) =>
    key.startsWith(`${origin} `) ? [`${key.slice(origin.length + 1)}=${value}`] : [],
  );
  const visited = await send(url, {
    ...options,
    ...(form ? { form: form.toString() } : {}),
    ...(cookie.length > 0 ? { cookie: cookie.join('; ') } : {}),
  });
  for (const line of visited.headers['set-cookie'] ?? []) storeCookie(jar, origin, line);
  return visited;
}

async function send(
  url: string,
  { form, cookie, localAddress }: SignInOptions & { form?: string; cookie?: string },
): Promise<Visited> {
  const headers = {
    ...(cookie ? { Cookie: cookie } : {}),
    ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
  };
  const from = localAddress ? { localAddress, family: 4 } : {};
  const { promise, resolve, reject } = Promise.withResolvers<Visited>();
  const sent = request(
    url,
    { method: form ? 'POST' : 'GET', headers, timeout: TIMEOUT_MS, ...from },
    (response) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then((body) => resolve({ url, status, headers, body }), reject);
    },
  );
  sent.once('timeout', () => sent.destroy(new Error(`${new URL(url).pathname} did not answer`)));
  sent.once('error', reject);
  sent.end(form);
  return await promise;
}

function storeCookie(jar: Map<string, string>, origin: string, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const [name = '', ...rest] = pair.split('=');
  const value = rest.join('=');
  const gone = value === '' || attributes.some((each) => /^\s*max-age=0\s*$/i.test(each));
  if (gone) jar.delete(`${origin} ${name.trim()}`);
  else jar.set(`${origin} ${name.trim()}`, value);
}

function isPage({ status, headers }: Visited): boolean {
  return status === 200 && (headers['content-type'] ?? '').startsWith('text/html');
}

function readTokens({ url, status, body }: Visited, jar: Map<string, string>): SignedIn {
  const { origin, pathname } = new URL(url);
  if (status !== 200) throw new Error(`Sign-in failed at ${pathname}: ${status} ${body}`);
  const tokens = JSON.parse(body) as { access_token: string; refresh_token?: string };
  const cookies = Object.fromEntries(
    [...jar].flatMap(([key, value]) =>
      key.startsWith(`${origin} `) ? [[key.slice(origin.length + 1), value]] : [],
    ),
  );
  const refresh = tokens.refresh_token ? { refreshToken: tokens.refresh_token } : {};
  return { accessToken: tokens.access_token, ...refresh, cookies };
}
