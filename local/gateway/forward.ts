import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

const agent = new Agent({ keepAlive: true });
/** These belong to one connection and are not passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'proxy-connection',
]);

/**
 * Passes a request on to another HTTP server, bodies streamed both ways. Stands in for the load balancer in
 * front of the embedder, whose errors on this path have OpenAI's shape.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { target, log }: { target: string; log: Pick<Console, 'error'> },
): void {
  const url = new URL(request.url ?? '/', target);
  const options = { method: request.method, headers: endToEnd(request.headers), agent };
  const upstream = httpRequest(url, options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  upstream.once('error', (error) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    log.error(`The embedder at ${target} did not answer: ${error.message}`);
    const message = 'The embedder cannot be reached; try again shortly.';
    response.writeHead(503, { 'Content-Type': 'application/json; charset=utf-8', 'Retry-After': '5' });
    response.end(
      JSON.stringify({
        error: { message, type: 'server_error', code: 'dependency_unavailable', param: null },
      }),
    );
  });
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}

function endToEnd(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined && !HOP_BY_HOP.has(entry[0]),
    ),
  );
}
