import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { freePorts } from '#local/platform/ports.ts';
import { findRedisServer, INSTALL_REDIS } from '#local/platform/redis.ts';
import type { Principal } from '#shared/auth/principal.ts';
import { loadConfig, reloadConfig } from '#shared/core/config.ts';
import { closeRedis, redis } from '#shared/core/redis.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import * as expiredRows from '#shared/db/expired-rows.ts';
import { closePools } from '#shared/db/pool.ts';
import { countRequest } from '#shared/http/rate-limit.ts';
import { withDatabase } from '#tests/support/database.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';
import { type SecretsStub, startSecretsStub } from '#tests/support/secrets-stub.ts';
import { untilPasses } from '#tests/support/until.ts';

/** The limits inside one process, with Redis running, down, or not configured. */
const PER_MINUTE = 5;
const SIGN_IN_PER_MINUTE = 3;
const TOO_MANY = expect.objectContaining({ code: 'rate_limited', status: 429 }) as Error;
const AWAY = expect.objectContaining({ code: 'dependency_unavailable', retryAfterSeconds: 5 }) as Error;

beforeAll(async () => {
  await usePlatformSettings();
  Object.assign(process.env, {
    RATE_LIMIT_PER_MINUTE: String(PER_MINUTE),
    SIGN_IN_LIMIT_PER_MINUTE: String(SIGN_IN_PER_MINUTE),
  });
  await reloadConfig('rate_limits');
  await loadConfig('database');
});

afterEach(closeRedis);
afterAll(closePools);

async function useRedis(url: string): Promise<void> {
  closeRedis();
  process.env.REDIS_URL = url;
  await reloadConfig('redis');
}

/** A caller without earlier requests. */
function someone(rateLimitPerMinute: number | null = null): Principal {
  return { kind: 'user', userId: randomUUID(), keyId: null, rateLimitPerMinute } as Principal;
}

function address(): { ip: string } {
  return { ip: `10.${randomUUID()}` };
}

type Limit = 'requests' | 'sign-in';

function count(caller: Principal | { ip: string }, limit: Limit = 'requests') {
  return countRequest(caller, { limit, store: redis() ?? 'postgres' });
}

/** Sends requests. @returns the number that were admitted */
async function passing(
  requests: number,
  caller: Principal | { ip: string },
  limit: Limit = 'requests',
): Promise<number> {
  let passed = 0;
  for (let i = 0; i < requests; i += 1) {
    const outcome: unknown = await count(caller, limit).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toEqual(TOO_MANY);
    else passed += 1;
  }
  return passed;
}

function limitsHold(): void {
  test('a caller has exactly as many requests a minute as the limit, apart from others', async () => {
    const caller = someone();
    expect(await passing(PER_MINUTE + 3, caller)).toBe(PER_MINUTE);
    expect(await passing(1, someone())).toBe(1);
  });

  test('a key’s own limit replaces the general one, in both directions', async () => {
    expect(await passing(4, someone(2))).toBe(2);
    expect(await passing(PER_MINUTE + 3, someone(PER_MINUTE + 2))).toBe(PER_MINUTE + 2);
  });

  test('a refusal tells when to retry', async () => {
    const caller = someone(1);
    await passing(1, caller);
    const error: unknown = await count(caller).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      retryAfterSeconds: expect.any(Number) as number,
      headers: { RateLimit: expect.stringMatching(/^"requests";r=0;t=\d+$/) as string },
    });
  });
}

function signInLimitHolds(): void {
  test('an address has exactly as many sign-ins a minute as the limit, apart from others', async () => {
    const from = address();
    expect(await passing(SIGN_IN_PER_MINUTE + 3, from, 'sign-in')).toBe(SIGN_IN_PER_MINUTE);
    expect(await passing(1, address(), 'sign-in')).toBe(1);
  });
}

/** The counts in PostgreSQL of counters whose name ends with `caller`. */
async function counted(id: string): Promise<number | undefined> {
  return await withDatabase(async (db) => {
    const { rows } = await db.query<{ points: number }>('SELECT points FROM rate_limits WHERE key LIKE $1', [
      `%:${id}`,
    ]);
    return rows[0]?.points;
  });
}

async function change(id: string, sql: string): Promise<void> {
  await withDatabase((db) => db.query(`UPDATE rate_limits SET ${sql} WHERE key LIKE $1`, [`%:${id}`]));
}

