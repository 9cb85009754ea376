export type SignedIn = {
  accessToken: string;
  /** Only when the API puts it into the body; otherwise it is among the cookies. */
  refreshToken?: string;
  /** Name → value of the cookies that the API's host has set. */
  cookies: Record<string, string>;
};

const MAX_STEPS = 15;

/**
 * Signs in as somebody through the API's own sign-in and the local issuer's page, as a browser would: redirects
 * followed, cookies kept, the form posted. Nothing but plain HTTP.
 * @param baseUrl of the API, such as http://localhost:8000
 * @throws Error with the step and what it answered, when sign-in does not end with an access token
 */
export async function signIn(baseUrl: string, email: string): Promise<SignedIn> {
  const jar = new Map<string, string>();
  let response = await step(jar, `${baseUrl}/v1/auth/google/login`);
  for (let i = 0; i < MAX_STEPS; i += 1) {
    const location = response.headers.get('location');
    if (location) response = await step(jar, new URL(location, response.url).href);
    else if (isPage(response)) response = await step(jar, response.url, new URLSearchParams({ email }));
    else return await tokensFrom(response, jar);
  }
  throw new Error(`Sign-in as ${email} did not come to an end; it last went to ${response.url}.`);
}

async function step(jar: Map<string, string>, url: string, form?: URLSearchParams): Promise<Response> {
  const origin = new URL(url).origin;
  const mine = [...jar].filter(([key]) => key.startsWith(`${origin} `));
  const cookie = mine.map(([key, value]) => `${key.slice(origin.length + 1)}=${value}`).join('; ');
  const headers = cookie ? { cookie } : {};
  const response = await fetch(url, {
    redirect: 'manual',
    headers,
    ...(form ? { method: 'POST', body: form } : {}),
  });
  for (const line of response.headers.getSetCookie()) {
    const [pair = '', ...attributes] = line.split(';');
    const [name = '', ...value] = pair.split('=');
    const gone = value.join('=') === '' || attributes.some((each) => /^\s*max-age=0\s*$/i.test(each));
    if (gone) jar.delete(`${origin} ${name.trim()}`);
    else jar.set(`${origin} ${name.trim()}`, value.join('='));
  }
  return response;
}

function isPage(response: Response): boolean {
  return response.status === 200 && (response.headers.get('content-type') ?? '').startsWith('text/html');
}

async function tokensFrom(response: Response, jar: Map<string, string>): Promise<SignedIn> {
  const text = await response.text();
  if (!response.ok)
    throw new Error(`Sign-in failed at ${new URL(response.url).pathname}: ${response.status} ${text}`);
  const body = JSON.parse(text) as { access_token: string; refresh_token?: string };
  const { origin } = new URL(response.url);
  const cookies = Object.fromEntries(
    [...jar].flatMap(([key, value]) =>
      key.startsWith(`${origin} `) ? [[key.slice(origin.length + 1), value]] : [],
    ),
  );
  const refresh = body.refresh_token ? { refreshToken: body.refresh_token } : {};
  return { accessToken: body.access_token, ...refresh, cookies };
}
