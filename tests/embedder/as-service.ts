import { createServiceToken } from '#shared/auth/service-token.ts';

/** The options of a request by one of the platform’s own functions to the embedder. */
export function asService(): { headers: Record<string, string> } {
  return { headers: { Authorization: `Bearer ${createServiceToken()}` } };
}
