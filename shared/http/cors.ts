import type { APIGatewayProxyEvent } from 'aws-lambda';
import { section } from '#shared/core/config.ts';
import { readRequest } from './request.ts';
import type { Reply } from './route.ts';

const httpConfig = section('http');

const EXPOSED = 'X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed';

/** CORS headers for the configured origins; never `*`, because credentials are allowed. */
export function corsHeaders(event: APIGatewayProxyEvent): Record<string, string> {
  const origin = readRequest(event).header('origin');
  if (!origin) return {};
  if (!allowedOrigins().includes(origin)) return { Vary: 'Origin' };
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': EXPOSED,
    Vary: 'Origin',
  };
}

/** None while the configuration cannot be loaded: the error response then has no CORS headers. */
function allowedOrigins(): string[] {
  try {
    return httpConfig().CORS_ORIGINS;
  } catch {
    return [];
  }
}

/** Whether the request is a CORS preflight. */
export function isPreflight(event: APIGatewayProxyEvent): boolean {
  return event.httpMethod === 'OPTIONS';
}

/** The 204 response to a preflight; `corsHeaders` adds the origin if it is allowed. */
export function preflight(): Reply {
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key',
      'Access-Control-Max-Age': '600',
    },
  };
}
