import ipaddr from 'ipaddr.js';
import { AppError } from '#shared/core/errors.ts';

/** Networks in CIDR notation; null: every address. */
type Networks = readonly string[] | null;

/**
 * Asserts that a request comes from an address that its team allows, and its API key.
 * @throws AppError `address_not_allowed`
 */
export function requireAllowedAddress(ip: string, lists: Networks[]): void {
  if (lists.every((networks) => networks === null || isWithin(ip, networks))) return;
  throw new AppError(
    'address_not_allowed',
    'Requests from this network address are not allowed; use an allowed network, or ask an owner of the team.',
  );
}

/** Whether an address lies in one of the networks. What is no address lies in none. */
export function isWithin(ip: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return address.kind() === base.kind() && address.match(base, bits);
  });
}

/**
 * A network as it is stored: its first address and its length. A single address is a network of one.
 * @returns null for what is neither, such as IPv4 in any form but four decimal numbers
 */
export function normalizeNetwork(text: string): string | null {
  const [written = '', length, ...rest] = text.trim().split('/');
  if (rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(written);
  if (!isV4 && !(written.includes(':') && !written.includes('%') && ipaddr.IPv6.isValid(written)))
    return null;
  const parsed = ipaddr.parse(written);
  const max = isV4 ? 32 : 128;
  const bits = length === undefined ? max : Number(length);
  if (bits > max) return null;
  const mapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress();
  if (mapped && bits < 96) return null;
  const [base, kept] = mapped ? [parsed.toIPv4Address(), bits - 96] : [parsed, bits];
  return `${firstAddress(base, kept)}/${kept}`;
}

function firstAddress(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes).toString();
}
