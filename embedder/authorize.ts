import { verifyServiceToken } from '#shared/auth/service-token.ts';
import { AppError } from '#shared/errors.ts';

/** @throws AppError unless the API key is valid and has the scope `embeddings` */
export type VerifyApiKey = (key: string) => Promise<void>;

/**
 * Lets a request through that carries a service token of ours, or an API key that `verifyApiKey` accepts.
 * @throws AppError `unauthenticated`, `invalid_token`, or what `verifyApiKey` throws
 */
export async function authorize(header: string | undefined, verifyApiKey: VerifyApiKey): Promise<void> {
  const token = /^Bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1];
  if (!token) {
    throw new AppError(
      'unauthenticated',
      'Send an API key with the scope `embeddings` as `Authorization: Bearer …`.',
    );
  }
  if (token.startsWith('rag_')) await verifyApiKey(token);
  else verifyServiceToken(token);
}
