import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePorts } from '#local/platform/ports.ts';
import { loadConfig } from '#shared/core/config.ts';
import { redis } from '#shared/core/redis.ts';
import { countRequest } from '#shared/http/rate-limit.ts';
import { describeWith } from '#tests/support/needs.ts';
import { untilPasses } from '#tests/support/until.ts';

const LIMIT = 5;
const count = (ip: string, limit: 'requests' | 'sign-in') =>
  countRequest({ ip }, { limit, store: redis() ?? 'postgres' });
const remaining = ({ RateLimit = '' }: Record<string, string>) => Number(/;r=(\d+);/.exec(RateLimit)?.[1]);

describeWith('redis-server', 'limits that are counted in Redis', (binary) => {
  let port: number;
  let server: ChildProcess;
  let other: Redis;

  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    Object.assign(process.env, {
      REDIS_URL: `redis://127.0.0.1:${port}`,
      RATE_LIMIT_PER_MINUTE: String(LIMIT),
    });
    await loadConfig('rate_limits', 'redis');
    other = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 20 });
    other.on('error', () => {});
    await startServer();
  });

  afterAll(async () => {
    other?.disconnect();
    redis()?.disconnect();
    await stopServer();
  });

  async function startServer(): Promise<void> {
    server = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '']);
    await untilPasses(async () => expect(await other.ping()).toBe('PONG'));
    await untilPasses(async () => expect(await redis()?.ping()).toBe('PONG'));
  }

  async function stopServer(): Promise<void> {
    server.kill('SIGKILL');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  }

  test('requests counted by other functions count here too', async () => {
    expect(remaining(await count('192.0.2.1', 'requests'))).toBe(LIMIT - 1);
    const [counter = ''] = await other.keys('*192.0.2.1');
    await other.incrby(counter, LIMIT - 2);
    expect(remaining(await count('192.0.2.1', 'requests'))).toBe(0);
    await expect(count('192.0.2.1', 'requests')).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: expect.any(Number),
    });
  });

  test('each caller has a separate limit', async () => {
    expect(remaining(await count('192.0.2.2', 'requests'))).toBe(LIMIT - 1);
    expect(remaining(await count('192.0.2.3', 'requests'))).toBe(LIMIT - 1);
  });

  describe('while Redis is down', () => {
    beforeAll(stopServer);
    afterAll(startServer);

    test('general limits continue in this process', async () => {
      await untilPasses(async () => expect(redis()?.status).not.toBe('ready'));
      for (let left = LIMIT - 1; left >= 0; left -= 1)
        expect(remaining(await count('192.0.2.4', 'requests'))).toBe(left);
      await expect(count('192.0.2.4', 'requests')).rejects.toMatchObject({ code: 'rate_limited' });
    });

    test('sign-in is refused, not uncounted', async () => {
      await expect(count('192.0.2.5', 'sign-in')).rejects.toMatchObject({
        code: 'dependency_unavailable',
      });
    });
  });

  test('sign-in works again once Redis is back', async () => {
    expect(remaining(await count('192.0.2.6', 'sign-in'))).toBeGreaterThan(0);
  });
});
