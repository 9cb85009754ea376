import * as auditLog from '#shared/db/audit-log.ts';
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
  errors: ['not_found', 'insufficient_role', 'legal_hold'],
  async run({ principal }) {
    const { teamId } = principal;
    // The entry outlives the team; its webhooks do not.
    await inTeam(teamId, async (db) => {
      const team = await teams.find(teamId, db);
      const before = { name: team?.name };
      await auditLog.append(
        teamId,
        { actor: principal, action: 'team.deleted', targetId: teamId, before },
        db,
      );
      await teams.remove(teamId, db);
    });
    return noContent();
  },
});
