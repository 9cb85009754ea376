import { createHash } from 'node:crypto';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as providers from '#shared/db/identity-providers.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { invalidLogoutToken, verifyLogoutToken } from './logout-token.ts';
import { clientOf } from './team-issuer.ts';

/**
 * Ends the sessions that a team's issuer says have ended there. A session that began with another issuer, or at Google,
 * is untouched, also of the same address.
 * @throws AppError `not_found`, `invalid_logout_token` also for one that was accepted before, `dependency_unavailable`
 */
export async function endIssuerSessions(providerId: string, token: string): Promise<void> {
  const teamId = await providers.findTeam(providerId);
  const provider = teamId === null ? null : await providers.find(teamId, providerId);
  if (teamId === null || !provider) throw notFound('identity provider');
  const logout = await verifyLogoutToken(clientOf(provider), token);
  await inTeam(teamId, async (db) => {
    const tokenHash = createHash('sha256').update(logout.id).digest('base64url');
    const used = { id: providerId, tokenHash, expiresAt: logout.expiresAt };
    if (!(await providers.recordLogoutToken(teamId, used, db))) throw invalidLogoutToken();
    for (const { id, user_id: userId } of await sessions.revokeAtIssuer({ providerId, ...logout }, db)) {
      const after = { reason: 'backchannel_logout', user_id: userId };
      await auditLog.append(teamId, { actor: 'system', action: 'session.ended', targetId: id, after }, db);
    }
  });
}
