import { newTeam, newUser } from '#tests/support/api.ts';
import { accessibilityFaults, describeConsole, PHONE } from './support.ts';

describeConsole('before and after signing in', (console) => {
  test('a person signs in, works, signs out, and is out', async () => {
    const page = await console.open('/usage');
    await page.getByRole('link', { name: 'Sign in with Google' }).click();
    await page.getByLabel(/Another e-mail/).fill(`${Date.now()}@example.com`);
    await page.getByRole('button', { name: '계속' }).click();
    await page.waitForURL(/\/(new-team|usage)/);
    expect(page.faults).toEqual([]);
  });

  test('a deep link survives signing in', async () => {
    const { owner } = await newTeam();
    const page = await console.open('/search?q=leave');
    await page.getByRole('link', { name: 'Sign in with Google' }).click();
    await page.getByLabel(/Another e-mail/).fill(owner.email);
    await page.getByRole('button', { name: '계속' }).click();
    await page.waitForURL('**/search?q=leave');
    await page.getByRole('heading', { name: 'Search' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('signing out ends the session', async () => {
    const { owner } = await newTeam();
    const page = await console.openAs(owner, '/');
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with Google' }).waitFor();
    await page.goto(new URL('/documents', page.url()).href);
    await page.getByRole('link', { name: 'Sign in with Google' }).waitFor();
  });

  test('a person without a team is asked for one', async () => {
    const page = await console.openAs(await newUser(), '/');
    await page.waitForURL('**/new-team');
  });

  test.each(['light', 'dark'] as const)('the sign-in page has no faults for axe, %s', async (colorScheme) => {
    const page = await console.open('/sign-in', { colorScheme, viewport: PHONE });
    await page.getByRole('link', { name: 'Sign in with Google' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('the language switch changes every word and is remembered', async () => {
    const page = await console.open('/sign-in');
    await page.getByLabel('Language').selectOption('ko');
    await page.getByRole('link', { name: 'Google로 로그인' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Google로 로그인' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
  });
});
