import { Redis } from 'ioredis';
import { log } from '#shared/observability/log.ts';
import { reloadConfig, section } from './config.ts';
import { forgetSecret } from './secrets.ts';

const redisConfig = section('redis');

let client: Redis | null | undefined;

/**
 * The process-wide Redis client, or null where none is configured. Commands fail within a second when the server
 * is away (library defaults hang for more than three); callers fall back, since Redis holds nothing that cannot
 * be lost.
 */
export function redis(): Redis | null {
  if (client === undefined) client = open();
  return client;
}

function open(): Redis | null {
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
    if (/WRONGPASS|NOAUTH/.test(error.message)) void reopen(opened);
  });
  return opened;
}

/** The password was refused: the secret was rotated, so it is fetched again. */
async function reopen(refused: Redis): Promise<void> {
  forgetSecret('redis');
  await reloadConfig('redis').catch((error: Error) =>
    log.error('The Redis secret could not be read', { error: error.message }),
  );
  refused.disconnect();
  // Every attempt to connect may have been refused; the first to come here makes room for a new client.
  if (client === refused) client = undefined;
}

/** Closes the client; the next use opens another. */
export function closeRedis(): void {
  client?.disconnect();
  client = undefined;
}
