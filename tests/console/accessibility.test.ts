import { newTeam, type User } from '#tests/support/api.ts';
import { accessibilityFaults, type ConsolePage, DESKTOP, describeConsole, PHONE } from './support.ts';

/** Every page of the menu, and a heading or control by which it is known to be there. */
const PAGES = [
  '/',
  '/chat',
  '/documents',
  '/bots',
  '/search',
  '/insights',
  '/team',
  '/team?tab=audit',
  '/keys',
  '/usage',
  '/connect',
  '/settings',
];

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (
    [
      ['desktop', DESKTOP],
      ['phone', PHONE],
    ] as const
  ).map(([size, viewport]) => ({ colorScheme, size, viewport })),
);

describeConsole('axe finds nothing on any page', (console) => {
  test.each(LOOKS)(
    '$colorScheme, $size',
    async ({ colorScheme, viewport }) => {
      const { owner } = await newTeam();
      const page = await console.openAs(owner, '/', { colorScheme, viewport });
      const faults: string[] = [];
      for (const path of PAGES) {
        await show(page, path);
        faults.push(...(await accessibilityFaults(page)).map((fault) => `${path} ${fault}`));
      }
      expect(faults).toEqual([]);
      expect(page.faults).toEqual([]);
    },
    120_000,
  );

  test('no page is wider than a phone', async () => {
    const { owner } = await newTeam();
    const page = await console.openAs(owner, '/', { viewport: { width: 360, height: 740 } });
    for (const path of PAGES) {
      await show(page, path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([path, width]).toEqual([path, 360]);
    }
  }, 60_000);
});

/** Opens a page and waits until it has said what it has. */
async function show(page: ConsolePage, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  await page.locator('main h1, main [data-main-field]').first().waitFor();
  await page.waitForLoadState('networkidle');
}

describeConsole('the keyboard alone', (console) => {
  async function openSignedIn(): Promise<ConsolePage> {
    const { owner }: { owner: User } = await newTeam();
    const page = await console.openAs(owner, '/usage');
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    return page;
  }

  test('the first key press leads past the menu', async () => {
    const page = await openSignedIn();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  });

  test('the palette finds a page and opens it; Escape gives the focus back', async () => {
    const page = await openSignedIn();
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Search pages and things' });
    await box.waitFor();
    await page.keyboard.type('Keys');
    await page.getByRole('option', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/keys');
    await page.getByRole('button', { name: 'New key' }).focus();
    await page.keyboard.press('Control+k');
    await box.waitFor();
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    expect(await page.locator(':focus').innerText()).toContain('New key');
  });

  test('single letters lead to pages, do nothing in a field, and can be switched off', async () => {
    const page = await openSignedIn();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL('**/team');
    await page.goto(new URL('/settings', page.url()).href);
    await page.getByRole('textbox', { name: 'Name of the team' }).press('g');
    await page.keyboard.press('t');
    expect(new URL(page.url()).pathname).toBe('/settings');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
    await page.keyboard.press('Escape');
    await page.locator('main').focus();
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    expect(new URL(page.url()).pathname).toBe('/settings');
  });
});
