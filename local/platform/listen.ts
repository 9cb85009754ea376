import type { Server } from 'node:http';
import { createServer } from 'node:net';

/**
 * Listens on both loopback addresses, 127.0.0.1 and ::1, since clients resolve `localhost` to either. The server is not
 * reachable from other machines.
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
  // On a machine without IPv6 this fails; 127.0.0.1 is enough there.
  second.on('error', () => {});
  second.listen(port, '::1');
  second.unref();
}

/** Ends the process on SIGTERM, once requests in flight have finished or `graceMs` is over. */
export function closeOnSignal(server: Server, graceMs = 1_000): void {
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), graceMs);
  });
}
