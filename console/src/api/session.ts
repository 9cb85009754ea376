/**
 * The access token lives in memory only; a cookie that scripts cannot read renews it. One renewal runs at a time, in
 * all tabs, since the API takes each refresh token once.
 */
let token: string | null = null;
let renewing: Promise<boolean> | null = null;

/** The header that a request of the signed-in person carries. */
export function authorization(): Record<string, string> {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Whether an access token is at hand; it may have expired. */
export function hasToken(): boolean {
  return token !== null;
}

/** Gets a new access token. @returns false when nobody is signed in in this browser; throws when offline */
export function renewToken(): Promise<boolean> {
  renewing ??= navigator.locks.request('refresh-token', requestToken).finally(() => {
    renewing = null;
  });
  return renewing;
}

async function requestToken(): Promise<boolean> {
  const response = await fetch('/v1/auth/refresh', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  if (response.status >= 500) throw new TypeError('The session could not be renewed.');
  const body = response.ok ? ((await response.json()) as { access_token: string }) : null;
  token = body?.access_token ?? null;
  return token !== null;
}

/** Where signing in begins. The issuer sends the browser back to this origin. */
export function signInUrl(): string {
  return `/v1/auth/google/login?return_to=${encodeURIComponent(`${location.origin}/`)}`;
}

/** Where signing in with the issuer of an address's company begins. */
export function companySignInUrl(email: string): string {
  const query = new URLSearchParams({ email, return_to: `${location.origin}/` });
  return `/v1/auth/login?${query.toString()}`;
}

const RETURN_KEY = 'return-to';

/** Remembers the page that asked for signing in; the API only returns to the start page. */
export function rememberPage(href: string): void {
  sessionStorage.setItem(RETURN_KEY, href);
}

/** The page to go on with after signing in, once. */
export function takeRememberedPage(): string | null {
  const href = sessionStorage.getItem(RETURN_KEY);
  sessionStorage.removeItem(RETURN_KEY);
  return href;
}

/** Keeps the remembered page for the tab in which a mail's link opens. */
export function rememberPageForMail(): void {
  const href = sessionStorage.getItem(RETURN_KEY);
  if (href) localStorage.setItem(RETURN_KEY, href);
  else localStorage.removeItem(RETURN_KEY);
}

/** The page to go on with after signing in by mail, once. */
export function takePageForMail(): string {
  const href = localStorage.getItem(RETURN_KEY);
  localStorage.removeItem(RETURN_KEY);
  return href ?? '/';
}

/** Ends the session here and at the API, and opens the sign-in page with nothing left in memory. */
export async function signOut(): Promise<void> {
  await fetch('/v1/auth/logout', { method: 'POST', headers: authorization() });
  token = null;
  location.assign('/sign-in');
}
