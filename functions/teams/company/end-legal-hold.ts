import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as companyRules from '#shared/db/company-rules.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const endLegalHold = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/legal-hold',
  summary: 'End the legal hold of the team',
  description:
    'What was due to be deleted meanwhile is deleted from now on, such as conversations past the retention.',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal }) {
    const { teamId } = principal;
    await inTeam(teamId, async (db) => {
      const { active, reason, started_at: startedAt } = await companyRules.findLegalHold(teamId, db);
      if (!active) throw notFound('legal hold');
      await companyRules.endLegalHold(teamId, db);
      const before = { reason, started_at: startedAt };
      const entry = { actor: principal, action: 'legal_hold.ended', targetId: teamId, before };
      await auditLog.append(teamId, entry, db);
    });
    return noContent();
  },
});
