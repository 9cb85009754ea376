import { lookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { basename } from 'node:path';
import ipaddr from 'ipaddr.js';
import { AppError } from '#shared/core/errors.ts';

const MAX_REDIRECTS = 5;
/** The limit for name lookups, redirects and body together. The API gateway waits 29 seconds. */
const TIMEOUT_MS = 20_000;

export type Fetched = { bytes: Buffer; contentType: string; filename: string };

type Address = { address: string; family: number };
export type Network = {
  /** Looks up all addresses of a name. */
  resolve(hostname: string, done: (error: Error | null, addresses: Address[]) => void): void;
  isPublic(address: string): boolean;
};
type Target = { url: URL; signal: AbortSignal; network: Network };

export const INTERNET: Network = {
  resolve: (hostname, done) => lookup(hostname, { all: true }, done),
  isPublic: isPublicAddress,
};

/**
 * Fetches a page from the public internet. Each connection, also after a redirect, is made to an address that was
 * checked after the lookup. Redirects, DNS rebinding and IPv6-mapped addresses therefore reach no internal host.
 * @throws AppError `unknown_url` or `payload_too_large`
 */
export async function fetchPublicUrl(url: string, maxBytes: number, network = INTERNET): Promise<Fetched> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let target = parseAddress(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await requestPage({ url: target, signal, network });
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.destroy();
      target = parseAddress(headers.location, target);
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw unknownUrl(`the server answered ${statusCode}`);
    }
    const contentType = headers['content-type'] ?? '';
    return { bytes: await readBody(response, maxBytes), contentType, filename: fileNameOf(target) };
  }
  throw unknownUrl('too many redirects');
}

/**
 * Whether an address is on the public internet: not loopback, private, link-local (cloud metadata services), reserved,
 * or an IPv4 address mapped to IPv6.
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unicast';
}

function parseAddress(url: string, base?: URL): URL {
  const target = URL.parse(url, base);
  if (!target) throw unknownUrl('it is no address');
  if (!['http:', 'https:'].includes(target.protocol)) throw unknownUrl('only http and https are fetched');
  return target;
}

async function requestPage({ url, signal, network }: Target): Promise<IncomingMessage> {
  // Check a literal address here: connecting to it needs no lookup.
  const literal = url.hostname.replaceAll(/[[\]]/g, '');
  if (ipaddr.isValid(literal)) requirePublic(literal, network);
  const client = url.protocol === 'https:' ? https : http;
  const headers = { 'User-Agent': 'rag-platform/1.0', 'Accept-Encoding': 'identity' };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  client.get(url, { lookup: publicLookup(network), signal, headers }, resolve).on('error', reject);
  return await promise.catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    throw unknownUrl(signal.aborted ? 'it takes too long' : 'it cannot be reached', cause);
  });
}

/** A lookup that fails when any address of the name is not public. */
export function publicLookup(network: Network): LookupFunction {
  return (hostname, options, callback) => {
    network.resolve(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error('no address'), '');
      try {
        for (const { address } of addresses) requirePublic(address, network);
      } catch (refusal) {
        return callback(refusal as Error, '');
      }
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

function requirePublic(address: string, { isPublic }: Network): void {
  if (!isPublic(address)) throw unknownUrl('it is not a public address');
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxBytes)
        throw new AppError('payload_too_large', `The page has more than ${maxBytes} bytes.`);
      parts.push(part);
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : unknownUrl('it broke off', cause);
  }
  if (size === 0) throw unknownUrl('it is empty');
  return Buffer.concat(parts);
}

function fileNameOf(url: URL): string {
  const name = decodePath(basename(url.pathname))
    .normalize('NFC')
    .replaceAll(/[/\\\p{Cc}]/gu, '')
    .trim();
  return Array.from(name).slice(0, 200).join('') || url.hostname;
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unknownUrl(reason: string, cause?: unknown): AppError {
  return new AppError('unknown_url', `The address cannot be fetched: ${reason}.`, {
    cause,
    fields: [{ path: 'url', message: reason }],
  });
}
