import { authenticate, requireScope } from '#shared/auth/principal.ts';
import { countRequest } from '#shared/http/rate-limit.ts';

/**
 * Checks an API key against the platform's database and counts the request there, since the embedder cannot reach
 * Redis. A file of its own, because only this check needs a database.
 * @returns `RateLimit` headers for the answer
 * @throws AppError `invalid_token`, `insufficient_scope`, `rate_limited`, or `dependency_unavailable` without the
 *   database
 */
export async function admitApiKey(key: string): Promise<Record<string, string>> {
  const principal = await authenticate(`Bearer ${key}`);
  requireScope(principal, 'embeddings');
  return await countRequest(principal, { limit: 'requests', store: 'postgres' });
}
