import { isProved, proofRecord } from '#shared/auth/domain-proof.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import type { ClaimedDomain } from '#shared/db/identity-providers.ts';
import * as providers from '#shared/db/identity-providers.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { IdentityProvider, renderProvider } from './identity-provider-schemas.ts';

export const verifyIdentityProvider = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/identity-providers/{provider_id}/verify',
  summary: 'Prove the domains of an issuer',
  description:
    'Looks for the TXT record of each domain. A domain belongs to one team: the first that proves it. On a machine of one’s own (`npm start`) no record is needed.',
  tag: 'identity',
  access: { role: 'owner', scope: 'session-only' },
  response: { 200: IdentityProvider },
  errors: ['not_found', 'insufficient_role', 'already_exists', 'domain_not_proved'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const id = params.provider_id;
    const provider = await providers.find(teamId, id);
    if (!provider) throw notFound('identity provider');
    const open = provider.domains.filter(({ verified_at: at }) => at === null);
    const proved = await findProved(open);
    for (const domain of proved) {
      const after = { domain };
      const entry = { actor: principal, action: 'identity_provider.verified', targetId: id, after };
      await auditLog.recorded(teamId, entry, (db) => providers.markVerified(teamId, { id, domain }, db));
    }
    const missing = open.filter(({ domain }) => !proved.includes(domain));
    if (missing.length > 0) throw notProved(missing);
    const row = await providers.find(teamId, id);
    if (!row) throw notFound('identity provider');
    return ok(renderProvider(row));
  },
});

async function findProved(open: ClaimedDomain[]): Promise<string[]> {
  const found = await Promise.all(
    open.map(async ({ domain, proof }) => ((await isProved(proofRecord(domain, proof))) ? domain : null)),
  );
  return found.filter((domain) => domain !== null);
}

function notProved(missing: ClaimedDomain[]): AppError {
  const fields = missing.map(({ domain, proof }) => {
    const { name, value } = proofRecord(domain, proof);
    return { path: domain, message: `no TXT record ${name} with ${value}` };
  });
  return new AppError(
    'domain_not_proved',
    'The TXT record of a domain was not found. A new record takes minutes, sometimes an hour; try again then.',
    { fields },
  );
}
