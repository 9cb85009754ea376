import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '#shared/core/errors.ts';
import { errorHeaders, openAiError, problem, publicError } from '#shared/core/problem.ts';
import { log } from '#shared/observability/log.ts';
import { authorize, authorizeOperator } from './authorize.ts';
import { type Exchange, openExchange, type Reply, sendReply } from './exchange.ts';
import type { EmbedderRoute, RouteContext } from './route.ts';
import { ROUTES } from './routes.ts';

type RequestOptions = {
  request: IncomingMessage;
  response: ServerResponse;
  context: RouteContext;
};

/** nginx's status for a request whose client left before the answer. In the metrics it is not a server error. */
const CLIENT_GONE = 499;

/** Answers one request; an error of its route becomes an error response. */
export async function handleRequest({ request, response, context }: RequestOptions): Promise<void> {
  const started = performance.now();
  const exchange = openExchange(request, response);
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const routes = ROUTES.filter((route) => route.path === path);
  const reply = await runRoute(routes, exchange, context).catch((cause: unknown) => {
    const error = publicError(cause);
    context.metrics.requestFailed(exchange.signal.aborted ? 'client_gone' : error.code);
    return toErrorReply(error, path, exchange);
  });
  if (context.phase === 'draining') response.shouldKeepAlive = false;
  if (!exchange.signal.aborted) await sendReply(response, reply, exchange);
  const seconds = (performance.now() - started) / 1_000;
  const status = exchange.signal.aborted ? CLIENT_GONE : reply.status;
  context.metrics.requestDone({ path: routes[0]?.path ?? 'other', status }, seconds);
}

async function runRoute(
  routes: readonly EmbedderRoute[],
  exchange: Exchange,
  context: RouteContext,
): Promise<Reply> {
  if (routes.length === 0) throw new AppError('not_found', 'No such path.');
  const method = exchange.request.method === 'HEAD' ? 'GET' : exchange.request.method;
  const route = routes.find((candidate) => candidate.method === method);
  if (!route) {
    const allowed = routes.map((candidate) => candidate.method).join(', ');
    throw new AppError('method_not_allowed', `This path takes ${allowed}.`, { headers: { Allow: allowed } });
  }
  const { authorization } = exchange.request.headers;
  if (route.access === 'credential') authorize(authorization);
  if (route.access === 'operator') authorizeOperator(authorization);
  return await route.run(exchange, context);
}

function toErrorReply(error: AppError, path: string, { requestId, signal }: Exchange): Reply {
  if (error.status >= 500 && !signal.aborted) {
    log.error('A request failed', { request_id: requestId, path, error: error.cause ?? error });
  }
  const headers = errorHeaders(error);
  if (path === '/v1/embeddings') return { status: error.status, body: openAiError(error), headers };
  const body = problem(error, requestId);
  return {
    status: error.status,
    body: JSON.stringify(body),
    contentType: 'application/problem+json',
    headers,
  };
}
