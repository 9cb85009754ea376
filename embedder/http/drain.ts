import type { Server, ServerResponse } from 'node:http';

/** Fargate kills 30 s after SIGTERM. */
const MAX_DRAIN_MS = 25_000;

/**
 * Watches a server's requests from now on. The function it gives back takes no new connections, waits for the
 * answers under way and ends every connection; what takes longer than 25 s is cut off.
 * `server.close` alone would wait for connections on which nothing was ever asked, and load balancers keep some.
 */
export function drainOf(server: Server): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  let draining = false;
  const endIfDone = () => {
    if (draining && underWay.size === 0) server.closeAllConnections();
  };
  server.on('request', (_, response) => {
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      endIfDone();
    });
  });
  return async () => {
    const cut = setTimeout(() => server.closeAllConnections(), MAX_DRAIN_MS);
    const closed = new Promise((resolve) => server.close(resolve));
    draining = true;
    endIfDone();
    await closed;
    clearTimeout(cut);
  };
}