describe('without a Redis', () => {
  beforeAll(() => useRedis(''));
  limitsHold();
  signInLimitHolds();

  test('requests counted by other functions count here too', async () => {
    const caller = someone();
    await passing(1, caller);
    await change(caller.userId, `points = ${PER_MINUTE - 1}`);
    expect(await passing(3, caller)).toBe(1);
  });

  test('after the minute the caller may send requests again', async () => {
    const caller = someone(1);
    expect(await passing(2, caller)).toBe(1);
    await change(caller.userId, 'expire = expire - 60000');
    expect(await passing(2, caller)).toBe(1);
  });

  test('anonymous requests are counted without a query', async () => {
    const from = address();
    expect(await passing(PER_MINUTE + 1, from)).toBe(PER_MINUTE);
    expect(await counted(from.ip)).toBeUndefined();
  });

  test('expired counters are removed, and no others', async () => {
    const [old, present] = [someone(), someone()];
    await passing(1, old);
    await passing(1, present);
    await change(old.userId, 'expire = expire - 61000');
    await expiredRows.remove();
    expect([await counted(old.userId), await counted(present.userId)]).toEqual([undefined, 1]);
  });

  describe('while the database is down', () => {
    const useDatabase = async (value: string | undefined) => {
      await closePools();
      process.env.DATABASE_URL = value;
      await reloadConfig('database');
    };
    let saved: string | undefined;
    beforeAll(async () => {
      saved = process.env.DATABASE_URL;
      const [closed] = await freePorts(1);
      await useDatabase(`postgres://rag:rag@127.0.0.1:${closed}/ragdb`);
    });
    afterAll(() => useDatabase(saved));

    limitsHold();

    test('sign-in is refused, not uncounted', async () => {
      await expect(count(address(), 'sign-in')).rejects.toEqual(AWAY);
    });
  });
});

describe('while Redis is down', () => {
  beforeAll(async () => {
    const [closed] = await freePorts(1);
    await useRedis(`redis://127.0.0.1:${closed}`);
  });

  // Then this process counts.
  limitsHold();

  test('sign-in is refused, not uncounted', async () => {
    await expect(count(address(), 'sign-in')).rejects.toEqual(AWAY);
  });
});

const server = findRedisServer();
const withRedis = server ? describe : describe.skip;

withRedis(`with a Redis (needs redis-server: ${INSTALL_REDIS})`, () => {
  let child: ChildProcess;
  let stub: SecretsStub;
  let port: number;

  beforeAll(async () => {
    stub = await startSecretsStub();
    port = (await freePorts(1))[0] ?? 0;
    child = spawn(
      server ?? '',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--requirepass', 'first'],
      {
        stdio: 'ignore',
      },
    );
    process.env.SECRETS_PREFIX = 'rag/';
    process.env.REDIS_TLS = 'false';
    await useSecret('first');
    await untilPasses(async () => expect(await redis()?.ping()).toBe('PONG'));
  });

  beforeEach(() => untilPasses(async () => expect(await redis()?.ping()).toBe('PONG')));

  afterAll(async () => {
    closeRedis();
    child.kill();
    await stub.close();
  });

  async function useSecret(password: string): Promise<void> {
    stub.store({ 'rag/redis': { host: '127.0.0.1', port, password } });
    forgetSecret('redis');
    await useRedis('');
  }

  limitsHold();
  signInLimitHolds();

  test('a count of one process is seen by another', async () => {
    const caller = someone();
    await passing(PER_MINUTE, caller);
    closeRedis();
    await redis()?.ping();
    expect(await passing(1, caller)).toBe(0);
  });

  test('a rotated password is fetched again, and sign-ins are still counted', async () => {
    const from = address();
    await passing(SIGN_IN_PER_MINUTE, from, 'sign-in');
    stub.store({ 'rag/redis': { host: '127.0.0.1', port, password: 'second' } });
    await redis()?.call('CONFIG', 'SET', 'requirepass', 'second');
    // Disconnects all clients, as when the cache is replaced.
    await redis()
      ?.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no')
      .catch(() => {});
    await untilPasses(async () => {
      await expect(count(from, 'sign-in')).rejects.toEqual(TOO_MANY);
      expect(await passing(1, address(), 'sign-in')).toBe(1);
    });
  });
});
