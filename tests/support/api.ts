import { randomUUID } from 'node:crypto';
import type { Role, Scope } from '#shared/core/roles.ts';
import { platform } from './platform.ts';
import { signIn } from './sign-in.ts';

/** A response of the API. `body` is the parsed JSON; undefined if it was empty. */
export type Answer<T = Json> = { status: number; headers: Headers; text: string; body: T };
export type Json = Record<string, unknown>;

type Options = { headers?: Record<string, string>; body?: unknown };

/** Calls the API with one credential. A body that is not a string is sent as JSON. */
export type Client = {
  credential: string | null;
  get<T = Json>(path: string, options?: Options): Promise<Answer<T>>;
  post<T = Json>(path: string, body?: unknown, options?: Options): Promise<Answer<T>>;
  patch<T = Json>(path: string, body?: unknown, options?: Options): Promise<Answer<T>>;
  delete<T = Json>(path: string, options?: Options): Promise<Answer<T>>;
  request<T = Json>(method: string, path: string, options?: Options): Promise<Answer<T>>;
};

export type User = Client & { id: string; email: string; refreshToken: string };
export type Team = { id: string; path: string; owner: User };
export type Key = Client & { id: string; key: string };

/** A client with this access token or API key; null: without a credential. `baseUrl`: of an API beside the platform's. */
export function clientFor(credential: string | null, baseUrl?: string): Client {
  const authorization: Record<string, string> = credential ? { Authorization: `Bearer ${credential}` } : {};
  const request = <T>(method: string, path: string, options: Options = {}) =>
    send<T>(method, path, { ...options, baseUrl, headers: { ...authorization, ...options.headers } });
  return {
    credential,
    request,
    get: (path, options) => request('GET', path, options),
    post: (path, body, options) => request('POST', path, { ...options, body }),
    patch: (path, body, options) => request('PATCH', path, { ...options, body }),
    delete: (path, options) => request('DELETE', path, options),
  };
}

/** A client without a credential. */
export const anonymous = clientFor(null);

async function send<T>(
  method: string,
  path: string,
  { headers = {}, body, baseUrl }: Options & { baseUrl: string | undefined },
): Promise<Answer<T>> {
  const url = baseUrl ?? (await platform()).url;
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(25_000),
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, body: parsed as T };
}

/** A new user, signed in through the local issuer. */
export async function newUser(email = `${randomUUID()}@example.com`): Promise<User> {
  const { accessToken, refreshToken = '' } = await signIn((await platform()).url, email);
  const client = clientFor(accessToken);
  const { body } = await client.get<{ id: string }>('/v1/me');
  return { ...client, id: body.id, email, refreshToken };
}

/** A new team of `owner`, or of a new user. */
export async function newTeam(owner?: User): Promise<Team> {
  const user = owner ?? (await newUser());
  const { id } = succeeded(await user.post<{ id: string }>('/v1/teams', { name: 'Team' }));
  return { id, path: `/v1/teams/${id}`, owner: user };
}

/** Adds a member with this role, a new user by default, by invitation and acceptance. */
export async function newMember(team: Team, role: Role, user?: User): Promise<User> {
  const member = user ?? (await newUser());
  const { email } = member;
  const invited = await team.owner.post<{ token: string }>(`${team.path}/invitations`, { email, role });
  succeeded(await member.post('/v1/invitations/accept', { token: succeeded(invited).token }));
  return member;
}

/** Creates an API key of the team, as its owner or as `creator`; `more` adds fields to the body. */
export async function newKey(
  team: Team,
  scopes: Scope[],
  { creator = team.owner, ...more }: Json & { creator?: User } = {},
): Promise<Key> {
  const answer = await creator.post<{ id: string; key: string }>(`${team.path}/api-keys`, {
    name: 'key',
    scopes,
    ...more,
  });
  const { id, key } = succeeded(answer);
  return { ...clientFor(key), id, key };
}

/** The body of a successful response. @throws Error with the response if it is an error */
export function succeeded<T>(answer: Answer<T>): T {
  if (answer.status >= 300) throw new Error(`Answered ${answer.status}: ${answer.text}`);
  return answer.body;
}

/** Asserts an error response: status, code and every field of problem+json. */
export function expectProblem(answer: Answer<unknown>, status: number, code?: string): void {
  expect(answer).toMatchObject({ status, body: { status, ...(code ? { code } : {}) } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const { errors, ...rest } = answer.body as Json;
  expect(rest).toEqual({
    type: `urn:rag-platform:error:${String(rest.code)}`,
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/./),
    code: expect.stringMatching(/^[a-z]+(_[a-z]+)*$/),
    request_id: answer.headers.get('x-request-id'),
  });
  if (errors !== undefined) expect(errors).toEqual(expect.arrayContaining([FIELD]));
  expect(answer.text).not.toMatch(/node_modules|\bat .+:\d+:\d+/);
}

const FIELD = { path: expect.any(String) as string, message: expect.stringMatching(/./) as string };
