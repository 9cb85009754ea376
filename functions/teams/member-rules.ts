import { AppError, notFound } from '#shared/core/errors.ts';
import { atLeast, mayGrant, type Role } from '#shared/core/roles.ts';

type Change = { members: Map<string, Role>; actorId: string; targetId: string; role: Role | null };

/**
 * Asserts that the actor may change the target's role (null: remove the target). Owners may change anyone. Admins may
 * change members below admin, to roles below admin. The memberships must be locked, because the actor's own role may
 * have changed since the request was authenticated.
 * @throws AppError `not_found`, `insufficient_role` or `last_owner`
 */
export function assertMayChange({ members, actorId, targetId, role }: Change): void {
  const actorRole = members.get(actorId);
  if (!actorRole || !atLeast(actorRole, 'admin')) {
    throw new AppError('insufficient_role', 'Only admins and owners may manage members.');
  }
  const targetRole = members.get(targetId);
  if (!targetRole) throw notFound('member');
  assertMayGrant(actorRole, targetRole);
  if (role) assertMayGrant(actorRole, role);
  assertKeepsOwner(members, { targetId, role });
}

/** @throws AppError `insufficient_role` unless `actorRole` may grant or revoke `role` */
export function assertMayGrant(actorRole: Role, role: Role): void {
  if (!mayGrant(actorRole, role)) {
    throw new AppError('insufficient_role', 'Only an owner may appoint, change or remove owners and admins.');
  }
}

/** @throws AppError `last_owner` when the change would leave the team without an owner */
export function assertKeepsOwner(
  members: Map<string, Role>,
  { targetId, role }: Pick<Change, 'targetId' | 'role'>,
): void {
  const owners = [...members].filter(([, each]) => each === 'owner');
  const removesLast = owners.length === 1 && owners[0]?.[0] === targetId && role !== 'owner';
  if (removesLast)
    throw new AppError(
      'last_owner',
      'A team needs an owner; make someone else owner first, or delete the team.',
    );
}
