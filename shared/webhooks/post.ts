import http from 'node:http';
import https from 'node:https';
import { checkedLookup, hostOf, isForbiddenLiteral } from '#shared/core/network.ts';
import { webhookNetwork } from './reach.ts';

/** Receivers answer first and work afterwards; a slower one counts as failed. */
const TIMEOUT_MS = 8_000;

export type PostResult = { status: number } | { error: string };

/**
 * Sends a body to a webhook's address, which is looked up and checked anew. Redirects are not followed, and the
 * response's body is not read: a team must not read another network through us.
 */
export async function postSafely(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<PostResult> {
  const target = new URL(url);
  const network = webhookNetwork();
  if (isForbiddenLiteral(hostOf(target), network)) return { error: 'not a public address' };
  const { promise, resolve } = Promise.withResolvers<PostResult>();
  const client = target.protocol === 'https:' ? https : http;
  const options = {
    method: 'POST',
    lookup: checkedLookup(network),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': 'rag-platform-webhooks/1.0',
      ...headers,
    },
  };
  const request = client.request(target, options, (response) => {
    response.destroy();
    resolve({ status: response.statusCode ?? 0 });
  });
  request.on('error', (error) => resolve({ error: reasonOf(error) }));
  request.end(body);
  return await promise;
}

/** What the team is told: not the address that a name led to. */
function reasonOf(error: Error & { code?: string }): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `no answer within ${TIMEOUT_MS / 1_000} s`;
  if (error.code === 'ECONNREFUSED') return 'connection refused';
  if (error.code === 'ENOTFOUND') return 'unknown host name';
  return error.code === undefined ? 'not a public address' : `connection failed (${error.code})`;
}
