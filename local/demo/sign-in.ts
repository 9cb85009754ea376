import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

export type SignedIn = {
  accessToken: string;
  /** Only when the API puts it into the body; otherwise it is among the cookies. */
  refreshToken?: string;
  /** Name → value of the cookies that the API's host has set. */
  cookies: Record<string, string>;
};

type SignInOptions = {
  /** The address to connect from. Sign-in is limited by address, and tests sign in a lot. */
  localAddress?: string;
};

type Answer = { url: string; status: number; headers: IncomingHttpHeaders; body: string };
type Browser = { jar: Map<string, string>; options: SignInOptions };

const MAX_STEPS = 15;
const TIMEOUT_MS = 20_000;

/**
 * Signs in as somebody through the API's own sign-in and the local issuer's page, as a browser would: redirects
 * followed, cookies kept, the form posted. Nothing but plain HTTP.
 * @param baseUrl of the API, such as http://localhost:8000
 * @throws Error with the step and what it answered, when sign-in does not end with an access token
 */
export async function signIn(baseUrl: string, email: string, options: SignInOptions = {}): Promise<SignedIn> {
  const browser = { jar: new Map<string, string>(), options };
  let answer = await visit(browser, `${baseUrl}/v1/auth/google/login`);
  for (let i = 0; i < MAX_STEPS; i += 1) {
    const { location } = answer.headers;
    if (location) answer = await visit(browser, new URL(location, answer.url).href);
    else if (isPage(answer)) answer = await visit(browser, answer.url, new URLSearchParams({ email }));
    else return tokensFrom(answer, browser.jar);
  }
  throw new Error(`Sign-in as ${email} did not come to an end; it last went to ${answer.url}.`);
}

async function visit({ jar, options }: Browser, url: string, form?: URLSearchParams): Promise<Answer> {
  const { origin } = new URL(url);
  const cookie = [...jar].flatMap(([key, value]) =>
    key.startsWith(`${origin} `) ? [`${key.slice(origin.length + 1)}=${value}`] : [],
  );
  const answer = await send(url, {
    ...options,
    ...(form ? { form: form.toString() } : {}),
    ...(cookie.length > 0 ? { cookie: cookie.join('; ') } : {}),
  });
  for (const line of answer.headers['set-cookie'] ?? []) keep(jar, origin, line);
  return answer;
}

async function send(
  url: string,
  { form, cookie, localAddress }: SignInOptions & { form?: string; cookie?: string },
): Promise<Answer> {
  const headers = {
    ...(cookie ? { Cookie: cookie } : {}),
    ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
  };
  const from = localAddress ? { localAddress, family: 4 } : {};
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
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

function keep(jar: Map<string, string>, origin: string, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const [name = '', ...rest] = pair.split('=');
  const value = rest.join('=');
  const gone = value === '' || attributes.some((each) => /^\s*max-age=0\s*$/i.test(each));
  if (gone) jar.delete(`${origin} ${name.trim()}`);
  else jar.set(`${origin} ${name.trim()}`, value);
}

function isPage({ status, headers }: Answer): boolean {
  return status === 200 && (headers['content-type'] ?? '').startsWith('text/html');
}

function tokensFrom({ url, status, body }: Answer, jar: Map<string, string>): SignedIn {
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
