import type { Redis } from 'ioredis';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Principal } from '#shared/auth/principal.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { rateLimitStore } from '#shared/db/rate-limits.ts';

const rateLimitsConfig = section('rate_limits');

const WINDOW_SECONDS = 60;

/** `hasCredential`: the address sent one, which was looked up. */
type Caller = Principal | { ip: string; hasCredential?: boolean };

type Counting = {
  /**
   * `requests`: the limit of the API key, else the general one; counting goes on in this process while the store is
   * down. `sign-in`: one limit per address; requests are refused while the store is down. `address`: failed
   * authentications of an address.
   */
  limit: 'requests' | 'sign-in' | 'address';
  /** What counts. A parameter, so that the embedder, which cannot reach Redis, does not load its client either. */
  store: Redis | 'postgres';
};

/** `anonymous`: the request carries no credentials, and the route needs none. */
type Limit = { name: Counting['limit']; perMinute: number; anonymous: boolean };

type Limiter = RateLimiterMemory | RateLimiterPostgres | RateLimiterRedis;
type Kept = { limiter: Limiter; store: Counting['store'] };
const limiters = new Map<string, Kept>();

/**
 * Counts a request against the caller's limit per minute. The caller is an API key, a user, or an address where
 * nobody has signed in.
 * @returns `RateLimit` headers for the response
 * @throws AppError `rate_limited`; for `sign-in` also `dependency_unavailable` while the store is down
 */
export async function countRequest(
  caller: Caller,
  { limit: name, store }: Counting,
): Promise<Record<string, string>> {
  const limit = limitFor(caller, name);
  try {
    return headers(limit, await limiterFor(limit, store).consume(callerId(caller)));
  } catch (reason) {
    if (reason instanceof RateLimiterRes) throw refuse(limit, reason);
    throw unavailable('Sign-in is briefly unavailable', reason);
  }
}

function limitFor(caller: Caller, name: Counting['limit']): Limit {
  const { RATE_LIMIT_PER_MINUTE, SIGN_IN_LIMIT_PER_MINUTE, ADDRESS_LIMIT_PER_MINUTE } = rateLimitsConfig();
  if (name === 'sign-in') return { name, perMinute: SIGN_IN_LIMIT_PER_MINUTE, anonymous: false };
  if (name === 'address') {
    const anonymous = 'ip' in caller && !caller.hasCredential;
    return { name, perMinute: ADDRESS_LIMIT_PER_MINUTE, anonymous };
  }
  const anonymous = !('kind' in caller);
  const own = anonymous ? null : caller.rateLimitPerMinute;
  return { name, perMinute: own ?? RATE_LIMIT_PER_MINUTE, anonymous };
}

function callerId(caller: Caller): string {
  return 'kind' in caller ? (caller.keyId ?? caller.userId) : caller.ip;
}

/** The limiter of a limit, kept until the store changes: after a rotated password Redis has a new client. */
function limiterFor(limit: Limit, store: Counting['store']): Limiter {
  const id = `${limit.name}:${limit.perMinute}:${limit.anonymous}`;
  const kept = limiters.get(id);
  if (kept && kept.store === store) return kept.limiter;
  const limiter = createLimiter(limit, store);
  limiters.set(id, { limiter, store });
  return limiter;
}

function createLimiter({ name, perMinute, anonymous }: Limit, store: Counting['store']): Limiter {
  const options = { keyPrefix: `rl:${name}:${perMinute}`, points: perMinute, duration: WINDOW_SECONDS };
  const memory = new RateLimiterMemory(options);
  const isStrict = name === 'sign-in';
  const shared = { ...options, ...(isStrict ? {} : { insuranceLimiter: memory }) };
  if (store !== 'postgres')
    return new RateLimiterRedis({ ...shared, storeClient: store, rejectIfRedisNotReady: !isStrict });
  // In PostgreSQL, anonymous requests would keep an auto-pausing Aurora running. The firewall counts them too.
  if (anonymous) return memory;
  return new RateLimiterPostgres({ ...shared, ...IN_POSTGRES });
}

/** Where there is no Redis. Requests with credentials query the database anyway. */
const IN_POSTGRES = {
  storeClient: rateLimitStore,
  storeType: 'client',
  tableName: 'rate_limits',
  tableCreated: true,
  // The sweep function removes expired rows.
  clearExpiredByTimeout: false,
};

function refuse(limit: Limit, state: RateLimiterRes): AppError {
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1_000));
  return new AppError(
    'rate_limited',
    `More than ${limit.perMinute} requests in a minute; try again in ${seconds} s.`,
    { retryAfterSeconds: seconds, headers: headers(limit, state) },
  );
}

/** Field names and syntax of draft-ietf-httpapi-ratelimit-headers. */
function headers(limit: Limit, state: RateLimiterRes): Record<string, string> {
  const reset = Math.max(1, Math.ceil(state.msBeforeNext / 1_000));
  return {
    RateLimit: `"${limit.name}";r=${Math.max(0, state.remainingPoints)};t=${reset}`,
    'RateLimit-Policy': `"${limit.name}";q=${limit.perMinute};w=${WINDOW_SECONDS}`,
  };
}
