import { type ErrorCode, statusOf } from '#shared/core/errors.ts';
import type { Route } from '#shared/http/route.ts';

/** A route without its code. */
export type Operation = Omit<Route, 'run'> & {
  /** Describes who may call the operation, where `access` does not. */
  whoMay?: string;
};

/** The error codes of the operation's own code and of the steps before it (see `handle`), in order of status. */
export function errorCodes(operation: Operation): ErrorCode[] {
  const { errors = [], idempotent, uncounted, query, body, bodyFormat, path } = operation;
  const codes = new Set<ErrorCode>(errors);
  const add = (...more: ErrorCode[]) => more.forEach((code) => codes.add(code));
  for (const code of accessErrors(operation)) add(code);
  if (query) add('invalid_request');
  if (query && 'shape' in query && 'cursor' in (query.shape as object)) add('invalid_cursor');
  // Unknown parameters and fields are refused on every route but OpenAI's, where none are known too.
  if (operation.errorFormat !== 'openai') add('validation_failed');
  if (body && !bodyFormat) add('invalid_json');
  if (body) add('payload_too_large', 'unsupported_media_type', 'validation_failed');
  if (path.includes('_id}')) add('not_found');
  if (idempotent) add('request_in_progress', 'idempotency_key_reused');
  if (!uncounted) add('rate_limited', 'dependency_unavailable');
  add('internal_error');
  return [...codes].sort((a, b) => statusOf(a) - statusOf(b) || (a < b ? -1 : 1));
}

function accessErrors({ access }: Operation): ErrorCode[] {
  if (access === 'public') return [];
  const codes: ErrorCode[] = ['unauthenticated', 'invalid_token', 'session_expired'];
  if (access === 'user' || access.scope !== 'any') codes.push('insufficient_scope');
  if (access !== 'user' && 'role' in access) {
    codes.push('not_found');
    if (access.role !== 'viewer') codes.push('insufficient_role');
  }
  return codes;
}
