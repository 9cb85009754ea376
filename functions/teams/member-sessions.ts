import { notFound } from '#shared/core/errors.ts';
import * as members from '#shared/db/members.ts';
import type { Db } from '#shared/db/scope.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';
import { assertMayGrant } from './member-rules.ts';

/**
 * Asserts that the actor may see and end the sessions of a member: owners those of anybody, admins those of members
 * below admin.
 * @throws AppError `not_found` or `insufficient_role`
 */
export async function requireManaged({ teamId, userId, role }: TeamPrincipal, memberId: string, db: Db) {
  const member = await members.find(teamId, memberId, db);
  if (!member) throw notFound('member');
  if (memberId !== userId) assertMayGrant(role, member.role);
}
