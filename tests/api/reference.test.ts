import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { OpenApiDocument } from '#functions/reference/openapi/openapi.ts';
import { freePorts } from '#local/platform/ports.ts';
import { launchChromium } from '#tests/console/launch-chromium.ts';
import { describeWith } from '#tests/support/needs.ts';
import { until } from '#tests/support/until.ts';

const EMBEDDER_URL = 'https://embed.example.com';
const written = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenApiDocument;
let gateway: ChildProcess;
let url: string;

/** The gateway alone: no dependency of a function is running. */
beforeAll(async () => {
  const [port] = await freePorts(1);
  url = `http://localhost:${port}`;
  const nowhere = '127.0.0.1:1';
  const env = {
    API_URL: url,
    EMBEDDER_URL,
    DATABASE_URL: `postgres://nobody:none@${nowhere}/none`,
    REDIS_URL: `redis://${nowhere}`,
    JWT_SECRET: 'x'.repeat(32),
    GOOGLE_CLIENT_ID: 'none',
    GOOGLE_CLIENT_SECRET: 'none',
    CHROMA_URL: `http://${nowhere}`,
    DOCUMENTS_BUCKET: 'none',
    INGEST_QUEUE_URL: `http://${nowhere}`,
  };
  gateway = spawn(process.execPath, ['local/gateway/main.ts', '--port', String(port)], { env });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  gateway.stdout?.on('data', keep);
  gateway.stderr?.on('data', keep);
  await until(() => output.includes('API gateway on') || gateway.exitCode !== null, 20_000);
  if (gateway.exitCode !== null) throw new Error(output);
});

afterAll(async () => {
  gateway.kill('SIGKILL');
  if (gateway.exitCode === null && gateway.signalCode === null) await once(gateway, 'exit');
});

async function pageText(): Promise<string> {
  return await (await fetch(`${url}/docs`)).text();
}

describe('while every dependency is down', () => {
  test('the page and all of its files are served', async () => {
    const page = await fetch(`${url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const files = [...(await page.text()).matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(
      ([, path]) => path,
    );
    expect(files).toHaveLength(5);
    for (const file of files) {
      const response = await fetch(`${url}${file}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('content-type')).toMatch(
        /^(text\/(css|javascript); charset=utf-8|image\/svg\+xml)$/,
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await response.text()).length).toBeGreaterThan(10);
    }
  });

  test('openapi.json is served with the host of this deployment', async () => {
    const served = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument;
    expect(served.servers).toEqual([{ url }]);
    expect({ ...served, servers: written.servers }).toEqual(written);
  });
});

test('the page may load from its own host only', async () => {
  const { headers } = await fetch(`${url}/docs`);
  const policy = headers.get('content-security-policy') ?? '';
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('permissions-policy')).toContain('camera=()');
  expect(policy).toMatch(/^default-src 'none';/);
  expect(policy).not.toMatch(/https?:|\*|unsafe/);
  expect(await pageText()).not.toMatch(/https?:\/\/(?!localhost)/);
});

test.each(['unknown.js', 'handler.mjs', '..%2Fhandler.ts', 'swagger-ui-bundle.js', '__proto__'])(
  'a file that is not part of the page is not found: %s',
  async (name) => {
    const response = await fetch(`${url}/docs/${name}`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  },
);

describeWith('chromium', 'in a browser without a network', (executablePath) => {
  let browser: Browser;
  let page: Page;
  let errors: string[];
  let hosts: Set<string>;

  beforeAll(async () => {
    browser = await launchChromium(executablePath);
    page = await browser.newPage();
    errors = [];
    hosts = new Set();
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => hosts.add(new URL(request.url()).origin));
    await page.goto(`${url}/docs`);
    await page.locator('.opblock').first().waitFor();
  });
  afterAll(async () => await browser?.close());

  function operation(path: string, method = 'get') {
    return page.locator(`.opblock-${method}`).filter({ has: page.locator(`[data-path="${path}"]`) });
  }

  /** Opens an operation without parameters and executes it. */
  async function tryOut(path: string) {
    const block = operation(path);
    await block.locator('.opblock-summary-control').click();
    await block.getByRole('button', { name: 'Try it out' }).click();
    await block.getByRole('button', { name: 'Execute' }).click();
    const answer = block.locator('.live-responses-table .response');
    await answer.waitFor();
    return answer;
  }

  test('every operation is shown, without an error and without a request to any other host', async () => {
    const operations = Object.values(written.paths).flatMap((item) => Object.keys(item));
    expect(await page.title()).toBe('RAG Platform API');
    expect(await page.locator('.opblock').count()).toBe(operations.length);
    expect(errors).toEqual([]);
    expect([...hosts]).toEqual([url]);
  });

  test('"Try it out" on GET /health shows the real answer', async () => {
    const answer = await tryOut('/health');
    expect(await answer.innerText()).toMatch(/200[^]*"status": "healthy"/);
    expect(errors).toEqual([]);
  });

  test('it uses the dark mode of the system', async () => {
    const title = page.locator('.info .title');
    const color = () => title.evaluate((element) => getComputedStyle(element).color);
    const light = await color();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await color()).not.toBe(light);
  });

  test('"Authorize" sends the credential with every call', async () => {
    await page.locator('.auth-wrapper .authorize').click();
    await page.locator('.auth-container input').fill('rag_not_a_key');
    await page.locator('.auth-container').getByRole('button', { name: 'Apply credentials' }).click();
    await page.locator('.auth-container').getByRole('button', { name: 'Close' }).click();
    const sent = page.waitForRequest(`${url}/v1/me`);
    const answer = await tryOut('/v1/me');
    expect((await sent).headers().authorization).toBe('Bearer rag_not_a_key');
    expect(await answer.innerText()).toMatch(/401[^]*"code": "invalid_token"/);
  });
});
