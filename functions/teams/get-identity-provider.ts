import { notFound } from '#shared/core/errors.ts';
import * as providers from '#shared/db/identity-providers.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { IdentityProvider, renderProvider } from './identity-provider-schemas.ts';

export const getIdentityProvider = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/identity-providers/{provider_id}',
  summary: 'Get one of the team’s own issuers',
  tag: 'identity',
  access: { role: 'owner', scope: 'session-only' },
  response: { 200: IdentityProvider },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const row = await providers.find(principal.teamId, params.provider_id);
    if (!row) throw notFound('identity provider');
    return ok(renderProvider(row));
  },
});
