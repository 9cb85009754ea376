import { Redis } from 'ioredis';
import { findOnPath } from './executables.ts';
import type { ManagedProcess } from './processes.ts';

/** The command that installs Redis on this system. */
export const INSTALL_REDIS =
  process.platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install redis-server';

/** The `redis-server` of this machine, or null. */
export function findRedisServer(): string | null {
  return findOnPath('redis-server');
}

/** A Redis without persistence: losing its data does no harm. */
export function redisProcess(binary: string, port: number, dataDir: string): ManagedProcess {
  const settings = { port, bind: '127.0.0.1', dir: dataDir, save: '', appendonly: 'no' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return {
    name: 'redis',
    prepare: async () => ({
      file: binary,
      args,
      env: { PATH: process.env.PATH ?? '' },
      stopSignal: 'SIGTERM',
    }),
    isReady: () => acceptsCommands(port),
  };
}

async function acceptsCommands(port: number): Promise<boolean> {
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}
