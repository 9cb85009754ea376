import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SCOPES } from '#shared/core/roles.ts';
import type { Route } from '#shared/http/route.ts';
import {
  type Answer,
  type Client,
  type Json,
  newKey,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { ALL_ROUTES, fillPath } from '#tests/support/routes.ts';

/** Valid bodies, so that each mutated body has exactly one invalid node. */
const BODIES: Record<string, Json> = {
  '/v1/auth/refresh': { refresh_token: 'x' },
  '/v1/auth/logout': { refresh_token: 'x' },
  '/v1/auth/email': { email: 'x@example.com', return_to: 'x' },
  '/v1/auth/email/callback': { token: 'x' },
  '/v1/teams/{team_id}/identity-providers': {
    issuer: 'http://127.0.0.1:9',
    client_id: 'x',
    client_secret: 'x',
    domains: ['x.example'],
    required_acr: ['x'],
    required_amr: ['x'],
    max_age_seconds: 600,
    prompt: 'login',
    default_role: 'viewer',
  },
  '/v1/teams/{team_id}/identity-providers/{provider_id}': { client_id: 'x', domains: ['x.example'] },
  '/v1/teams': { name: 'x' },
  '/v1/teams/{team_id}': { name: 'x', vector_weight: 1, lexical_weight: 1, monthly_budget_usd: 1 },
  '/v1/invitations/accept': { token: 'x' },
  '/v1/teams/{team_id}/invitations': { email: 'x@example.com', role: 'viewer' },
  '/v1/teams/{team_id}/members/{user_id}': { role: 'viewer' },
  '/v1/teams/{team_id}/api-keys': {
    name: 'x',
    scopes: ['search'],
    expires_at: '2099-01-01T00:00:00Z',
    rate_limit_per_minute: 1,
    monthly_budget_usd: 1,
    bot_ids: ['x'],
  },
  '/v1/teams/{team_id}/api-keys/{key_id}': { name: 'x', expires_at: null },
  '/v1/teams/{team_id}/api-keys/{key_id}/rotate': { overlap_minutes: 0 },
  '/v1/teams/{team_id}/collections': { name: 'x', chunking: { max_tokens: 100, overlap_tokens: 10 } },
  '/v1/teams/{team_id}/documents': {
    filename: 'x.pdf',
    content_type: 'application/pdf',
    size_bytes: 1,
    metadata: { key: 'x' },
    on_duplicate: 'keep',
  },
  '/v1/teams/{team_id}/documents/text': { title: 'x', text: 'x', metadata: { key: 'x' } },
  '/v1/teams/{team_id}/documents/delete': { document_ids: [randomUUID()] },
  '/v1/teams/{team_id}/documents/{document_id}': {
    filename: 'x',
    title: 'x',
    metadata: { key: ['x', 1] },
    collection_id: randomUUID(),
    enabled: true,
  },
  '/v1/teams/{team_id}/documents/url': { url: 'https://127.0.0.1/x.pdf' },
  '/v1/teams/{team_id}/search': {
    query: 'x',
    mode: 'lexical',
    top_k: 5,
    filter: {
      document_ids: [randomUUID()],
      metadata: { key: 'x', list: { in: ['x', 1] }, range: { gte: '2024-01-01', lt: 'x' } },
      created: { gte: '2024-01-01' },
    },
  },
  '/v1/teams/{team_id}/bots': {
    name: 'x',
    temperature: 1,
    max_output_tokens: 100,
    retrieval: { mode: 'hybrid', top_k: 5, min_score: 0.1 },
    filter: { metadata: { key: { in: ['x'] } } },
  },
  '/v1/teams/{team_id}/bots/{bot_id}/chat': {
    message: 'x',
    stream: false,
    filter: { metadata: { key: 'x' } },
  },
  '/v1/teams/{team_id}/messages/{message_id}/feedback': { rating: 'up', comment: 'x' },
  '/v1/teams/{team_id}/messages/{message_id}/regenerate': {
    stream: false,
    filter: { metadata: { key: 'x' } },
  },
  '/v1/chat/completions': {
    model: 'x',
    messages: [
      { role: 'system', content: 'x' },
      { role: 'user', content: [{ type: 'text', text: 'x' }] },
    ],
    stream: false,
    stream_options: { include_usage: true },
  },
  '/v1/embeddings': { model: 'x', input: 'x' },
};

/** As JSON text, because JSON.stringify cannot write some of them. */
const BAD_VALUES = [
  'null',
  'true',
  '-1',
  '0',
  '1e999',
  '1.5',
  '99999999999999999999',
  '""',
  '" "',
  '"\\ud800"',
  '"\\u0000"',
  `"${'가'.repeat(50_000)}"`,
  `"${randomUUID()}"`,
  '"2020-13-45T99:00:00Z"',
  '"9999-12-31T23:59:59-23:59"',
  '"https://[::1"',
  '[]',
  '[null]',
  `[${'"x",'.repeat(2_000)}"x"]`,
  '{}',
  '{"__proto__":null,"$in":[1]}',
  `${'['.repeat(500)}${']'.repeat(500)}`,
];
const BAD_BODIES = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '0',
  '{}',
  '{"":""}',
  '{"__proto__":{"name":"x"}}',
  '\ufeff{}',
];
const BAD_IDS = [randomUUID(), 'x', '%00', "'%20OR%201=1", '%EF%BF%BF', 'a'.repeat(2_000), '-1', '%2e%2e'];
const BAD_QUERIES = [
  '0000-01-01',
  '9999-12-31T23:59:59-23:59',
  '',
  'x',
  '-1',
  '%00',
  '%F0%9F%92%A9',
  "'%20OR%201=1",
  '1e999',
  'a'.repeat(3_000),
  '[]',
];

