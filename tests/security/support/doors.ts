import { randomUUID } from 'node:crypto';
import { atLeast } from '#shared/core/roles.ts';
import type { Answer } from '#tests/support/api.ts';
import { fillPath } from '#tests/support/routes.ts';
import { ACCESS_TABLE, type Rule } from './access-table.ts';
import { BODIES } from './bodies.ts';
import type { Caller } from './callers.ts';
import type { Operation } from './operations.ts';

/** What the table of rules says of a call. `admitted`: neither 401 nor 403; what then happens is not this test's. */
type Expected = 'admitted' | { status: number; code: string | null };

/** What must happen when the caller calls a route with this rule, in the caller's team. */
function expectedOf(rule: Rule, caller: Caller): Expected {
  if (rule === 'public') return 'admitted';
  if (caller.standing === 'dead') return { status: 401, code: null };
  if (rule.role !== null && caller.standing === 'foreign') return { status: 404, code: 'not_found' };
  const { scopes } = caller;
  if (!scopes && rule.people === 'refused') return { status: 401, code: 'invalid_token' };
  if (scopes && rule.scope !== 'any' && !scopes.some((scope) => scope === rule.scope))
    return { status: 403, code: 'insufficient_scope' };
  if (rule.role !== null && (caller.role === null || !atLeast(caller.role, rule.role)))
    return { status: 403, code: 'insufficient_role' };
  return 'admitted';
}

/**
 * Calls a route so that it has no effect: ids are unknown, and an unknown parameter is refused after the access rule
 * and before the route's own code. The sign-in routes, and those that take unknown parameters, get useless values.
 */
export function knock({ method, path, name }: Operation, caller: Caller, teamId: string): Promise<Answer> {
  const url = `${fillPath(path, { team_id: teamId }, randomUUID())}?knock=1`;
  const body = BODIES[name];
  return caller.client.request(method, url, body === undefined ? {} : { body });
}

/** What is wrong with an answer by the table of rules; null when nothing is. */
export function wrongAnswer(operation: Operation, caller: Caller, answer: Answer): string | null {
  const rule = ACCESS_TABLE.get(operation.name);
  const what = `${operation.name} by ${caller.name}`;
  if (!rule) return `${what}: the route has no line in the table of access rules`;
  const expected = expectedOf(rule, caller);
  const code = codeOf(answer);
  const got = `${answer.status} ${code}`;
  if (answer.status >= 500) return `${what}: ${got}`;
  if (expected === 'admitted') {
    // A sign-in with a useless token is refused by the route itself.
    const refused = rule !== 'public' && (answer.status === 403 || answer.status === 401);
    return refused ? `${what}: ${got} instead of being admitted` : null;
  }
  const fits = answer.status === expected.status && (expected.code === null || code === expected.code);
  return fits ? null : `${what}: ${got} instead of ${expected.status} ${expected.code ?? ''}`;
}

/** The code of an error in either of the two formats, '' without one. */
function codeOf({ body }: Answer): string {
  const { code, error } = (body ?? {}) as { code?: string; error?: { code?: string } };
  return code ?? error?.code ?? '';
}
