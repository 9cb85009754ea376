/**
 * Limits of a server's connections. A client that sends its headers one byte a second would else hold a connection for
 * a minute, which is Node's default; the check for such clients runs every 30 s by default.
 */
export const HEADER_LIMITS = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 } as const;
