import { verifyServiceToken } from '#shared/auth/service-token.ts';
import { AppError } from '#shared/core/errors.ts';

/**
 * Checks an API key and counts the request. @returns `RateLimit` headers for the answer
 * @throws AppError unless the key is valid, has the scope `embeddings` and has requests left in this minute
 */
export type AdmitApiKey = (key: string) => Promise<Record<string, string>>;

/**
 * Admits a request that has a service token of the platform, or an API key that `admitApiKey` accepts.
 * @returns headers for the answer; undefined for a service token, whose requests are not counted
 * @throws AppError `unauthenticated`, `invalid_token`, or what `admitApiKey` throws
 */
export async function authorize(
  header: string | undefined,
  admitApiKey: AdmitApiKey,
): Promise<Record<string, string> | undefined> {
  const token = /^Bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1];
  if (!token) {
    throw new AppError(
      'unauthenticated',
      'Send an API key with the scope `embeddings` as `Authorization: Bearer …`.',
    );
  }
  if (token.startsWith('rag_')) return await admitApiKey(token);
  verifyServiceToken(token);
  return undefined;
}
