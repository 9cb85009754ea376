import * as companyRules from '#shared/db/company-rules.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { AllowedAddresses } from './schemas.ts';

export const getAllowedAddresses = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/allowed-addresses',
  summary: 'Get the networks from which the team may be reached',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  response: { 200: AllowedAddresses },
  errors: ['not_found', 'insufficient_role', 'address_not_allowed'],
  async run({ principal, request }) {
    const addresses = await companyRules.findAllowedAddresses(principal.teamId);
    return ok({ addresses, your_address: request.ip });
  },
});
