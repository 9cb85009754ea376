import { randomUUID } from 'node:crypto';
import { ROLES, type Role, SCOPES, type Scope } from '#shared/core/roles.ts';
import type { Answer, Team, User } from '#tests/support/api.ts';
import {
  anonymous,
  type Client,
  expectProblem,
  newKey,
  newMember,
  newTeam,
  newUser,
} from '#tests/support/api.ts';
import { ALL_ROUTES, fillPath } from '#tests/support/routes.ts';

/** The access rules of the API: the role in the team, and what an API key needs. */
const RULES: Record<string, [Role, Scope | 'any key' | 'no key']> = {
  'GET /v1/teams/{team_id}': ['viewer', 'any key'],
  'PATCH /v1/teams/{team_id}': ['admin', 'no key'],
  'DELETE /v1/teams/{team_id}': ['owner', 'no key'],
  'GET /v1/teams/{team_id}/members': ['viewer', 'no key'],
  'PATCH /v1/teams/{team_id}/members/{user_id}': ['admin', 'no key'],
  'DELETE /v1/teams/{team_id}/members/{user_id}': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/members/{user_id}/sessions': ['admin', 'no key'],
  'DELETE /v1/teams/{team_id}/members/{user_id}/sessions': ['admin', 'no key'],
  'DELETE /v1/teams/{team_id}/members/{user_id}/sessions/{session_id}': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/allowed-addresses': ['owner', 'no key'],
  'PUT /v1/teams/{team_id}/allowed-addresses': ['owner', 'no key'],
  'GET /v1/teams/{team_id}/legal-hold': ['owner', 'no key'],
  'PUT /v1/teams/{team_id}/legal-hold': ['owner', 'no key'],
  'DELETE /v1/teams/{team_id}/legal-hold': ['owner', 'no key'],
  'POST /v1/teams/{team_id}/identity-providers': ['owner', 'no key'],
  'GET /v1/teams/{team_id}/identity-providers': ['owner', 'no key'],
  'GET /v1/teams/{team_id}/identity-providers/{provider_id}': ['owner', 'no key'],
  'PATCH /v1/teams/{team_id}/identity-providers/{provider_id}': ['owner', 'no key'],
  'DELETE /v1/teams/{team_id}/identity-providers/{provider_id}': ['owner', 'no key'],
  'POST /v1/teams/{team_id}/identity-providers/{provider_id}/verify': ['owner', 'no key'],
  'POST /v1/teams/{team_id}/invitations': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/invitations': ['admin', 'no key'],
  'DELETE /v1/teams/{team_id}/invitations/{invitation_id}': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/audit-log': ['admin', 'no key'],
  'POST /v1/teams/{team_id}/exports': ['owner', 'no key'],
  'GET /v1/teams/{team_id}/exports': ['owner', 'no key'],
  'GET /v1/teams/{team_id}/exports/{export_id}': ['owner', 'no key'],
  'GET /v1/teams/{team_id}/imports/{import_id}': ['owner', 'no key'],
  'POST /v1/teams/{team_id}/webhooks': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/webhooks': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/webhooks/{webhook_id}': ['admin', 'no key'],
  'PATCH /v1/teams/{team_id}/webhooks/{webhook_id}': ['admin', 'no key'],
  'DELETE /v1/teams/{team_id}/webhooks/{webhook_id}': ['admin', 'no key'],
  'POST /v1/teams/{team_id}/webhooks/{webhook_id}/rotate': ['admin', 'no key'],
  'POST /v1/teams/{team_id}/webhooks/{webhook_id}/test': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/webhooks/{webhook_id}/deliveries': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/usage': ['admin', 'usage:read'],
  'GET /v1/teams/{team_id}/insights': ['admin', 'usage:read'],
  'POST /v1/teams/{team_id}/api-keys': ['admin', 'no key'],
  'GET /v1/teams/{team_id}/api-keys': ['admin', 'no key'],
  'PATCH /v1/teams/{team_id}/api-keys/{key_id}': ['admin', 'no key'],
  'DELETE /v1/teams/{team_id}/api-keys/{key_id}': ['admin', 'no key'],
  'POST /v1/teams/{team_id}/api-keys/{key_id}/rotate': ['admin', 'no key'],
  'POST /v1/teams/{team_id}/collections': ['member', 'documents:write'],
  'GET /v1/teams/{team_id}/collections': ['viewer', 'documents:read'],
  'GET /v1/teams/{team_id}/collections/{collection_id}': ['viewer', 'documents:read'],
  'PATCH /v1/teams/{team_id}/collections/{collection_id}': ['member', 'documents:write'],
  'DELETE /v1/teams/{team_id}/collections/{collection_id}': ['admin', 'documents:write'],
  'GET /v1/teams/{team_id}/collections/{collection_id}/members': ['viewer', 'no key'],
  'PUT /v1/teams/{team_id}/collections/{collection_id}/members/{user_id}': ['admin', 'no key'],
  'DELETE /v1/teams/{team_id}/collections/{collection_id}/members/{user_id}': ['admin', 'no key'],
  'POST /v1/teams/{team_id}/documents': ['member', 'documents:write'],
  'POST /v1/teams/{team_id}/documents/text': ['member', 'documents:write'],
  'POST /v1/teams/{team_id}/documents/url': ['member', 'documents:write'],
  'GET /v1/teams/{team_id}/documents': ['viewer', 'documents:read'],
  'GET /v1/teams/{team_id}/documents/{document_id}': ['viewer', 'documents:read'],
  'PATCH /v1/teams/{team_id}/documents/{document_id}': ['member', 'documents:write'],
  'POST /v1/teams/{team_id}/documents/delete': ['member', 'documents:write'],
  'DELETE /v1/teams/{team_id}/documents/{document_id}': ['member', 'documents:write'],
  'POST /v1/teams/{team_id}/documents/{document_id}/retry': ['member', 'documents:write'],
  'GET /v1/teams/{team_id}/documents/{document_id}/chunks': ['viewer', 'documents:read'],
  'GET /v1/teams/{team_id}/documents/{document_id}/chunks/{chunk_id}': ['viewer', 'documents:read'],
  'GET /v1/teams/{team_id}/documents/{document_id}/download': ['viewer', 'documents:read'],
  'POST /v1/teams/{team_id}/search': ['viewer', 'search'],
  'POST /v1/teams/{team_id}/bots': ['admin', 'bots:write'],
  'GET /v1/teams/{team_id}/bots': ['viewer', 'bots:read'],
  'GET /v1/teams/{team_id}/bots/{bot_id}': ['viewer', 'bots:read'],
  'PATCH /v1/teams/{team_id}/bots/{bot_id}': ['admin', 'bots:write'],
  'DELETE /v1/teams/{team_id}/bots/{bot_id}': ['admin', 'bots:write'],
  'GET /v1/teams/{team_id}/llm-models': ['viewer', 'bots:read'],
  'POST /v1/teams/{team_id}/bots/{bot_id}/chat': ['viewer', 'chat'],
  'GET /v1/teams/{team_id}/conversations': ['viewer', 'chat'],
  'GET /v1/teams/{team_id}/conversations/{conversation_id}': ['viewer', 'chat'],
  'PATCH /v1/teams/{team_id}/conversations/{conversation_id}': ['viewer', 'chat'],
  'GET /v1/teams/{team_id}/conversations/{conversation_id}/export': ['viewer', 'chat'],
  'GET /v1/teams/{team_id}/questions': ['admin', 'usage:read'],
  'GET /v1/teams/{team_id}/conversations/{conversation_id}/messages': ['viewer', 'chat'],
  'DELETE /v1/teams/{team_id}/conversations/{conversation_id}': ['viewer', 'chat'],
  'POST /v1/teams/{team_id}/messages/{message_id}/feedback': ['viewer', 'chat'],
  'POST /v1/teams/{team_id}/messages/{message_id}/regenerate': ['viewer', 'chat'],
};

