import { AppError, notFound } from '#shared/core/errors.ts';
import { atLeast, type Role } from '#shared/core/roles.ts';

type Change = { members: Map<string, Role>; actorId: string; targetId: string; role: Role | null };

/**
 * Whether the actor may give the target another role (null: take them out). Owners may change anyone, admins
 * those below admin, and only to roles below admin. The memberships must be locked: what the actor was when the
 * request came in may have changed since.
 * @throws AppError `not_found`, `insufficient_role` or `last_owner`
 */
export function assertMayChange({ members, actorId, targetId, role }: Change): void {
  const actorRole = members.get(actorId);
  if (!actorRole || !atLeast(actorRole, 'admin')) {
    throw new AppError('insufficient_role', 'Only admins and owners may manage members.');
  }
  const present = members.get(targetId);
  if (!present) throw notFound('member');
  assertMayGrant(actorRole, present);
  if (role) assertMayGrant(actorRole, role);
  assertKeepsOwner(members, { targetId, role });
}

/** @throws AppError `insufficient_role` unless `actorRole` may hand out (or take away) `role` */
export function assertMayGrant(actorRole: Role, role: Role): void {
  if (actorRole !== 'owner' && atLeast(role, 'admin')) {
    throw new AppError('insufficient_role', 'Only an owner may appoint, change or remove owners and admins.');
  }
}

/** @throws AppError `last_owner` when the team would be left without one */
export function assertKeepsOwner(
  members: Map<string, Role>,
  { targetId, role }: Pick<Change, 'targetId' | 'role'>,
): void {
  const owners = [...members].filter(([, each]) => each === 'owner');
  const leaves = owners.length === 1 && owners[0]?.[0] === targetId && role !== 'owner';
  if (leaves)
    throw new AppError(
      'last_owner',
      'A team needs an owner; make someone else owner first, or delete the team.',
    );
}
