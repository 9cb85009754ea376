import { newMember, newTeam } from '#tests/support/api.ts';
import { describeConsole } from './support.ts';

describeConsole('company rules', (console) => {
  test('an owner sets networks, is warned before locking himself out, and switches external models off', async () => {
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/settings');
    const section = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Company rules' }) });
    const networks = section.getByRole('textbox', { name: 'Allowed networks' });
    const form = section.locator('form').first();
    await networks.fill('203.0.113.0/24');
    await form.getByRole('button', { name: 'Set networks' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    expect((await team.owner.get(`${team.path}/allowed-addresses`)).body.addresses).toBeNull();
    await networks.fill('203.0.113.0/24\n127.0.0.0/8\n::1');
    await form.getByRole('button', { name: 'Set networks' }).click();
    await page.getByText('Saved').first().waitFor();
    expect((await team.owner.get(`${team.path}/allowed-addresses`)).body.addresses).toEqual([
      '203.0.113.0/24',
      '127.0.0.0/8',
      '::1/128',
    ]);
    const models = section.getByRole('checkbox', { name: /Models of other companies/ });
    await models.click();
    await section.getByRole('checkbox', { name: /Models of other companies/, checked: false }).waitFor();
    expect((await team.owner.get(team.path)).body.external_models).toBe(false);
    expect(page.faults).toEqual([]);
  });

  test('an owner puts the team on legal hold and ends it', async () => {
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/settings');
    const section = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Company rules' }) });
    await section.getByRole('textbox', { name: 'Reason' }).fill('Case 2026-117');
    await section.getByRole('button', { name: 'Put on hold' }).click();
    await section.getByText(/On hold since/).waitFor();
    expect((await team.owner.delete(team.path)).status).toBe(409);
    await section.getByRole('button', { name: 'End the hold' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End the hold' }).click();
    await section.getByRole('button', { name: 'Put on hold' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('who is no owner sees none of it', async () => {
    const team = await newTeam();
    const page = await console.openAs(await newMember(team, 'admin'), '/settings');
    await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Company rules' }).count()).toBe(0);
  });
});
