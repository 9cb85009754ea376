import type { Page } from 'playwright-core';

/** Downloads what `click` begins. @returns the name of the file, and where it lies */
export async function downloadsOf(page: Page, click: () => Promise<void>): Promise<[string, string]> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return [download.suggestedFilename(), await download.path()];
}
