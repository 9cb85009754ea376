import { AppError, notFound } from '#shared/core/errors.ts';
import { atLeast } from '#shared/core/roles.ts';
import type { ApiKeyRow } from '#shared/db/api-keys.ts';
import * as apiKeys from '#shared/db/api-keys.ts';
import * as members from '#shared/db/members.ts';
import type { Db } from '#shared/db/scope.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';

/**
 * Locks a key of the list that the caller may delete: one of his own rank or below, by the roles of this moment.
 * @throws AppError `not_found`, or `insufficient_role` for the key of somebody above him
 */
export async function lockListedKey(
  { teamId, userId }: TeamPrincipal,
  keyId: string,
  db: Db,
): Promise<ApiKeyRow> {
  const roles = await members.lock(teamId, db);
  const key = await apiKeys.lock(teamId, keyId, db);
  if (!key) throw notFound('API key');
  const [own, creators] = [roles.get(userId), roles.get(key.created_by)];
  if (own && atLeast(own, 'admin') && (!creators || atLeast(own, creators))) return key;
  throw new AppError(
    'insufficient_role',
    'This key belongs to somebody above you; ask an owner to change it.',
  );
}

/** The same for a change, which a key that ended with its creator's membership no longer takes. @throws as above */
export async function lockKey(principal: TeamPrincipal, keyId: string, db: Db): Promise<ApiKeyRow> {
  const key = await lockListedKey(principal, keyId, db);
  if (key.revoked_at) throw notFound('API key');
  return key;
}
