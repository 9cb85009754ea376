import { AppError } from '#shared/core/errors.ts';
import { atLeast } from '#shared/core/roles.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';

/** Whether the caller may change or delete the document: members their own, admins any. */
export function mayChange({ userId, role }: TeamPrincipal, document: DocumentRow): boolean {
  return document.created_by === userId || atLeast(role, 'admin');
}

/** @throws AppError `insufficient_role` unless the caller may do this to the document */
export function requireRight(
  principal: TeamPrincipal,
  document: DocumentRow,
  what: 'change' | 'delete',
): void {
  if (mayChange(principal, document)) return;
  throw new AppError(
    'insufficient_role',
    `Members may ${what} only their own documents; ask an admin to ${what} this one.`,
  );
}
