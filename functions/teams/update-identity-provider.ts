import { seal } from '#shared/auth/sealed-text.ts';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as providers from '#shared/db/identity-providers.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { changes, defineRoute, ok } from '#shared/http/route.ts';
import {
  IdentityProvider,
  IdentityProviderInput,
  newProof,
  renderProvider,
  requireIssuer,
  settingsOf,
} from './identity-provider-schemas.ts';

/** Changes that leave the present sessions as good as before. */
const HARMLESS = new Set(['client_secret', 'default_role', 'prompt']);

export const updateIdentityProvider = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/identity-providers/{provider_id}',
  summary: 'Change one of the team’s own issuers',
  description:
    'Domains that stay keep their proof. A change of issuer, client, domains or policy ends the sessions that came from it.',
  tag: 'identity',
  access: { role: 'owner', scope: 'session-only' },
  body: changes(IdentityProviderInput),
  response: { 200: IdentityProvider },
  errors: ['not_found', 'insufficient_role', 'unknown_url', 'already_exists'],
  async run({ principal, params, body: { client_secret: secret, domains, ...body } }) {
    const { teamId } = principal;
    const id = params.provider_id;
    if (body.issuer !== undefined) await requireIssuer(body.issuer);
    const fields = [
      ...Object.keys(body),
      ...(domains ? ['domains'] : []),
      ...(secret ? ['client_secret'] : []),
    ];
    const row = await inTeam(teamId, async (db) => {
      const present = await providers.find(teamId, id, db);
      if (!present) throw notFound('identity provider');
      const sealed = secret === undefined ? present.sealed_secret : seal('identity-provider', secret, id);
      await providers.save(teamId, { ...present, ...body, sealed_secret: sealed }, db);
      if (domains) await providers.setDomains(teamId, { id, domains, newProof }, db);
      if (fields.some((field) => !HARMLESS.has(field))) await sessions.revokeOfProvider(id, db);
      const changed = { ...body, ...(domains && { domains }) };
      const entry = {
        actor: principal,
        action: 'identity_provider.updated',
        targetId: id,
        before: auditLog.pick(settingsOf(present), changed),
        after: { ...changed, ...(secret !== undefined && { client_secret: 'changed' }) },
      };
      await auditLog.append(teamId, entry, db);
      return await providers.find(teamId, id, db);
    });
    if (!row) throw notFound('identity provider');
    return ok(renderProvider(row));
  },
});
