import { z } from 'zod';
import { defineRoute } from '#shared/http/route.ts';
import { assetPath } from './assets.ts';

/** The page may load from its own host only. Swagger UI's arrows are `data:` images. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const getDocs = defineRoute({
  method: 'GET',
  path: '/docs',
  summary: 'Open the interactive documentation',
  tag: 'meta',
  access: 'public',
  uncounted: true,
  response: { 200: z.string().meta({ contentMediaType: 'text/html' }) },
  async run() {
    return {
      status: 200,
      body: page(),
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': POLICY,
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
        'Cache-Control': 'no-cache',
      },
    };
  },
});

function page(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>RAG Platform API</title>
<link rel="icon" type="image/svg+xml" href="${assetPath('icon.svg')}">
<link rel="stylesheet" href="${assetPath('swagger-ui.css')}">
<link rel="stylesheet" href="${assetPath('page.css')}">
</head>
<body>
<noscript>This page needs JavaScript; the same is in <a href="/openapi.json">/openapi.json</a>.</noscript>
<div id="docs"></div>
<script src="${assetPath('swagger-ui-bundle.js')}"></script>
<script type="module" src="${assetPath('start.js')}"></script>
</body>
</html>
`;
}
