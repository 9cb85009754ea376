import { authenticate, requireScope } from '#shared/auth/principal.ts';

/**
 * Checks an API key against the platform's database. Apart from the rest, because this alone needs a database.
 * @throws AppError `invalid_token`, `insufficient_scope`, or `dependency_unavailable` without the database
 */
export async function verifyApiKey(key: string): Promise<void> {
  requireScope(await authenticate(`Bearer ${key}`), 'embeddings');
}
