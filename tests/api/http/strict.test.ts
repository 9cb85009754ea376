import { randomUUID } from 'node:crypto';
import { SCOPES } from '#shared/core/roles.ts';
import type { Route } from '#shared/http/route.ts';
import { type Answer, type Client, expectProblem, newKey, newTeam, type Team } from '#tests/support/api.ts';
import { ALL_ROUTES, fillPath } from '#tests/support/routes.ts';

/** What others send us: an issuer's redirect has the parameters that its issuer likes, and so has its logout. */
const OPEN = new Set([
  'GET /v1/auth/google/callback',
  'GET /v1/auth/oidc/{provider_id}/callback',
  'POST /v1/auth/oidc/{provider_id}/backchannel-logout',
]);

let team: Team;
let key: Client;

beforeAll(async () => {
  team = await newTeam();
  key = await newKey(team, [...SCOPES]);
});

const isOpenAi = ({ errorFormat }: Route) => errorFormat === 'openai';
const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const strict = ALL_ROUTES.filter((route) => !isOpenAi(route) && !OPEN.has(nameOf(route)));
const named = (routes: Route[]) => routes.map((route) => [nameOf(route), route] as const);

/** Unknown ids: a request that is admitted by mistake changes nothing. */
function call({ method, path, access }: Route, query: string, body?: unknown): Promise<Answer> {
  const forKeys = typeof access === 'object' && access.scope !== 'session-only';
  const filled = fillPath(path, { team_id: team.id }, randomUUID());
  return (forKeys ? key : team.owner).request(method, filled + query, body === undefined ? {} : { body });
}

test.each(named(strict))('%s names an unknown parameter', async (_name, route) => {
  const answer = await call(route, '?limit_to=x');
  expectProblem(answer, 422, 'validation_failed');
  expect(answer.body.detail).toContain('limit_to: unknown parameter');
  expect(answer.body.errors).toContainEqual({ path: 'limit_to', message: 'unknown parameter' });
});

test.each(named(strict.filter(({ method }) => method !== 'GET')))(
  '%s names an unknown field',
  async (_name, route) => {
    const answer = await call(route, '', { limit_to: 'x' });
    expectProblem(answer, 422, 'validation_failed');
    expect(answer.body.errors).toContainEqual({ path: 'limit_to', message: 'unknown field' });
  },
);

test.each(['/collections?limit[x]=1', '/collections?limit[]=1', '/documents?metadata=x&metadata[a]=b'])(
  'an object where none is expected in %s is refused',
  async (path) => {
    const { status } = await team.owner.get(`${team.path}${path}`);
    expect([400, 422]).toContain(status);
  },
);

test.each(ALL_ROUTES.filter(isOpenAi).map((route) => [nameOf(route), route] as const))(
  '%s takes what it does not know',
  async (_name, route) => {
    const answer = await call(route, '?beta=true', route.body && { some_day: 1 });
    expect(answer.text).not.toMatch(/beta|some_day/);
  },
);

test('a key that objects inherit is an unknown field, also in metadata', async () => {
  const body = '{"query":"x","filter":{"metadata":{"__proto__":"x"}}}';
  const answer = await team.owner.post(`${team.path}/search`, body);
  expectProblem(answer, 422, 'validation_failed');
  expect(answer.body.errors).toContainEqual({ path: '__proto__', message: 'unknown field' });
});
