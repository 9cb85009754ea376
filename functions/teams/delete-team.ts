import { inTeam } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteTeam = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}',
  summary: 'Delete a team and everything in it',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal }) {
    await inTeam(principal.teamId, (db) => teams.remove(principal.teamId, db));
    return noContent();
  },
});