const routes = Object.entries(RULES).map(([route, [role, scope]]) => {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, role, scope };
});
const asked = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

let team: Team;
let people: Record<Role, User>;
let stranger: User;

beforeAll(async () => {
  team = await newTeam();
  const [viewer, member, admin, other] = await Promise.all([1, 2, 3, 4].map(() => newUser()));
  stranger = (await newTeam(other)).owner;
  people = {
    viewer: await newMember(team, 'viewer', viewer),
    member: await newMember(team, 'member', member),
    admin: await newMember(team, 'admin', admin),
    owner: team.owner,
  };
});

type Route = (typeof routes)[number];

/** Sends a body that no route accepts and unknown ids, so that an admitted request changes nothing. */
function call(client: Client, { method, path }: Route, teamId = team.id): Promise<Answer> {
  const body = method === 'POST' || method === 'PATCH' ? { body: [] } : {};
  return client.request(method, fillPath(path, { team_id: teamId }, randomUUID()), body);
}

/** Whether the access rule admitted the request. */
function passed({ status, body }: Answer): boolean {
  return status !== 401 && status !== 403 && !/No such team/.test(String(body?.detail));
}

test('every route of a team has its rule in this file', () => {
  const all = ALL_ROUTES.filter(({ path }) => path.includes('{team_id}'));
  expect(Object.keys(RULES).sort()).toEqual(all.map(({ method, path }) => `${method} ${path}`).sort());
});

