import type { Server } from 'node:http';
import { createServer } from 'node:net';

/**
 * Listens on both loopback addresses of `localhost`, so that it does not matter which one a client tries first.
 * Nothing is reachable from other machines.
 * @throws Error `EADDRINUSE` when the port is taken
 */
export async function listenLocally(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const second = createServer((socket) => server.emit('connection', socket));
  // A machine without IPv6 is served by the first one alone.
  second.on('error', () => {});
  second.listen(port, '::1');
  second.unref();
}

/** Ends the process on SIGTERM after requests in flight had a moment to finish. */
export function closeOnSignal(server: Server, graceMs = 1_000): void {
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), graceMs);
  });
}
