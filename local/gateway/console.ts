import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import sirv from 'sirv';
import { ROOT } from '#local/platform/options.ts';
import { forward } from './forward.ts';

/** Where `local/console/build.ts` writes the console. */
export const CONSOLE_DIRECTORY = path.join(ROOT, 'console/dist');

const API_PATHS = /^\/(v1|mcp|docs|\.well-known)(\/|$)|^\/(openapi\.json|health|ready)$/;

/** Whether a path is the API's. A deployment sends these to API Gateway, everything else to the console. */
export function isApiPath(pathname: string): boolean {
  return API_PATHS.test(pathname);
}

/** The browser's permissions that no page of the console uses. */
const PERMISSIONS = 'camera=(), geolocation=(), microphone=(), payment=(), usb=()';

/**
 * The headers of every file of the console, as CloudFront sends them in a deployment.
 * @param bucketUrl origin of the bucket: the browser uploads documents to it and reads them from it
 */
export function consoleHeaders(bucketUrl: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "font-src 'self'",
    `img-src 'self' blob: data: ${bucketUrl}`,
    `connect-src 'self' ${bucketUrl}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': PERMISSIONS,
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}

/** Answers a request for the console. @returns false when the request is for the API */
export type ConsoleFiles = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/**
 * Serves the console's files. A path that is no file is a page of the application where the client accepts HTML:
 * index.html. Everything else is left to the API, whose answer is the usual 404.
 */
export function serveConsole(directory: string, bucketUrl: string): ConsoleFiles {
  const headers = consoleHeaders(bucketUrl);
  const send = sirv(directory, {
    dev: true,
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders(response, pathname) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      // Vite puts a hash of the content into the names of these files.
      const isHashed = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, response, pathname) => {
    if (!isRead(request) || isApiPath(pathname)) return false;
    const isFile = /^\/[\w./-]+\.\w+$/.test(pathname) && existsSync(path.join(directory, pathname));
    if (!isFile && !acceptsHtml(request)) return false;
    if (!isFile) request.url = '/index.html';
    send(request, response, () => sendUnbuilt(response));
    return true;
  };
}

/** Leaves the console to Vite's server, which loads a changed source into the open page (`npm run dev`). */
export function forwardConsole(viteUrl: string, log: Pick<Console, 'error'>): ConsoleFiles {
  return (request, response, pathname) => {
    if (!isRead(request) || isApiPath(pathname)) return false;
    // Vite's own modules begin with `@`; every other file has an ending.
    const isVite = pathname.startsWith('/@') || pathname.includes('.');
    if (!isVite && !acceptsHtml(request)) return false;
    forward(request, response, { target: viteUrl, log });
    return true;
  };
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function acceptsHtml({ headers }: IncomingMessage): boolean {
  return (headers.accept ?? '').includes('text/html');
}

/** The page in place of a console that is still being built: it loads itself again. */
function sendUnbuilt(response: ServerResponse): void {
  response.writeHead(503, { 'Content-Type': 'text/html; charset=utf-8', 'Retry-After': '2', Refresh: '2' });
  response.end(
    '<!doctype html><title>RAG Platform</title><p>화면을 만드는 중입니다. 곧 열립니다. · The console is being built.</p>',
  );
}
