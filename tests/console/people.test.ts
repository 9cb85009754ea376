import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newMember, newTeam, newUser, succeeded } from '#tests/support/api.ts';
import { downloadsOf } from './downloads.ts';
import { accessibilityFaults, describeConsole, PHONE } from './support.ts';

describeConsole('webhooks', (console) => {
  test('one is set up, tested, given a new secret, and deleted', async () => {
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/settings');
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill(address);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    const secret = page.getByLabel('Secret of the webhook').locator('code');
    expect(await secret.innerText()).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'Done' }).click();

    const act = async (name: string) => {
      await page.getByRole('button', { name: `Actions: ${address}` }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await act('Send a test');
    await page.getByText('The test event arrived.').waitFor();
    await act('Deliveries');
    await page.getByRole('cell', { name: 'webhook.test' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await act('Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No webhook yet.').waitFor();
    expect(page.faults).toEqual([]);
    server.close();
  });
});

describeConsole('people’s data', (console) => {
  test('a person exports their data and deletes the account', async () => {
    const team = await newTeam();
    const person = await newMember(team, 'member');
    const page = await console.openAs(person, '/settings', { viewport: PHONE });
    expect(await page.getByRole('heading', { name: 'Webhooks' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Export my data' }).click();
    const [name] = await downloadsOf(page, () => page.getByRole('link', { name: 'Download' }).click());
    expect(name).toBe('my-data.zip');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Delete my account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill(person.email);
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByRole('link', { name: 'Sign in with Google' }).waitFor();
    expect((await person.get('/v1/me')).status).toBe(401);
  });

  test('an owner exports the team, and somebody makes a new one of the files', async () => {
    const team = await newTeam();
    succeeded(await team.owner.patch(team.path, { name: 'Moving' }));
    succeeded(await team.owner.post(`${team.path}/bots`, { name: 'Guide' }));
    const page = await console.openAs(team.owner, '/settings');
    await page.getByRole('button', { name: 'Export the team' }).click();
    await page.getByText('The export is ready.').waitFor();
    await page.getByRole('button', { name: 'Download' }).click();
    const [name, file] = await downloadsOf(page, () => page.getByRole('link', { name: /^File 1/ }).click());
    expect(name).toBe('team-1.zip');

    const founder = await newUser();
    const other = await console.openAs(founder, '/new-team');
    await other.getByLabel('Files of the export').setInputFiles(file);
    expect(await accessibilityFaults(other)).toEqual([]);
    await other.getByRole('button', { name: 'Import' }).click();
    await other.getByText('The team is imported.').waitFor();
    await other.getByText(team.owner.email).waitFor();
    await other.getByRole('button', { name: 'Open the team' }).click();
    await other.getByRole('navigation', { name: 'Main' }).waitFor();
    const { teams } = succeeded(await founder.get<{ teams: { name: string }[] }>('/v1/me'));
    expect(teams.map((each) => each.name)).toEqual(['Moving']);
    expect([...page.faults, ...other.faults]).toEqual([]);
  });
});
