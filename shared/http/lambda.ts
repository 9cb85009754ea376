import { Readable } from 'node:stream';
import middy from '@middy/core';
import { executionModeStandard } from '@middy/core/Standard';
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse';
import httpRouter from '@middy/http-router';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { loadConfig, type Section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { openAiError, problem, publicError } from '#shared/core/problem.ts';
import { addLogFields } from '#shared/observability/invocation.ts';
import { log } from '#shared/observability/log.ts';
import { measureRequest } from '#shared/observability/metrics.ts';
import { withInvocation } from '#shared/observability/observe.ts';
import { corsHeaders, isPreflight, preflight } from './cors.ts';
import { handle } from './handle.ts';
import type { Reply, Route } from './route.ts';
import { endInTime } from './time-limit.ts';

type LambdaOptions = {
  /** Loads these sections only. Default: every section that the function's modules declare. */
  sections?: Section[];
  /** API Gateway's response streaming: answers go out as they are made. */
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
 * One Lambda function over its resource's routes: configuration, routing, errors, CORS, access log, metrics, traces.
 * Configuration starts loading at init, so the first request finds it there.
 */
export function lambda(routes: Route[], { sections = [], streaming = false }: LambdaOptions = {}) {
  // A failure is reported by the first request, which loads again.
  void loadConfig(...sections).catch(() => {});
  const router = httpRouter({
    routes: routes.map((route) => ({
      method: route.method,
      path: route.path,
      // The router hands through what `handle` gives; its own type knows only rendered results.
      handler: ((event: APIGatewayProxyEvent) => {
        addLogFields({ route: `${route.method} ${route.path}` });
        return handle(route, event);
      }) as never,
    })),
    notFoundResponse: ({ method, path }) => unrouted(routes, { method, path }),
  });
  const executionMode = streaming ? executionModeStreamifyResponse : executionModeStandard;
  async function respond(event: APIGatewayProxyEvent, context: Context) {
    const startedAt = performance.now();
    const reply = await answer(routes, event, async () => {
      await loadConfig(...sections);
      if (isPreflight(event)) return preflight();
      return (await router(withoutSlash(event), context)) as unknown as Reply;
    });
    recordRequest(event, reply.status, performance.now() - startedAt);
    endInTime(reply, context);
    return render(event, reply, streaming);
  }
  return middy<APIGatewayProxyEvent, unknown>({ executionMode, timeoutEarlyInMillis: 500 }).handler(
    (event: APIGatewayProxyEvent, context: Context) =>
      withInvocation(
        context,
        { request_id: event.requestContext.requestId },
        () => respond(event, context),
        ({ body }) => (body instanceof Readable ? body : undefined),
      ),
  );
}

/** A slash at the path's end names the same resource, whether the router has it as a pattern or a constant. */
function withoutSlash(event: APIGatewayProxyEvent): APIGatewayProxyEvent {
  return { ...event, path: event.path.replace(/(?<=.)\/+$/, '') };
}

async function answer(
  routes: Route[],
  event: APIGatewayProxyEvent,
  run: () => Promise<Reply>,
): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    const openAi = routes.some((route) => route.errorFormat === 'openai' && matches(route.path, event.path));
    return errorReply(event, error, openAi ? 'openai' : 'problem');
  }
}

/** The one renderer of errors. Anything that is not an AppError is logged with its cause and answered as a 500. */
function errorReply(event: APIGatewayProxyEvent, error: unknown, format: 'openai' | 'problem'): Reply {
  const shown = publicError(error);
  const { requestId } = event.requestContext;
  if (shown.status >= 500) log.error(shown.code, { path: event.path, error: shown.cause as Error });
  return {
    status: shown.status,
    body: format === 'openai' ? openAiError(shown) : problem(shown, requestId),
    headers: {
      'Content-Type':
        format === 'openai' ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8',
      ...(shown.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(shown.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(shown.retryAfterSeconds) }),
      ...shown.headers,
    },
  };
}

/** 405 with `Allow` where the path exists under another method, else 404. */
function unrouted(routes: Route[], { method, path }: { method: string; path: string }): never {
  const allowed = routes.filter((route) => matches(route.path, path)).map((route) => route.method);
  if (allowed.length === 0)
    throw new AppError('not_found', `No route ${method} ${path}; see /docs for the available routes.`);
  throw new AppError('method_not_allowed', `${path} answers ${allowed.join(', ')}, not ${method}.`, {
    headers: { Allow: allowed.join(', ') },
  });
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`).test(path);
}

function render(event: APIGatewayProxyEvent, reply: Reply, streaming: boolean) {
  const hasBody = reply.body !== undefined;
  const headers: Record<string, string> = {
    ...SECURITY_HEADERS,
    ...corsHeaders(event),
    ...(hasBody ? { 'Content-Type': 'application/json; charset=utf-8' } : {}),
    ...reply.headers,
    'X-Request-Id': event.requestContext.requestId,
  };
  const text = hasBody ? toText(reply.body, headers['Content-Type']) : '';
  const cookies = reply.cookies ?? [];
  if (streaming) return { statusCode: reply.status, headers, cookies, body: reply.stream ?? text };
  return {
    statusCode: reply.status,
    headers,
    multiValueHeaders: { 'Set-Cookie': cookies },
    body: text,
    isBase64Encoded: false,
  };
}

function toText(body: unknown, contentType = ''): string {
  return typeof body === 'string' && !contentType.includes('json') ? body : JSON.stringify(body);
}

/** Status and duration beside the ids that every line carries; never bodies, tokens or the query string. */
function recordRequest({ httpMethod, path }: APIGatewayProxyEvent, status: number, ms: number): void {
  log.info('request', { method: httpMethod, path, status, ms: Math.round(ms) });
  measureRequest(status, ms);
}
