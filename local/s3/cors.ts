import type { IncomingMessage, ServerResponse } from 'node:http';
import { S3Error } from './error.ts';

/** Accept-Ranges and its like: the console's PDF viewer then reads the parts that it shows first. */
const EXPOSED_HEADERS = 'ETag, Location, x-amz-request-id, Accept-Ranges, Content-Range, Content-Length';

/**
 * Adds the bucket's CORS headers to the response for an allowed origin, and responds to a preflight.
 * @returns whether the request was a preflight
 * @throws S3Error for the preflight of an origin that is not allowed
 */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, origins: string[]): boolean {
  const { origin } = request.headers;
  const preflight =
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  const allowed = origin !== undefined && (origins.includes('*') || origins.includes(origin));
  if (preflight && !allowed) {
    throw new S3Error(403, 'AccessForbidden', 'CORSResponse: This CORS request is not allowed.');
  }
  if (allowed) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    response.setHeader('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
  }
  if (!preflight) return false;
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, PUT, POST');
  response.setHeader(
    'Access-Control-Allow-Headers',
    request.headers['access-control-request-headers'] ?? '*',
  );
  response.setHeader('Access-Control-Max-Age', '3000');
  response.writeHead(200).end();
  return true;
}
