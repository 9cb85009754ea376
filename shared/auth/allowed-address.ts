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
  const address = readAddress(written);
  if (!address || rest.length > 0 || !/^\d{1,3}$/.test(length ?? '0')) return null;
  const max = address.kind() === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? max : Number(length);
  if (bits > max) return null;
  if (!(address instanceof ipaddr.IPv6) || !address.isIPv4MappedAddress())
    return `${firstAddress(address, bits)}/${bits}`;
  return bits < 96 ? null : `${firstAddress(address.toIPv4Address(), bits - 96)}/${bits - 96}`;
}

/** An address in its usual form; null for numbers in other bases, fewer parts, and zones. */
function readAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  const isV6 = text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text);
  return isV6 ? ipaddr.IPv6.parse(text) : null;
}

function firstAddress(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes).toString();
}
