import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { AppError } from '#shared/core/errors.ts';
import { redis } from '#shared/core/redis.ts';
import { countRequest } from './rate-limit.ts';

type Attempt = { ip: string; authorization: string | undefined };

/** Addresses over their limit in this process, with the refusal and the time in milliseconds until which it holds. */
const blocked = new Map<string, { until: number; refusal: AppError }>();
/** Hashes of credentials that were accepted lately, with the time until which they pass a blocked address. */
const accepted = new Map<string, number>();
const MAX_ENTRIES = 10_000;
const ACCEPTED_MS = 300_000;

/**
 * Authenticates, and counts a failure against the limit of the address. A request that succeeds costs no further round
 * trip. An address over its limit is refused before any query, except with a credential that was good here lately: a
 * colleague behind the same address who guesses keys, or whose script has an old one, must not lock out the others.
 * @throws AppError `rate_limited`, or what `authenticate` throws
 */
export async function withAddressLimit<T>(attempt: Attempt, authenticate: () => Promise<T>): Promise<T> {
  const address = networkOf(attempt.ip);
  const credential = createHash('sha256')
    .update(attempt.authorization ?? '')
    .digest('base64');
  refuseBlocked(address, credential);
  try {
    const principal = await authenticate();
    remember(accepted, credential, Date.now() + ACCEPTED_MS);
    return principal;
  } catch (error) {
    accepted.delete(credential);
    if (error instanceof AppError && error.status === 401) await countFailure(address, error);
    throw error;
  }
}

function refuseBlocked(address: string, credential: string): void {
  const block = blocked.get(address);
  if (!block) return;
  const seconds = Math.ceil((block.until - Date.now()) / 1_000);
  if (seconds <= 0) {
    blocked.delete(address);
    return;
  }
  if ((accepted.get(credential) ?? 0) > Date.now()) return;
  const { code, message, headers } = block.refusal;
  throw new AppError(code, message, { retryAfterSeconds: seconds, ...(headers && { headers }) });
}

/** @throws AppError `rate_limited` in the place of the failure that goes beyond the limit */
async function countFailure(address: string, failure: AppError): Promise<void> {
  // Without a credential no query was made: in PostgreSQL it would not be counted either, as other anonymous requests.
  const hasCredential = failure.code !== 'unauthenticated';
  const store = redis() ?? 'postgres';
  await countRequest({ ip: address, hasCredential }, { limit: 'address', store }).catch(
    (refusal: unknown) => {
      if (refusal instanceof AppError && refusal.code === 'rate_limited')
        remember(blocked, address, { until: Date.now() + (refusal.retryAfterSeconds ?? 1) * 1_000, refusal });
      throw refusal;
    },
  );
}

/** The address as it is counted: of IPv6 the first 64 bits, since one customer has all addresses below them. */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= MAX_ENTRIES) map.clear();
  map.set(key, value);
}
