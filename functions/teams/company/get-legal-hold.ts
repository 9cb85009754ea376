import * as companyRules from '#shared/db/company-rules.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { LegalHold } from './schemas.ts';

export const getLegalHold = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/legal-hold',
  summary: 'Say whether the team is on legal hold',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  response: { 200: LegalHold },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal }) {
    return ok(await companyRules.findLegalHold(principal.teamId));
  },
});
