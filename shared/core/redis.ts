import { Redis } from 'ioredis';
import { log } from '#shared/observability/log.ts';
import { reloadConfig, section } from './config.ts';
import { forgetSecret } from './secrets.ts';

const redisConfig = section('redis');

let client: Redis | null | undefined;

/**
 * The process-wide Redis client, or null where none is configured. While the server is down, commands fail within a
 * second (the library's defaults: more than three). Callers then fall back: Redis holds nothing that must survive.
 */
export function redis(): Redis | null {
  if (client === undefined) client = openRedis();
  return client;
}

function openRedis(): Redis | null {
  const settings = redisConfig();
  if (!settings.REDIS_HOST) return null;
  const opened = new Redis({
    host: settings.REDIS_HOST,
    port: settings.REDIS_PORT,
    ...(settings.REDIS_PASSWORD === undefined ? {} : { password: settings.REDIS_PASSWORD }),
    ...(settings.REDIS_TLS ? { tls: { servername: settings.REDIS_HOST } } : {}),
    connectTimeout: 1_000,
    commandTimeout: 1_000,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    retryStrategy: (attempt) => Math.min(attempt * 200, 5_000),
  });
  opened.on('error', (error: Error) => {
    log.warn('Redis is not usable', { error: error.message });
    if (/WRONGPASS|NOAUTH/.test(error.message)) void dropRefused(opened);
  });
  return opened;
}

/** After a refused password: reads the secret again, which was probably rotated, and drops the client. */
async function dropRefused(refused: Redis): Promise<void> {
  forgetSecret('redis');
  await reloadConfig('redis').catch((error: Error) =>
    log.error('The Redis secret could not be read', { error: error.message }),
  );
  refused.disconnect();
  // Several connection attempts may be refused at once; only the first may drop the current client.
  if (client === refused) client = undefined;
}

/** Closes the client; the next call of `redis` opens a new one. */
export function closeRedis(): void {
  client?.disconnect();
  client = undefined;
}