test.each(asked)('%s: refused without a credential', async (_name, route) => {
  expectProblem(await call(anonymous, route), 401, 'unauthenticated');
});

test.each(asked)(
  '%s: a user outside the team learns nothing, not even that it exists',
  async (_name, route) => {
    const foreign = await call(stranger, route);
    const missing = await call(stranger, route, randomUUID());
    expectProblem(foreign, 404, 'not_found');
    expect({ ...foreign.body, request_id: '' }).toEqual({ ...missing.body, request_id: '' });
    expectProblem(await call(stranger, route, 'not-an-id'), 404, 'not_found');
  },
);

test.each(asked)('%s: the role decides', async (name, route) => {
  for (const role of ROLES) {
    // The only request here that would have its effect.
    if (name === 'DELETE /v1/teams/{team_id}' && role === 'owner') continue;
    const answer = await call(people[role], route);
    const may = ROLES.indexOf(role) >= ROLES.indexOf(route.role);
    expect([role, passed(answer), answer.status]).toEqual([role, may, may ? answer.status : 403]);
    if (!may) expectProblem(answer, 403, 'insufficient_role');
  }
});

describe('an API key', () => {
  const keys = new Map<string, Client>();
  let strangersKey: Client;
  let demotedKey: Client;

  beforeAll(async () => {
    for (const scope of SCOPES) keys.set(scope, await newKey(team, [scope]));
    keys.set('every other', await newKey(team, [...SCOPES]));
    strangersKey = await newKey(await newTeam(stranger), [...SCOPES]);
    const demoted = await newMember(team, 'admin');
    demotedKey = await newKey(team, [...SCOPES], { creator: demoted });
    await team.owner.patch(`${team.path}/members/${demoted.id}`, { role: 'viewer' });
  });

  test.each(asked)('on %s: its scopes decide', async (_name, route) => {
    for (const [scope, key] of keys) {
      const answer = await call(key, route);
      const has = scope === route.scope || scope === 'every other';
      const may = route.scope === 'any key' || (route.scope !== 'no key' && has);
      expect([scope, passed(answer)]).toEqual([scope, may]);
      if (!may) expectProblem(answer, 403, 'insufficient_scope');
    }
  });

  test.each(asked)('on %s of another team: gets a 404', async (_name, route) => {
    expectProblem(await call(strangersKey, route), 404, 'not_found');
  });

  test.each(asked)('on %s: has no more rights than its creator has now', async (_name, route) => {
    const answer = await call(demotedKey, route);
    const may = route.role === 'viewer' && route.scope !== 'no key';
    expect([passed(answer), answer.status === 403]).toEqual([may, !may]);
  });
});

describe('routes without a team in their path', () => {
  const elsewhere = ALL_ROUTES.filter(({ path }) => !path.includes('{team_id}'));

  test('need a credential, except those listed here', () => {
    const open = elsewhere.filter(({ access }) => access === 'public').map(({ path }) => path);
    expect(open.sort()).toEqual([
      '/docs',
      '/docs/{asset}',
      '/health',
      '/openapi.json',
      '/ready',
      '/v1/auth/email',
      '/v1/auth/email/callback',
      '/v1/auth/google/callback',
      '/v1/auth/google/login',
      '/v1/auth/login',
      '/v1/auth/logout',
      '/v1/auth/methods',
      '/v1/auth/oidc/{provider_id}/backchannel-logout',
      '/v1/auth/oidc/{provider_id}/callback',
      '/v1/auth/refresh',
    ]);
  });

  const closed = elsewhere.filter(({ access }) => access !== 'public');

  test.each(closed.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s: refused without a credential',
    async (_name, { method, path }) => {
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
      const answer = await anonymous.request(method, fillPath(path, {}, randomUUID()), body);
      expect(answer.status).toBe(401);
    },
  );
});
