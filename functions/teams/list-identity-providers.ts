import { z } from 'zod';
import * as providers from '#shared/db/identity-providers.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { IdentityProvider, renderProvider } from './identity-provider-schemas.ts';

export const listIdentityProviders = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/identity-providers',
  summary: 'List the team’s own issuers',
  tag: 'identity',
  access: { role: 'owner', scope: 'session-only' },
  response: { 200: z.object({ data: z.array(IdentityProvider), next_cursor: z.null() }) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal }) {
    const rows = await providers.list(principal.teamId);
    return ok({ data: rows.map(renderProvider), next_cursor: null });
  },
});
