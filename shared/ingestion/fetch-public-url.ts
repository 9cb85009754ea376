import { lookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { basename } from 'node:path';
import ipaddr from 'ipaddr.js';
import { AppError } from '#shared/core/errors.ts';
import { toFileName } from '#shared/parsing/file-name.ts';

const MAX_REDIRECTS = 5;
/** The limit for name lookups, redirects and body together. A worker is held meanwhile. */
const TIMEOUT_MS = 20_000;

export type Fetched = { bytes: Buffer; contentType: string; filename: string };

type Address = { address: string; family: number };
export type Network = {
  /** Looks up all addresses of a name. */
  resolve(hostname: string, done: (error: Error | null, addresses: Address[]) => void): void;
  isPublic(address: string): boolean;
  /** Whether the firewall of a deployment lets connections to this port out. */
  isOpen(port: number): boolean;
};
type Target = { url: URL; signal: AbortSignal; network: Network };

/** The ports that infra/security-groups.yml opens for the worker. */
export const FETCH_PORTS: readonly number[] = [80, 443, 8080, 8443];
/** Names that mean this machine or a private network wherever they are looked up. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|localdomain|home\.arpa)\.?$/i;

export const INTERNET: Network = {
  resolve: (hostname, done) => lookup(hostname, { all: true }, done),
  isPublic: isPublicAddress,
  isOpen: (port) => FETCH_PORTS.includes(port),
};

/**
 * Refuses an address at once that will never be fetched: another protocol or port, a literal address or a name that is
 * not public. What its name stands for is looked up when it is fetched.
 * @throws AppError `unknown_url`
 */
export function assertFetchable(url: string): void {
  const target = parseAddress(url, INTERNET);
  if (LOCAL_NAME.test(target.hostname)) throw notPublic();
  const literal = target.hostname.replaceAll(/[[\]]/g, '');
  if (ipaddr.isValid(literal)) requirePublic(literal, INTERNET);
}

/**
 * Fetches a page from the public internet. Each connection, also after a redirect, is made to an address that was
 * checked after the lookup. Redirects, DNS rebinding and IPv6-mapped addresses therefore reach no internal host.
 * @throws AppError `unknown_url` or `payload_too_large`
 */
export async function fetchPublicUrl(url: string, maxBytes: number, network = INTERNET): Promise<Fetched> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let target = parseAddress(url, network);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await requestPage({ url: target, signal, network });
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.destroy();
      target = parseAddress(headers.location, network, target);
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

/** The only IPv6 addresses that IANA has given out for the internet, and one block for examples among them. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const EXAMPLES = ipaddr.IPv6.parseCIDR('3fff::/20');

/**
 * Whether an address is on the public internet: not loopback, private, link-local (cloud metadata services), reserved,
 * or an IPv6 address that holds an IPv4 address in one of the ways for that: gateways would connect to the latter.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return true;
  const v6 = parsed as ipaddr.IPv6;
  const [, , , , universal = 0, marker] = v6.parts;
  // ISATAP (RFC 5214): …:0:5efe:<IPv4> and …:200:5efe:<IPv4>.
  const holdsIpv4 = marker === 0x5efe && (universal === 0 || universal === 0x200);
  return v6.match(GLOBAL_UNICAST) && !v6.match(EXAMPLES) && !holdsIpv4;
}

function parseAddress(url: string, network: Network, base?: URL): URL {
  const target = URL.parse(url, base);
  if (!target) throw unknownUrl('it is no address');
  if (!['http:', 'https:'].includes(target.protocol)) throw unknownUrl('only http and https are fetched');
  const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
  if (!network.isOpen(port)) throw unknownUrl(`port ${port} is not reached; ${FETCH_PORTS.join(', ')} are`);
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
  if (!isPublic(address)) throw notPublic();
}

function notPublic(): AppError {
  return unknownUrl('it is not a public address');
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

/** The name of the file at an address; its host where the path has none. */
export function fileNameOf(url: URL): string {
  return toFileName(decodePath(basename(url.pathname)), url.hostname);
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
