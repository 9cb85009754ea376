import { isAtLeast, type Role } from '../../api/roles.ts';
import type { Member } from './team-members.ts';

/** The roles from the lowest to the highest. */
const ROLES: Role[] = ['viewer', 'member', 'admin', 'owner'];

/** The roles that somebody may give: owners any, admins those below their own. */
export function rolesToGive(own: Role): Role[] {
  if (own === 'owner') return ROLES;
  return own === 'admin' ? ROLES.filter((role) => !isAtLeast(role, 'admin')) : [];
}

/** Whether a person may change or remove a member: owners anybody, admins those below admin. */
export function mayManage(own: Role, member: Member): boolean {
  return own === 'owner' || (own === 'admin' && !isAtLeast(member.role, 'admin'));
}
