import { anonymous, clientFor, newKey, newMember, newTeam, newUser } from '#tests/support/api.ts';
import { describeConsole } from './support.ts';

describeConsole('a team', (console) => {
  test('an invitation is accepted by its link, and a viewer sees only what a viewer may do', async () => {
    const team = await newTeam();
    const admin = await console.openAs(team.owner, '/team');
    const guest = await newUser();
    await admin.getByRole('button', { name: 'Invite' }).click();
    await admin.getByRole('textbox', { name: 'E-mail address' }).fill(guest.email);
    await admin.getByRole('combobox', { name: 'Role' }).selectOption('viewer');
    await admin.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
    const link = await admin.getByRole('dialog').locator('code').innerText();
    await admin.getByRole('button', { name: 'Close' }).last().click();
    await admin.getByRole('cell', { name: guest.email, exact: true }).waitFor();

    const page = await console.openAs(guest, new URL(link).pathname + new URL(link).hash);
    await page.getByRole('button', { name: 'Join the team' }).click();
    const menu = page.getByRole('navigation', { name: 'Main' });
    await menu.getByRole('link', { name: 'Documents' }).waitFor();
    for (const name of ['Keys', 'Usage', 'Insights'])
      expect(await menu.getByRole('link', { name }).count()).toBe(0);
    await menu.getByRole('link', { name: 'Team' }).click();
    await page.getByRole('cell', { name: team.owner.email }).waitFor();
    expect(await page.getByRole('button', { name: 'Invite' }).count()).toBe(0);
    expect([...admin.faults, ...page.faults]).toEqual([]);
  });

  test('a role is changed, and a person removed', async () => {
    const team = await newTeam();
    const member = await newUser();
    const { body } = await team.owner.post<{ token: string }>(`${team.path}/invitations`, {
      email: member.email,
      role: 'member',
    });
    await member.post('/v1/invitations/accept', { token: body.token });
    const page = await console.openAs(team.owner, '/team');
    const row = page.getByRole('row').filter({ hasText: member.email });
    await row.getByRole('combobox').selectOption('admin');
    await page.getByText(/is now Admin/).waitFor();
    await row.getByRole('button', { name: /^Remove from the team/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove from the team' }).click();
    // A dialog hides the rest of the page from roles: wait for the words.
    await page.getByText(/is no longer in the team/).waitFor();
    await row.waitFor({ state: 'detached' });
    expect((await member.get(team.path)).status).toBe(404);
    await page.getByRole('tab', { name: 'Audit log' }).click();
    await page.getByRole('cell', { name: 'member.removed' }).first().waitFor();
    expect(page.faults).toEqual([]);
  });
});

describeConsole('API keys', (console) => {
  test('a new key is shown once, works outside, and is refused once revoked', async () => {
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('web shop');
    await dialog.getByRole('checkbox', { name: 'Search' }).check();
    await dialog.getByRole('button', { name: 'Create' }).click();
    const key = await page.getByRole('dialog').locator('code').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect((await clientFor(key).get('/v1/models')).status).toBe(200);
    expect(await page.getByText(key).count()).toBe(0);

    await page.getByRole('button', { name: 'Actions: web shop' }).click();
    await page.getByRole('menuitem', { name: 'Replace the secret' }).click();
    await page.getByRole('combobox', { name: /old secret/ }).selectOption('0');
    await page.getByRole('dialog').getByRole('button', { name: 'Replace the secret' }).click();
    await page.getByRole('heading', { name: 'Copy the key now' }).waitFor();
    const replaced = await page.getByRole('dialog').locator('code').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect((await clientFor(key).get('/v1/models')).status).toBe(401);
    expect((await clientFor(replaced).get('/v1/models')).status).toBe(200);

    await page.getByRole('button', { name: 'Actions: web shop' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('heading', { name: 'No key yet' }).waitFor();
    expect((await clientFor(replaced).get('/v1/models')).status).toBe(401);
    expect((await anonymous.get('/v1/models')).status).toBe(401);
    expect(page.faults).toEqual([]);
  });

  test('a key is limited to a collection, and one of a person above offers no change', async () => {
    const team = await newTeam();
    const admin = await newMember(team, 'admin');
    const collection = await team.owner.post<{ id: string }>(`${team.path}/collections`, { name: 'Archive' });
    await newKey(team, ['search'], { name: 'the owner’s' });
    const page = await console.openAs(admin, '/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('archive only');
    await page.getByRole('dialog').getByRole('checkbox', { name: 'Archive' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('button', { name: 'Actions: archive only' }).waitFor();
    expect(await page.getByRole('button', { name: 'Actions: the owner’s' }).count()).toBe(0);
    const { body } = await admin.get<{ data: { collection_ids: string[] }[] }>(`${team.path}/api-keys`);
    expect(body.data[0]?.collection_ids).toEqual([collection.body.id]);
    expect(page.faults).toEqual([]);
  });
});
