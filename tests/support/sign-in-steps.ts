import { type Answer, anonymous } from './api.ts';
import { platform } from './platform.ts';

/** A sign-in after the issuer's page; its callback has not been called yet. */
export type PendingSignIn = {
  /** The cookie of the login, in the form of a `Cookie` header. */
  cookie: string;
  /** The callback with the issuer's code. */
  callback: URL;
  /** The URL of the issuer to which the login redirects. */
  authorization: URL;
  login: Answer;
};

type SignInForm = { email: string; email_verified?: string };

/** Signs in up to the issuer's redirect to the API, so that a test can call the callback with changes. */
export async function signInUpToCallback(user: SignInForm, query = ''): Promise<PendingSignIn> {
  const login = await anonymous.get(`/v1/auth/google/login${query}`);
  const authorization = new URL(login.headers.get('location') ?? '');
  const callback = await submitToIssuer(authorization, user);
  return { cookie: cookieOf(login, 'rag_sign_in'), callback, authorization, login };
}

/** Calls the callback of a sign-in, with `changes` to its query. */
export function callBack(
  { callback, cookie }: Pick<PendingSignIn, 'callback' | 'cookie'>,
  changes: Record<string, string | null> = {},
  client = anonymous,
): Promise<Answer> {
  const url = new URL(callback);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return client.get(`${url.pathname}${url.search}`, cookie ? { headers: { Cookie: cookie } } : {});
}

/** `name=value` of a cookie that a response sets, '' when it does not. */
export function cookieOf(answer: Answer, name: string): string {
  return cookieLine(answer, name).split(';')[0] ?? '';
}

/** The whole `Set-Cookie` of a cookie that a response sets, '' when it does not. */
export function cookieLine(answer: Answer, name: string): string {
  return answer.headers.getSetCookie().find((line) => line.startsWith(`${name}=`)) ?? '';
}

/** Follows redirects and posts the issuer's form. @returns the URL that leads back to the API */
export async function submitToIssuer(authorization: URL, user: SignInForm): Promise<URL> {
  const { url: api } = await platform();
  const jar = new Map<string, string>();
  let url = authorization;
  let form: URLSearchParams | null = null;
  for (let steps = 0; steps < 10; steps += 1) {
    const response: Response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    form = location ? null : new URLSearchParams(user);
    url = location ? new URL(location, url) : url;
    await response.body?.cancel();
    if (url.origin === new URL(api).origin) return url;
  }
  throw new Error(`The issuer does not redirect to the API; the last URL was ${url.href}.`);
}
