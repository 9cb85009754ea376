import { type Answer, anonymous } from './api.ts';
import { platform } from './platform.ts';

/** A sign-in that has been through the issuer and waits for its callback to be called. */
export type PendingSignIn = {
  /** The cookie that the login set, as the browser would send it. */
  cookie: string;
  /** Path and query of the callback with the code that the issuer gave. */
  callback: URL;
  /** Where the login sent the browser. */
  authorization: URL;
  login: Answer;
};

type Person = { email: string; email_verified?: string };

/** Signs in as far as the issuer's redirect back to the API, so that tests can call the callback in their own way. */
export async function signInUpToCallback(person: Person, query = ''): Promise<PendingSignIn> {
  const login = await anonymous.get(`/v1/auth/google/login${query}`);
  const authorization = new URL(login.headers.get('location') ?? '');
  const callback = await throughIssuer(authorization, person);
  return { cookie: cookieOf(login, 'rag_sign_in'), callback, authorization, login };
}

/** Calls the callback of a sign-in, with `changes` to its query and possibly another cookie. */
export function callBack(
  { callback, cookie }: Pick<PendingSignIn, 'callback' | 'cookie'>,
  changes: Record<string, string | null> = {},
): Promise<Answer> {
  const url = new URL(callback);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return anonymous.get(`${url.pathname}${url.search}`, cookie ? { headers: { Cookie: cookie } } : {});
}

/** `name=value` of a cookie that an answer sets, '' when it does not. */
export function cookieOf(answer: Answer, name: string): string {
  return cookieLine(answer, name).split(';')[0] ?? '';
}

/** The whole `Set-Cookie` of a cookie that an answer sets, '' when it does not. */
export function cookieLine(answer: Answer, name: string): string {
  return answer.headers.getSetCookie().find((line) => line.startsWith(`${name}=`)) ?? '';
}

async function throughIssuer(authorization: URL, person: Person): Promise<URL> {
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
    form = location ? null : new URLSearchParams(person);
    url = location ? new URL(location, url) : url;
    await response.body?.cancel();
    if (url.origin === new URL(api).origin) return url;
  }
  throw new Error(`The issuer does not lead back to the API; it last went to ${url.href}.`);
}
