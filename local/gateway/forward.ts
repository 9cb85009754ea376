import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

const agent = new Agent({ keepAlive: true });
/** Headers of one connection: a proxy must not pass them on. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'proxy-connection',
]);

/**
 * Forwards a request to Vite's server and streams both bodies. When it cannot be reached, the response is a 503.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { target, log }: { target: string; log: Pick<Console, 'error'> },
): void {
  const url = new URL(request.url ?? '/', target);
  const options = { method: request.method, headers: endToEndHeaders(request.headers), agent };
  const upstream = httpRequest(url, options, (received) => {
    response.writeHead(received.statusCode ?? 502, endToEndHeaders(received.headers));
    received.pipe(response);
    received.once('error', () => response.destroy());
  });
  upstream.once('error', (error) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    log.error(`${target} does not respond: ${error.message}`);
    response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '5' });
    response.end('The server of the console cannot be reached; try again shortly.');
  });
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}

function endToEndHeaders(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined && !HOP_BY_HOP.has(entry[0]),
    ),
  );
}
