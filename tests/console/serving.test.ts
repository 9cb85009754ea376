import { platform } from '#tests/support/platform.ts';

let url: string;
beforeAll(async () => {
  ({ url } = await platform());
});

const html = { headers: { Accept: 'text/html,application/xhtml+xml' } };

describe('the console beside the API', () => {
  test.each([
    '/',
    '/documents',
    '/documents/0192f0c1-6f0b-7cc1-9d5a-1f1a36c0a1d2',
    '/chat/a/b',
    '/no.such/page',
  ])('%s is a page of the application for a browser', async (path) => {
    const response = await fetch(url + path, html);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html;charset=utf-8']);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain('<div id="root">');
  });

  test.each([
    '/',
    '/documents',
    '/assets/unknown.js',
    '/v1/unknown',
    '/docs/unknown',
    '/.well-known/unknown',
  ])('%s that is no file is the API’s 404 for everything else', async (path) => {
    const response = await fetch(url + path, { headers: { Accept: 'application/json' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  test.each(['/v1/unknown', '/docs/unknown', '/mcp/unknown'])(
    '%s is never a page, even for a browser',
    async (path) => {
      expect((await fetch(url + path, html)).status).toBe(404);
    },
  );

  test('a path that leaves the folder leads to no file', async () => {
    const response = await fetch(`${url}/assets/..%2f..%2fpackage.json`);
    expect(response.status).toBe(404);
  });

  test('every file of the page is served, unchanging ones for ever', async () => {
    const page = await (await fetch(url, html)).text();
    const files = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const response = await fetch(url + file);
      expect([file, response.status]).toEqual([file, 200]);
      const isHashed = file.startsWith('/assets/');
      expect(response.headers.get('cache-control')).toBe(
        isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    }
  });
});

test('the security headers allow own scripts only, no inline ones, and no frame around the page', async () => {
  const { headers } = await fetch(url, html);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/^default-src 'none';/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'|\*/);
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('permissions-policy')).toContain('camera=()');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});
