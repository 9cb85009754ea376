import { AppError } from '#shared/core/errors.ts';
import { atLeast } from '#shared/core/roles.ts';
import type { CollectionAccess } from '#shared/db/collections.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';

type Change = { from: CollectionAccess; to: CollectionAccess; isDefault: boolean };

/**
 * Asserts that the caller may give a collection this access: admins may, signed in, and never to the default one.
 * @throws AppError `insufficient_role`, `insufficient_scope` or `conflict`
 */
export function requireAccessRight({ role, kind }: TeamPrincipal, { from, to, isDefault }: Change): void {
  if (from === to) return;
  if (!atLeast(role, 'admin'))
    throw new AppError('insufficient_role', 'Only admins decide who sees a collection.');
  if (kind === 'key')
    throw new AppError('insufficient_scope', 'API keys cannot decide who sees a collection; sign in.');
  if (isDefault) throw new AppError('conflict', 'The whole team sees the default collection.');
}
