import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = { address: string; family: number };

/** What requests may reach whose address a user chose: documents by URL, webhooks, issuers of teams. */
export type Network = {
  /** Looks up all addresses of a name. */
  resolve(hostname: string, done: (error: Error | null, addresses: Address[]) => void): void;
  isPublic(address: string): boolean;
};

export const INTERNET: Network = {
  resolve: (hostname, done) => lookup(hostname, { all: true }, done),
  isPublic: isPublicAddress,
};

/** An address must not be connected to. */
export class NotPublicError extends Error {
  constructor() {
    super('not a public address');
  }
}

/** Names that mean this machine or a private network wherever they are looked up. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|localdomain|home\.arpa)\.?$/i;
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

/** The internet, and addresses in these ranges of `ipaddr.js`. Metadata services are in none of them. */
export function internetAnd(ranges: readonly string[]): Network {
  return {
    ...INTERNET,
    isPublic: (address) => isPublicAddress(address) || ranges.includes(rangeOf(address)),
  };
}

function rangeOf(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).range() : 'none';
}

/** A host as an address is written in a URL, without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replaceAll(/[[\]]/g, '');
}

/** Whether a host means this machine or a private network by its name. */
export function isLocalName(host: string): boolean {
  return LOCAL_NAME.test(host);
}

/** Whether a host is this machine itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || rangeOf(host) === 'loopback';
}

/** Whether a host is a literal address that must not be connected to. Connecting to one needs no lookup. */
export function isForbiddenLiteral(host: string, { isPublic }: Network): boolean {
  return ipaddr.isValid(host) && !isPublic(host);
}

/** Whether any address of a host must not be connected to. A name that cannot be looked up is left to a later try. */
export async function isForbiddenHost(host: string, network: Network, timeoutMs: number): Promise<boolean> {
  if (ipaddr.isValid(host)) return !network.isPublic(host);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  network.resolve(host, (error, found) =>
    resolve(!error && found.some(({ address }) => !network.isPublic(address))),
  );
  return await promise.finally(() => clearTimeout(timer));
}

/**
 * A lookup for a connection, which fails with `NotPublicError` when any address of the name must not be connected to. The
 * connection is made to the address that was checked, so that a name with changing addresses (DNS rebinding) gains nothing.
 */
export function checkedLookup(network: Network): LookupFunction {
  return (hostname, options, callback) => {
    network.resolve(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error('no address'), '');
      if (!addresses.every(({ address }) => network.isPublic(address)))
        return callback(new NotPublicError(), '');
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
