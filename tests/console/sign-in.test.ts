import { randomUUID } from 'node:crypto';
import { anonymous, newMember, newTeam } from '#tests/support/api.ts';
import { platform } from '#tests/support/platform.ts';
import { accessibilityFaults, describeConsole, PHONE } from './support.ts';

const someone = () => `${randomUUID()}@example.com`;

describeConsole('signing in without Google', (console) => {
  test('a link by mail signs in, and leads to the page that was asked for', async () => {
    const page = await console.open('/new-team');
    await page.goto(new URL('/usage', page.url()).href);
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(someone());
    await page.getByRole('button', { name: 'Send a sign-in link' }).click();
    await page.getByText(/a link is on its way/).waitFor();
    await page.getByRole('link', { name: 'Open the link of the local mailbox' }).click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(/\/(new-team|usage)/);
    expect(page.faults).toEqual([]);
  });

  test('a link that another browser asked for does not work, and says what to do', async () => {
    const { body } = await anonymous.post('/v1/auth/email', { email: someone() });
    const link = new URL(String(body.local_link));
    const page = await console.open(link.pathname + link.hash);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText(/in the browser that asked for it/).waitFor();
    await page.getByRole('link', { name: 'Another way to sign in' }).click();
    await page.getByRole('link', { name: 'Sign in with Google' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('who may not come in reads why, on the sign-in page', async () => {
    const page = await console.open('/sign-in?problem=sign_up_closed');
    await page
      .getByRole('alert')
      .getByText(/Ask an admin of your team to invite it/)
      .waitFor();
  });

  test('company sign-in begins at the issuer of the address', async () => {
    const page = await console.open('/sign-in');
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(someone());
    await page.getByRole('button', { name: 'Company sign-in' }).click();
    const issuer = (await platform()).env.OIDC_ISSUER ?? '';
    await page.waitForURL((url) => url.origin === new URL(issuer).origin);
  });

  test.each(['light', 'dark'] as const)(
    'the page of a link has no faults for axe, %s',
    async (colorScheme) => {
      const page = await console.open('/sign-in/email#x', { colorScheme, viewport: PHONE });
      await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    },
  );
});

describeConsole('sign-in of a team', (console) => {
  test('an owner adds an issuer, proves its domain, and removes it', async () => {
    const team = await newTeam();
    const domain = `${randomUUID()}.example`;
    const page = await console.openAs(team.owner, '/settings');
    await page.getByRole('button', { name: 'Add an issuer' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Issuer' }).fill('http://10.0.0.1');
    await dialog.getByRole('textbox', { name: 'Client ID' }).fill('rag');
    await dialog.getByLabel('Client secret').fill('sesame');
    await dialog.getByRole('textbox', { name: /^Domains/ }).fill(domain);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('textbox', { name: 'Issuer' }).fill('https://login.example.com');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByText(`_rag-platform.${domain}`).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Check the records' }).click();
    await page.getByText('proved', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove: https://login.example.com' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText(/No issuer yet/).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('an admin sees where a member is signed in, and ends it', async () => {
    const team = await newTeam();
    const [admin, member] = [await newMember(team, 'admin'), await newMember(team, 'member')];
    const page = await console.openAs(admin, '/team');
    const row = page.getByRole('row').filter({ hasText: member.email });
    await row.getByRole('button', { name: /^Sessions/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^End:/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'End all sessions' }).click();
    await dialog.getByText('Signed in nowhere.').waitFor();
    expect((await member.get('/v1/me')).status).toBe(401);
    expect(page.faults).toEqual([]);
  });

  test('a member sees neither issuers nor sessions of others', async () => {
    const team = await newTeam();
    const member = await newMember(team, 'member');
    const page = await console.openAs(member, '/settings');
    await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
    expect(await page.getByRole('button', { name: 'Add an issuer' }).count()).toBe(0);
  });
});
