import { z } from 'zod';
import * as auditLog from '#shared/db/audit-log.ts';
import * as companyRules from '#shared/db/company-rules.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { LegalHold } from './schemas.ts';

export const startLegalHold = defineRoute({
  method: 'PUT',
  path: '/v1/teams/{team_id}/legal-hold',
  summary: 'Put the team on legal hold',
  description:
    'Until the hold is ended, nothing of the team is deleted: neither the team nor its collections, documents, bots and conversations (409 `legal_hold`), nor by retention, background work or the deletion of a member’s account. A further call changes the reason.',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  body: z.object({ reason: z.string().trim().min(1).max(500) }),
  response: { 200: LegalHold },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, body: { reason } }) {
    const { teamId, userId } = principal;
    const hold = await inTeam(teamId, async (db) => {
      const before = await companyRules.findLegalHold(teamId, db);
      await companyRules.startLegalHold(teamId, { reason, userId }, db);
      const action = before.active ? 'legal_hold.changed' : 'legal_hold.started';
      const values = { before: { reason: before.reason }, after: { reason } };
      await auditLog.append(teamId, { actor: principal, action, targetId: teamId, ...values }, db);
      return await companyRules.findLegalHold(teamId, db);
    });
    return ok(hold);
  },
});
