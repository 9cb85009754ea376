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

type Limiter = RateLimiterMemory | RateLimiterPostgres | RateLimiterRedis;
type Kept = { limiter: Limiter; storeClient: Redis | null };
const limiters = new Map<string, Kept>();

/** `stranger`: nobody has signed in, and does not want to. */
type Limit = { name: string; perMinute: number; strict: boolean; stranger: boolean };

/**
 * Counts a request against the caller's limit per minute: the key's own, or the general one; by address before
 * sign-in. `redis` is what counts, null: PostgreSQL. It is handed in, so that the embedder, which has no way to Redis,
 * does not need its client either. @returns `RateLimit` headers for the answer
 * @throws AppError `rate_limited`, or for strict limits `dependency_unavailable` while what counts is away
 */
export async function countRequest(
  caller: Principal | { ip: string },
  strict: boolean,
  redis: Redis | null,
): Promise<Record<string, string>> {
  const limit = limitFor(caller, strict);
  try {
    return headers(limit, await limiterFor(limit, redis).consume(callerId(caller)));
  } catch (reason) {
    if (reason instanceof RateLimiterRes) throw refuse(limit, reason);
    throw unavailable('Sign-in is briefly unavailable', reason);
  }
}

function limitFor(caller: Principal | { ip: string }, strict: boolean): Limit {
  const { RATE_LIMIT_PER_MINUTE, SIGN_IN_LIMIT_PER_MINUTE } = rateLimitsConfig();
  if (strict) return { name: 'sign-in', perMinute: SIGN_IN_LIMIT_PER_MINUTE, strict, stranger: false };
  const stranger = !('kind' in caller);
  const own = stranger ? null : caller.rateLimitPerMinute;
  return { name: 'requests', perMinute: own ?? RATE_LIMIT_PER_MINUTE, strict, stranger };
}

function callerId(caller: Principal | { ip: string }): string {
  return 'kind' in caller ? (caller.keyId ?? caller.userId) : caller.ip;
}

function limiterFor(limit: Limit, storeClient: Redis | null): Limiter {
  const { name, perMinute, strict, stranger } = limit;
  const id = `${name}:${perMinute}:${stranger}`;
  const kept = limiters.get(id);
  // After a rotation of its password Redis is another client.
  if (kept && kept.storeClient === storeClient) return kept.limiter;
  const options = { keyPrefix: `rl:${name}:${perMinute}`, points: perMinute, duration: WINDOW_SECONDS };
  const memory = new RateLimiterMemory(options);
  // General limits go on in this process while what counts is away; strict ones do not.
  const shared = { ...options, ...(strict ? {} : { insuranceLimiter: memory }) };
  let limiter: Limiter;
  if (storeClient) limiter = new RateLimiterRedis({ ...shared, storeClient, rejectIfRedisNotReady: !strict });
  // Anyone may knock: that must not keep a database awake which pauses. The firewall counts such requests too.
  else if (stranger) limiter = memory;
  else limiter = new RateLimiterPostgres({ ...shared, ...IN_POSTGRES });
  limiters.set(id, { limiter, storeClient });
  return limiter;
}

/** Where Redis does not count: whoever signs in or is signed in asks the database anyway. */
const IN_POSTGRES = {
  storeClient: rateLimitStore,
  storeType: 'client',
  tableName: 'rate_limits',
  tableCreated: true,
  // `sweep` does it.
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
