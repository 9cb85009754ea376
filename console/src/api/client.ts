import type { components, paths } from '@rag-platform/openapi-types';
import createClient, { type Middleware } from 'openapi-fetch';
import { readProblem } from './problem.ts';
import { authorization, renewToken } from './session.ts';

/** The shapes of the API, generated from openapi.json. */
export type Schemas = components['schemas'];

type Sending = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** Sends a request as the signed-in person; once more with a new token when the old one has expired. */
export async function authorizedFetch(url: string, init: Sending = {}): Promise<Response> {
  const send = () => fetch(url, { ...init, headers: { ...init.headers, ...authorization() } });
  const response = await send();
  if (response.status !== 401 || !(await renewToken())) return response;
  return await send();
}

const withToken: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value);
    return request;
  },
};

/** The fetch of the typed client. A request's body can be read once, so that a copy is kept for a second try. */
async function fetchWithRenewal(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await fetch(request);
  if (response.status !== 401 || !(await renewToken())) return response;
  for (const [name, value] of Object.entries(authorization())) again.headers.set(name, value);
  return await fetch(again);
}

/** The typed client of the API. Wrap calls in `unwrap`, which throws an ApiProblem. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: fetchWithRenewal });
api.use(withToken);

/** Downloads an answer of the API that is a file, such as a CSV or an export, under the name that the API gives. */
export async function saveFile(url: string, fallbackName: string, accept = '*/*'): Promise<void> {
  const response = await authorizedFetch(url, { headers: { Accept: accept } });
  if (!response.ok) throw await readProblem(response);
  const [, encoded] =
    /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = encoded ? decodeURIComponent(encoded) : fallbackName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
