import { sameHash } from '#shared/auth/keyed-hash.ts';
import { verifyServiceToken } from '#shared/auth/service-token.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';

const serverConfig = section('embedder_server');

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
  const token = bearerOf(header);
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

/**
 * Admits a service token of the platform, or the bearer that the configuration gives to scrapers of the metrics.
 * @throws AppError `unauthenticated` or `invalid_token`
 */
export function authorizeOperator(header: string | undefined): void {
  const token = bearerOf(header);
  if (!token) {
    throw new AppError(
      'unauthenticated',
      'Send a service token, or the value of EMBEDDER_METRICS_TOKEN, as `Authorization: Bearer …`.',
    );
  }
  const { EMBEDDER_METRICS_TOKEN: expected } = serverConfig();
  if (expected === undefined || !sameHash(expected, token)) verifyServiceToken(token);
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1];
}
