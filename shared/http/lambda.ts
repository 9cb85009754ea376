import { Readable } from 'node:stream';
import middy from '@middy/core';
import { executionModeStandard } from '@middy/core/Standard';
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { loadConfig, type Section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { errorHeaders, openAiError, problem, publicError } from '#shared/core/problem.ts';
import { addLogFields } from '#shared/observability/invocation.ts';
import { log } from '#shared/observability/log.ts';
import { measureRequest } from '#shared/observability/metrics.ts';
import { withInvocation } from '#shared/observability/observe.ts';
import { corsHeaders, isPreflight, preflight } from './cors.ts';
import { handle } from './handle.ts';
import { type RouteMatch, routeMatcher } from './match-route.ts';
import type { Reply, Route } from './route.ts';
import { endInTime } from './time-limit.ts';

type LambdaOptions = {
  /** Loads these sections only. Default: every section that the function's modules declare. */
  sections?: Section[];
  /** Uses response streaming: a response is sent while it is produced. */
  streaming?: boolean;
};

const SECURITY_HEADERS = {
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
};

/**
 * One Lambda function for the routes of a resource: configuration, routing, errors, CORS, access log, metrics, traces.
 * The configuration starts to load at init, so that the first request seldom waits for it.
 */
export function lambda(routes: Route[], { sections = [], streaming = false }: LambdaOptions = {}) {
  // A failure is reported by the first request, which loads again.
  void loadConfig(...sections).catch(() => {});
  const matchRoute = routeMatcher(routes);
  const executionMode = streaming ? executionModeStreamifyResponse : executionModeStandard;
  const render = streaming ? renderStream : renderBuffered;
  async function respond(event: APIGatewayProxyEvent, context: Context) {
    const startedAt = performance.now();
    const match = matchRoute(event.httpMethod, event.path);
    const reply = await catchErrors({ event, format: match.errorFormat }, async () => {
      await loadConfig(...sections);
      return isPreflight(event) ? preflight() : await runRoute(match, event);
    });
    recordRequest(event, reply.status, performance.now() - startedAt);
    endInTime(reply, context);
    return render(event, reply);
  }
  return middy<APIGatewayProxyEvent, unknown>({ executionMode, timeoutEarlyInMillis: 500 }).handler(
    (event: APIGatewayProxyEvent, context: Context) =>
      withInvocation(
        context,
        { request_id: event.requestContext.requestId },
        () => respond(withoutSlash(event), context),
        ({ body }) => (body instanceof Readable ? body : undefined),
      ),
  );
}

/** A slash at the end of a path names the same resource. */
function withoutSlash(event: APIGatewayProxyEvent): APIGatewayProxyEvent {
  return { ...event, path: event.path.replace(/(?<=.)\/+$/, '') };
}

/** @throws AppError `method_not_allowed` with `Allow` where the path has other methods, else `not_found` */
async function runRoute(match: RouteMatch, event: APIGatewayProxyEvent): Promise<Reply> {
  const { route, params, allowed } = match;
  const { httpMethod: method, path } = event;
  if (route) {
    addLogFields({ route: `${route.method} ${route.path}` });
    return await handle(route, { ...event, pathParameters: { ...params, ...event.pathParameters } });
  }
  if (allowed.length === 0)
    throw new AppError('not_found', `No route ${method} ${path}; see /docs for the available routes.`);
  throw new AppError('method_not_allowed', `${path} answers ${allowed.join(', ')}, not ${method}.`, {
    headers: { Allow: allowed.join(', ') },
  });
}

type ErrorContext = { event: APIGatewayProxyEvent; format: RouteMatch['errorFormat'] };

async function catchErrors(context: ErrorContext, run: () => Promise<Reply>): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    return errorReply(error, context);
  }
}

/** Renders an error. One that is no AppError becomes a 500; every 5xx is logged with its cause. */
function errorReply(error: unknown, { event, format }: ErrorContext): Reply {
  const shown = publicError(error);
  const { requestId } = event.requestContext;
  if (shown.status >= 500) log.error(shown.code, { path: event.path, error: shown.cause as Error });
  return {
    status: shown.status,
    body: format === 'openai' ? openAiError(shown) : problem(shown, requestId),
    headers: {
      'Content-Type':
        format === 'openai' ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8',
      // The provider's calls were repeated already: OpenAI's clients would repeat them all again.
      ...(format === 'openai' && shown.code.startsWith('provider_') ? { 'x-should-retry': 'false' } : {}),
      ...errorHeaders(shown),
    },
  };
}

function renderBuffered(event: APIGatewayProxyEvent, reply: Reply) {
  const headers = responseHeaders(event, reply);
  return {
    statusCode: reply.status,
    headers,
    multiValueHeaders: { 'Set-Cookie': reply.cookies ?? [] },
    body: bodyText(reply, headers),
    isBase64Encoded: false,
  };
}

function renderStream(event: APIGatewayProxyEvent, reply: Reply) {
  const headers = responseHeaders(event, reply);
  const body = reply.stream ?? bodyText(reply, headers);
  return { statusCode: reply.status, headers, cookies: reply.cookies ?? [], body };
}

function responseHeaders(event: APIGatewayProxyEvent, reply: Reply): Record<string, string> {
  return {
    ...SECURITY_HEADERS,
    ...corsHeaders(event),
    ...(reply.body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    ...reply.headers,
    'X-Request-Id': event.requestContext.requestId,
  };
}

/** A text goes out as it is, unless it is declared as JSON; anything else is written as JSON. */
function bodyText({ body }: Reply, headers: Record<string, string>): string {
  if (body === undefined) return '';
  const isJson = (headers['Content-Type'] ?? '').includes('json');
  return typeof body === 'string' && !isJson ? body : JSON.stringify(body);
}

/** Logs and measures a request: method, path, status and duration, never a body, a token or the query. */
function recordRequest({ httpMethod, path }: APIGatewayProxyEvent, status: number, ms: number): void {
  log.info('request', { method: httpMethod, path, status, ms: Math.round(ms) });
  measureRequest(status, ms);
}
