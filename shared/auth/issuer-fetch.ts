import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { CustomFetch } from 'openid-client';
import { section } from '#shared/core/config.ts';
import {
  checkedLookup,
  hostOf,
  INTERNET,
  internetAnd,
  isForbiddenHost,
  isForbiddenLiteral,
  isLocalName,
  isLoopback,
  type Network,
} from '#shared/core/network.ts';

const signInConfig = section('sign_in');

const TIMEOUT_MS = 5_000;
/** Far more than metadata, keys or a token answer have. */
const MAX_BYTES = 1_048_576;

/**
 * Fetches from a team's issuer, whose metadata names any address: as for a document's URL, each connection is made to an
 * address that was checked after the lookup. Redirects are not followed. Only https on port 443 is fetched, which is
 * what the network of a deployment lets out.
 * @throws Error `fetch failed`, as the platform's fetch does
 */
export const issuerFetch: CustomFetch = async (address, { method, headers, body }) => {
  const url = new URL(address);
  const problem = problemOf(url);
  if (problem) throw new Error('fetch failed', { cause: new Error(problem) });
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const client = url.protocol === 'https:' ? https : http;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const sent = client.request(url, { method, headers, signal, lookup: checkedLookup(network()) }, resolve);
  sent.on('error', reject);
  sent.end(body ? String(body) : undefined);
  try {
    const response = await promise;
    const { statusCode: status = 502, headers: received } = response;
    const type = received['content-type'];
    const bytes = await buffer(limited(response));
    const hasBody = ![204, 304].includes(status);
    return new Response(hasBody ? bytes : null, { status, headers: type ? { 'Content-Type': type } : {} });
  } catch (cause) {
    throw new Error('fetch failed', { cause });
  }
};

/** The internet, and on a machine of one's own that machine. */
function network(): Network {
  return signInConfig().OIDC_ALLOW_LOOPBACK ? internetAnd(['loopback']) : INTERNET;
}

/** What is wrong with an issuer's address as it is written; null when it may be fetched. */
export function problemOf(url: URL): string | null {
  const host = hostOf(url);
  if (url.username || url.password) return 'must not hold a name or password';
  if (signInConfig().OIDC_ALLOW_LOOPBACK && isLoopback(host) && ['http:', 'https:'].includes(url.protocol))
    return null;
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (url.port !== '') return 'must be on port 443';
  return isLocalName(host) || isForbiddenLiteral(host, network()) ? 'is not public' : null;
}

/** Whether no address of an issuer's name may be connected to. */
export function isForbiddenIssuer(url: URL): Promise<boolean> {
  return isForbiddenHost(hostOf(url), network(), TIMEOUT_MS);
}

async function* limited(response: http.IncomingMessage): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BYTES) throw new Error('the answer is too long');
    yield part;
  }
}