let team: Team;
let key: Client;
let ids: Record<string, string>;

beforeAll(async () => {
  team = await newTeam();
  key = await newKey(team, [...SCOPES]);
  const create = async (path: string, body: object) =>
    succeeded(await team.owner.post<{ id: string }>(`${team.path}/${path}`, body)).id;
  ids = {
    team_id: team.id,
    bot_id: await create('bots', { name: 'x' }),
    collection_id: await create('collections', { name: 'x' }),
    key_id: (await newKey(team, ['search'])).id,
  };
});

/** Asserts that a response is no 500, and that an error has the API's format. */
function expectDecent(answer: Answer, what: string): void {
  const { status, text } = answer;
  if (status >= 500) throw new Error(`${what.slice(0, 300)} was answered ${status}: ${text}`);
  if (status < 400) return;
  const type = answer.headers.get('content-type') ?? '';
  const body = answer.body as Json | undefined;
  const decent = type.startsWith('application/problem+json')
    ? body?.status === status && body.code
    : body?.error;
  if (!decent)
    throw new Error(`${what.slice(0, 300)} was refused without a problem: ${status} ${type} ${text}`);
}

async function sendAll(route: Route, attempts: { path: string; body?: string }[]): Promise<void> {
  const forKeys = typeof route.access === 'object' && route.access.scope !== 'session-only';
  const client = forKeys ? key : team.owner;
  // Few at a time: this tests the content of requests, not their number.
  for (let at = 0; at < attempts.length; at += 8) {
    const some = attempts.slice(at, at + 8).map(async ({ path, body }) => {
      const answer = await client.request(route.method, path, body === undefined ? {} : { body });
      expectDecent(answer, `${route.method} ${path} ${body ?? ''}`);
    });
    await Promise.all(some);
  }
}

function named(routes: Route[]): [string, Route][] {
  return routes.map((route) => [`${route.method} ${route.path}`, route]);
}

/** The names of a schema's fields; for a schema with any names, those of an issuer's redirect. */
function fieldsOf(schema: z.ZodType): string[] {
  const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.keys(properties ?? { code: 1, state: 1, iss: 1, error: 1 });
}

/** JSON texts of `value` in which `bad` replaces one node, for each node including the root. */
function withOneBad(value: unknown, bad: string): string[] {
  if (value === null || typeof value !== 'object') return [bad];
  const entries: [string, unknown][] = Object.entries(value);
  const nested = entries.flatMap(([changed, each]) =>
    withOneBad(each, bad).map((inner) => {
      const parts = entries.flatMap(([name, other]) => {
        const text = name === changed ? inner : JSON.stringify(other);
        if (text === undefined) return [];
        return [Array.isArray(value) ? text : `${JSON.stringify(name)}:${text}`];
      });
      return Array.isArray(value) ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
    }),
  );
  return [bad, ...nested];
}

const withBody = ALL_ROUTES.filter(({ body }) => body !== undefined);
const withQuery = ALL_ROUTES.filter(({ query }) => query !== undefined);
const withParams = ALL_ROUTES.filter(({ path }) => path.includes('{'));

describe('no body causes a 500', () => {
  test.each(named(withBody))(
    '%s',
    async (_name, route) => {
      const path = fillPath(route.path, ids, randomUUID());
      const fields = route.body ? fieldsOf(route.body) : [];
      const others = Object.fromEntries(fields.map((field) => [field, undefined]));
      const good = { ...others, ...(BODIES[route.path] ?? BODIES[route.path.replace(/\/\{\w+\}$/, '')]) };
      const bodies = [...BAD_BODIES, ...BAD_VALUES.flatMap((bad) => withOneBad(good, bad))];
      await sendAll(
        route,
        bodies.map((body) => ({ path, body })),
      );
    },
    120_000,
  );
});

describe('no query causes a 500', () => {
  test.each(named(withQuery))(
    '%s',
    async (_name, route) => {
      const path = fillPath(route.path, ids, randomUUID());
      const fields = route.query ? [...fieldsOf(route.query), 'unknown'] : [];
      const queries = fields.flatMap((field) => BAD_QUERIES.map((bad) => `${field}=${bad}`));
      await sendAll(
        route,
        [...queries, 'limit=1&limit=x', '=', '&&&', '%zz', 'limit[]=1'].map((query) => ({
          path: `${path}?${query}`,
        })),
      );
    },
    60_000,
  );
});

describe('no id causes a 500', () => {
  test.each(named(withParams))(
    '%s',
    async (_name, route) => {
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const paths = names.flatMap((bad) =>
        BAD_IDS.map((id) =>
          route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
            name === bad ? id : (ids[name] ?? randomUUID()),
          ),
        ),
      );
      const attempts = paths.map((path) => ({ path, ...(route.body ? { body: '{}' } : {}) }));
      // Skips the request that would have its effect: our own team's id with a random user's.
      await sendAll(route, route.path === '/v1/teams/{team_id}' ? attempts.filter(isNotOurs) : attempts);
    },
    60_000,
  );
});

function isNotOurs({ path }: { path: string }): boolean {
  return !path.includes(team.id);
}
