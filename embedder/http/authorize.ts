import { verifyServiceToken } from '#shared/auth/verify-service-token.ts';
import { AppError } from '#shared/core/errors.ts';

/**
 * Admits a request that has a service token of the platform. API keys are for the API alone, which passes their requests
 * on: this server faces many networks and holds neither a secret nor a database.
 * @throws AppError `unauthenticated` or `invalid_token`
 */
export function authorize(header: string | undefined): void {
  const token = /^Bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1];
  if (!token)
    throw new AppError(
      'unauthenticated',
      'Send a service token of the platform as `Authorization: Bearer …`.',
    );
  if (token.startsWith('rag_'))
    throw new AppError('invalid_token', 'API keys are taken by the API: POST /v1/embeddings there.');
  verifyServiceToken(token);
}
