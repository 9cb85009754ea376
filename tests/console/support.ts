import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { REFRESH_COOKIE } from '#shared/auth/sign-in.ts';
import type { User } from '#tests/support/api.ts';
import { describeWith } from '#tests/support/needs.ts';
import { platform } from '#tests/support/platform.ts';
import { launchChromium } from './launch-chromium.ts';

export const DESKTOP = { width: 1360, height: 900 };
export const PHONE = { width: 390, height: 844 };

type Look = Pick<BrowserContextOptions, 'viewport' | 'locale' | 'colorScheme' | 'hasTouch' | 'proxy'>;

/** A page of the console, and what went wrong in it: errors on its console, and requests to other servers. */
export type ConsolePage = Page & { faults: string[] };

/** What a test opens pages with. */
export type Console = {
  /** A page of a browser without a session. @param path such as `/documents` */
  open(path: string, look?: Look): Promise<ConsolePage>;
  /** A page that is signed in as `user`. Its session is the user's own: open one page for one user. */
  openAs(user: User, path: string, look?: Look): Promise<ConsolePage>;
};

/** A suite in Chromium against the console of the tests' platform. No part of it is a stand-in. */
export function describeConsole(name: string, body: (console: Console) => void): void {
  // Browsers start slowly on a busy machine: the limit is no assertion.
  import.meta.jest.setTimeout(120_000);
  // A browser beside a platform on two cores: what fails once is told, and tried again.
  import.meta.jest.retryTimes(2, { logErrorsBeforeRetry: true });
  describeWith('chromium', name, (executablePath) => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium(executablePath);
    });
    afterAll(async () => await browser?.close());

    const open = async (path: string, look: Look = {}, user?: User): Promise<ConsolePage> => {
      const { url, env } = await platform();
      // Without motion: axe would take the colours of an element that is fading in.
      const context = await browser.newContext({
        viewport: DESKTOP,
        locale: 'en-US',
        reducedMotion: 'reduce',
        ...look,
      });
      if (user) {
        const cookie = {
          name: REFRESH_COOKIE,
          value: user.refreshToken,
          domain: 'localhost',
          path: '/v1/auth',
        };
        await context.addCookies([{ ...cookie, httpOnly: true, sameSite: 'Lax' }]);
      }
      const page = Object.assign(await context.newPage(), { faults: [] as string[] });
      // Below the limit of a test, so that a failure names what was waited for.
      page.setDefaultTimeout(45_000);
      watch(page, [url, env.AWS_ENDPOINT_URL_S3 ?? '', env.OIDC_ISSUER ?? '']);
      await page.goto(url + path);
      return page;
    };
    body({ open: (path, look) => open(path, look), openAs: (user, path, look) => open(path, look, user) });
  });
}

/** Collects a page's faults. A 4xx of the API is no fault: the page shows it. */
function watch(page: ConsolePage, origins: string[]): void {
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (message) => {
    const isStatus = /Failed to load resource: the server responded with a status of 4/.test(message.text());
    if (message.type() === 'error' && !isStatus) page.faults.push(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (/^https?:$/.test(protocol) && !origins.includes(origin)) page.faults.push(`asked ${origin}`);
  });
}

/** What axe finds against WCAG 2.2 AA on a page, one line for each rule and element. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}
