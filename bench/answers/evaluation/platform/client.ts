import { setTimeout as delay } from 'node:timers/promises';

/** A client of the API as one credential. It knows nothing but the contract. */
export type Client = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  delete(path: string): Promise<void>;
};

const TIMEOUT_MS = 120_000;
const MAX_ATTEMPTS = 8;
const DEFAULT_WAIT_S = 1;

/**
 * Makes a client. Answers that say "later" (429, 503) are waited for as `Retry-After` says.
 * @param credential an API key or an access token
 */
export function makeClient(url: string, credential: string): Client {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.ok) return text === '' ? undefined : JSON.parse(text);
      if (![429, 503].includes(response.status) || attempt === MAX_ATTEMPTS) {
        throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
      }
      await delay(Number(response.headers.get('retry-after') ?? DEFAULT_WAIT_S) * 1_000);
    }
  };
  return {
    get: async <T>(path: string) => (await call('GET', path)) as T,
    post: async <T>(path: string, body: unknown) => (await call('POST', path, body)) as T,
    delete: async (path) => {
      await call('DELETE', path);
    },
  };
}
