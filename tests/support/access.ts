import { randomUUID } from 'node:crypto';
import { ROLES, type Role, SCOPES, type Scope } from '#shared/core/roles.ts';
import { anonymous, type Client, expectProblem, newKey, newMember, newTeam, type Team } from './api.ts';

/** A route below `/v1/teams/{team_id}` and who may call it. */
export type GuardedRoute = { method: string; path: string; role: Role; scope: Scope; body?: unknown };

/**
 * Tests the access rule of each route: it refuses requests without a credential, lower roles, and API keys without
 * the scope; members of other teams get a 404. Ids in the paths (`{…}`) are replaced by unknown ones.
 */
export function describeAccess(routes: GuardedRoute[]): void {
  describe('access', () => {
    let team: Team;
    let stranger: Client;
    const members = new Map<Role, Client>();

    beforeAll(async () => {
      team = await newTeam();
      stranger = (await newTeam()).owner;
      for (const role of ['viewer', 'member', 'admin'] as const)
        members.set(role, await newMember(team, role));
    });

    const call = (client: Client, { method, path, body }: GuardedRoute) =>
      client.request(
        method,
        team.path + path.replaceAll(/\{\w+\}/g, randomUUID()),
        body === undefined ? {} : { body },
      );

    test.each(routes)('$method $path without a credential is a 401', async (route) => {
      const answer = await call(anonymous, route);
      expectProblem(answer, 401, 'unauthenticated');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    });

    const limited = routes.filter(({ role }) => role !== 'viewer');
    if (limited.length > 0) {
      test.each(limited)('$method $path is not for less than a team’s $role', async (route) => {
        const lower = members.get(ROLES[ROLES.indexOf(route.role) - 1] ?? 'viewer') ?? anonymous;
        expectProblem(await call(lower, route), 403, 'insufficient_role');
      });
    }

    test.each(routes)('$method $path is not for a key without the scope $scope', async (route) => {
      const key = await newKey(
        team,
        SCOPES.filter((scope) => scope !== route.scope),
      );
      expectProblem(await call(key, route), 403, 'insufficient_scope');
    });

    test.each(routes)('$method $path of another team is as missing as one that never was', async (route) => {
      const foreign = await call(stranger, route);
      expectProblem(foreign, 404, 'not_found');
      const missing = await stranger.request(
        route.method,
        `/v1/teams/${randomUUID()}${route.path.replaceAll(/\{\w+\}/g, randomUUID())}`,
        route.body === undefined ? {} : { body: route.body },
      );
      const { request_id: _one, ...told } = foreign.body;
      const { request_id: _other, ...wouldBe } = missing.body;
      expect(told).toEqual(wouldBe);
    });
  });
}
