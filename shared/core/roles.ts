import { z } from 'zod';

/** Roles in a team, weakest first. Each role includes the rights of those before it. */
export const ROLES = ['viewer', 'member', 'admin', 'owner'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** What an API key may be allowed to do. */
export const SCOPES = [
  'documents:read',
  'documents:write',
  'search',
  'chat',
  'bots:read',
  'bots:write',
  'embeddings',
  'usage:read',
] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;

/** The lowest role that can do anything with a scope. */
export const ROLE_OF_SCOPE: Record<Scope, Role> = {
  'documents:read': 'viewer',
  'documents:write': 'member',
  search: 'viewer',
  chat: 'viewer',
  'bots:read': 'viewer',
  'bots:write': 'admin',
  embeddings: 'viewer',
  'usage:read': 'admin',
};

/** Whether `role` includes the rights of `needed`. */
export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Whether somebody with the role `actor` may give or take away `role`: admins those below admin, owners all. */
export function mayGrant(actor: Role, role: Role): boolean {
  return actor === 'owner' || (actor === 'admin' && !atLeast(role, 'admin'));
}
