import { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { buffer } from 'node:stream/consumers';
import ipaddr from 'ipaddr.js';
import type { CustomFetch } from 'openid-client';
import { section } from '#shared/core/config.ts';

const signInConfig = section('sign_in');

const TIMEOUT_MS = 5_000;
/** Far more than metadata, keys or a token answer have. */
const MAX_BYTES = 1_048_576;
/** IPv4 addresses as `::a.b.c.d`: a deprecated form that the library calls public. */
const IPV4_COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96');

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
  const sent = client.request(url, { method, headers, signal, lookup: checkedLookup }, resolve);
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

/** What is wrong with an issuer's address as it is written; null when it may be fetched. */
export function problemOf(url: URL): string | null {
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const isLocal = signInConfig().OIDC_ALLOW_LOOPBACK && (host === 'localhost' || isLoopback(host));
  if (url.username || url.password) return 'must not hold a name or password';
  if (isLocal && ['http:', 'https:'].includes(url.protocol)) return null;
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (url.port !== '') return 'must be on port 443';
  if (host === 'localhost' || host.endsWith('.localhost')) return 'is not public';
  return ipaddr.isValid(host) && !isAllowed(host) ? 'is not public' : null;
}

/** Whether no address of a name may be connected to. A name that cannot be looked up is left to a later try. */
export async function isForbiddenHost(hostname: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), TIMEOUT_MS);
  lookup(hostname, { all: true }, (error, addresses) =>
    resolve(!error && addresses.some(({ address }) => !isAllowed(address))),
  );
  return await promise.finally(() => clearTimeout(timer));
}

/** A lookup that fails when any address of the name must not be connected to. */
const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first) return callback(error ?? new Error('no address'), '');
    if (addresses.some(({ address }) => !isAllowed(address)))
      return callback(new Error('not a public address'), '');
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};

function isAllowed(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  if (isLoopback(address)) return signInConfig().OIDC_ALLOW_LOOPBACK;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6 && parsed.match(IPV4_COMPATIBLE)) return false;
  return parsed.range() === 'unicast';
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}

async function* limited(response: http.IncomingMessage): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BYTES) throw new Error('the answer is too long');
    yield part;
  }
}
