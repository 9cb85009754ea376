import { sameHash } from '#shared/auth/same-hash.ts';
import { verifyServiceToken } from '#shared/auth/verify-service-token.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';

const serverConfig = section('embedder_server');

/**
 * Admits a request that has a service token of the platform. API keys are for the API alone, which passes their requests
 * on: this server faces many networks and holds neither a secret nor a database.
 * @throws AppError `unauthenticated` or `invalid_token`
 */
export function authorize(header: string | undefined): void {
  const token = bearerOf(header);
  if (!token)
    throw new AppError(
      'unauthenticated',
      'Send a service token of the platform as `Authorization: Bearer …`.',
    );
  if (token.startsWith('rag_'))
    throw new AppError('invalid_token', 'API keys are taken by the API: POST /v1/embeddings there.');
  verifyServiceToken(token);
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
