/** Lifetime of a service token in seconds. A service creates a new one before the old one expires. */
export const SERVICE_TOKEN_SECONDS = 60;

/**
 * What every service token claims. In a file of its own: who signs tokens does not load the public keys, and who checks
 * them does not load the secret.
 */
export const SERVICE_CLAIMS = { algorithm: 'ES256', issuer: 'rag-platform', audience: 'embedder' } as const;
