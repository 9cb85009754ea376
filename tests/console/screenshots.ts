import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { seed } from '#local/demo/seed.ts';
import { findOnPath } from '#local/platform/executables.ts';
import { ROOT } from '#local/platform/options.ts';
import { startPlatform } from '#local/platform/platform.ts';
import { launchChromium } from './launch-chromium.ts';

/**
 * `npm run screenshots`: starts a platform of its own with the demo, opens the console as a person would, and writes the
 * pictures of the README to docs/images/. Needs Chromium; the embedding model is that of the environment.
 */
const IMAGES = path.join(ROOT, 'docs/images');
const VIEWPORT = { width: 1360, height: 850 };
const ANSWER_MS = 30_000;

type Picture = { name: string; look: BrowserContextOptions; take(page: Page, url: string): Promise<void> };

const PICTURES: Picture[] = [
  { name: 'chat-ko', look: { locale: 'ko-KR' }, take: (page, url) => openProof(page, url, KOREAN) },
  {
    name: 'chat-dark',
    look: { locale: 'en-US', colorScheme: 'dark' },
    take: (page, url) => openProof(page, url, ENGLISH),
  },
  {
    name: 'search',
    look: { locale: 'en-US' },
    async take(page, url) {
      await page.goto(`${url}/search?q=${encodeURIComponent('When does the warranty begin?')}`);
      await page.waitForLoadState('networkidle');
    },
  },
  {
    name: 'documents-phone',
    look: { locale: 'ko-KR', viewport: { width: 390, height: 850 } },
    async take(page, url) {
      await page.goto(`${url}/documents`);
      await page.waitForLoadState('networkidle');
    },
  },
];

type Asked = { question: string; box: RegExp; source: RegExp };
const KOREAN: Asked = { question: '수습 기간에도 급여를 전액 받나요?', box: /질문/, source: /1$/ };
const ENGLISH: Asked = { question: 'What does the warranty cover?', box: /^Question$/, source: /^Source 1/ };

/** Asks, waits for the answer, and opens its first source. */
async function openProof(page: Page, url: string, { question, box, source }: Asked): Promise<void> {
  await page.goto(`${url}/chat`);
  await page.getByRole('textbox', { name: box }).fill(question);
  await page.keyboard.press('Enter');
  await page.locator('main').getByRole('button', { name: source }).first().click({ timeout: ANSWER_MS });
  await page.locator('[data-proof], mark').first().waitFor({ timeout: ANSWER_MS });
  await page.waitForLoadState('networkidle');
}

async function take(browser: Browser, url: string, { name, look, take }: Picture): Promise<void> {
  const context = await browser.newContext({ viewport: VIEWPORT, ...look });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('link', { name: /Google/ }).click();
  await page.locator('button.user').first().click();
  await page.getByRole('navigation').first().waitFor();
  await take(page, url);
  await page.screenshot({ path: path.join(IMAGES, `${name}.png`) });
  await context.close();
  console.log(`docs/images/${name}.png`);
}

async function main(): Promise<void> {
  const executablePath = findOnPath('chromium', 'chromium-browser', 'google-chrome');
  if (!executablePath) throw new Error('No Chromium on this machine: sudo apt-get install chromium');
  const dataDir = mkdtempSync(path.join(tmpdir(), 'screenshots-'));
  chmodSync(dataDir, 0o755);
  mkdirSync(IMAGES, { recursive: true });
  const platform = await startPlatform({ ports: 'free', dataDir, durable: false });
  const browser = await launchChromium(executablePath);
  try {
    await seed({ url: platform.url, dataDir, report: () => {}, warn: (text) => console.error(text) });
    for (const picture of PICTURES) await take(browser, platform.url, picture);
  } finally {
    await browser.close();
    await platform.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main();
process.exit(0);
