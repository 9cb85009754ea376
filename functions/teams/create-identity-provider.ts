import { v7 as uuidv7 } from 'uuid';
import { seal } from '#shared/auth/sealed-text.ts';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as providers from '#shared/db/identity-providers.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import {
  IdentityProvider,
  IdentityProviderInput,
  newProof,
  renderProvider,
  requireIssuer,
} from './identity-provider-schemas.ts';

export const createIdentityProvider = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/identity-providers',
  summary: 'Add the team’s own issuer',
  description:
    'People with addresses of a proved domain sign in with it (`GET /v1/auth/login?email=`). Their sessions reach this team only.',
  tag: 'identity',
  access: { role: 'owner', scope: 'session-only' },
  idempotent: true,
  body: IdentityProviderInput,
  response: { 201: IdentityProvider },
  errors: ['not_found', 'insufficient_role', 'unknown_url', 'already_exists'],
  async run({ principal, body: { client_secret: secret, domains, ...body } }) {
    const { teamId } = principal;
    await requireIssuer(body.issuer);
    const id = uuidv7();
    const after = { ...body, domains };
    const entry = { actor: principal, action: 'identity_provider.created', targetId: id, after };
    const row = await auditLog.recorded(teamId, entry, async (db) => {
      await providers.save(teamId, { ...body, id, sealed_secret: seal('identity-provider', secret, id) }, db);
      await providers.setDomains(teamId, { id, domains, newProof }, db);
      return await providers.find(teamId, id, db);
    });
    if (!row) throw notFound('identity provider');
    return created(renderProvider(row));
  },
});
