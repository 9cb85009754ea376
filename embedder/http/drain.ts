import type { Server, ServerResponse } from 'node:http';

/** Fargate kills 30 s after SIGTERM. */
const MAX_DRAIN_MS = 25_000;

/**
 * Tracks a server's requests. The returned function refuses new connections, waits for the running requests and closes
 * every connection; after 25 s it cuts the rest off. `server.close` alone would wait for connections without any
 * request, and load balancers keep some open.
 */
export function prepareDrain(server: Server): () => Promise<void> {
  const running = new Set<ServerResponse>();
  let draining = false;
  const closeIfIdle = () => {
    if (draining && running.size === 0) server.closeAllConnections();
  };
  server.on('request', (_, response) => {
    running.add(response);
    response.once('close', () => {
      running.delete(response);
      closeIfIdle();
    });
  });
  return async () => {
    const cut = setTimeout(() => server.closeAllConnections(), MAX_DRAIN_MS);
    const closed = new Promise((resolve) => server.close(resolve));
    draining = true;
    closeIfIdle();
    await closed;
    clearTimeout(cut);
  };
}
