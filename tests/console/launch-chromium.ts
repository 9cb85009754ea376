import { type Browser, chromium } from 'playwright-core';

/** Starts Chromium without its own traffic to the network. @param executablePath from `describeWith('chromium', …)` */
export async function launchChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
