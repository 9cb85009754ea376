import { newMember, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { until } from '#tests/support/until.ts';
import { addText } from '#tests/support/upload.ts';
import { accessibilityFaults, describeConsole, PHONE } from './support.ts';

type Bot = { id: string; instructions: string; starters: string[]; filter: unknown };

async function teamWithBot(): Promise<{ team: Team; bot: Bot }> {
  const team = await newTeam();
  await addText(team.owner, team.path, 'Every employee has 15 days of paid leave in a year.', {
    title: 'Leave',
  });
  const bot = succeeded(await team.owner.post<Bot>(`${team.path}/bots`, { name: 'Helper' }));
  return { team, bot };
}

describeConsole('bots', (console) => {
  test('a bot is created, changed and asked beside its settings', async () => {
    const { team } = await teamWithBot();
    const page = await console.openAs(team.owner, '/bots');
    await page.getByRole('button', { name: 'New bot' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Rules');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Rules' }).waitFor();

    await page.getByRole('textbox', { name: 'Instructions' }).fill('Be brief.');
    for (const [place, text] of ['Second?', 'First?'].entries()) {
      await page.getByRole('button', { name: 'Add a starter' }).click();
      await page.getByRole('textbox', { name: `Starter ${place + 1}` }).fill(text);
    }
    await page.getByRole('button', { name: 'Move starter 2 up' }).click();
    const test = page.getByRole('region', { name: 'Live test' });
    await test.getByRole('textbox', { name: 'Question' }).fill('How many days of paid leave are there?');
    await test.getByRole('button', { name: 'Save and send' }).click();
    await test
      .getByRole('log')
      .getByText(/15 days/)
      .waitFor();
    await test.getByRole('region', { name: 'Sources' }).getByRole('link', { name: 'Leave' }).waitFor();
    await test.getByText('Verified in the text').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);

    const id = page.url().split('/').at(-1);
    const saved = succeeded(await team.owner.get<Bot>(`${team.path}/bots/${id}`));
    expect(saved).toMatchObject({ instructions: 'Be brief.', starters: ['First?', 'Second?'] });
    // Tests stay out of the list of conversations.
    await until(async () => {
      const { body } = await team.owner.get<{ data: unknown[] }>(`${team.path}/conversations`);
      return body.data.length === 0;
    });
    expect(page.faults).toEqual([]);
  });

  test('what the API refuses stands at its field, and nothing is lost', async () => {
    const { team, bot } = await teamWithBot();
    const page = await console.openAs(team.owner, `/bots/${bot.id}`);
    const temperature = page.getByRole('textbox', { name: 'Temperature' });
    await temperature.fill('9');
    await page.getByRole('textbox', { name: 'Name' }).fill('');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Enter a name of at most 120 characters.').waitFor();
    expect(await temperature.getAttribute('aria-invalid')).toBe('true');
    expect(await temperature.inputValue()).toBe('9');
    await page.getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    expect(page.url()).toContain(bot.id);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('link', { name: 'Documents' }).click();
    await page.waitForURL('**/documents');
  });

  test('a condition on metadata narrows what the bot reads', async () => {
    const { team, bot } = await teamWithBot();
    const page = await console.openAs(team.owner, `/bots/${bot.id}`);
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByRole('textbox', { name: 'Key' }).fill('year');
    await page.getByRole('combobox', { name: 'Condition' }).selectOption({ label: 'is at least' });
    await page.getByRole('textbox', { name: 'Value' }).fill('2024');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const { filter } = succeeded(await team.owner.get<Bot>(`${team.path}/bots/${bot.id}`));
    expect(filter).toEqual({ metadata: { year: { gte: 2_024 } } });
  });

  test('a viewer reads the settings and may ask, and has nothing to change', async () => {
    const { team, bot } = await teamWithBot();
    const viewer = await newMember(team, 'viewer');
    const page = await console.openAs(viewer, `/bots/${bot.id}`, { viewport: PHONE });
    await page.getByText('Only admins change bots.').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(1);
    expect(await page.getByRole('button', { name: /Save|Delete/ }).count()).toBe(0);
    await page.getByRole('textbox', { name: 'Question' }).fill('How many days of paid leave are there?');
    await page.getByRole('textbox', { name: 'Question' }).press('Enter');
    await page
      .getByRole('log')
      .getByText(/15 days/)
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.faults).toEqual([]);
  });

  test('a bot is deleted after a question', async () => {
    const { team, bot } = await teamWithBot();
    const page = await console.openAs(team.owner, '/bots');
    await page.getByRole('button', { name: 'Actions for Helper' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No bot yet' }).waitFor();
    expect((await team.owner.get(`${team.path}/bots/${bot.id}`)).status).toBe(404);
    await page.goto(new URL(`/bots/${bot.id}`, page.url()).href);
    await page.getByText('This does not exist, or not for you').waitFor();
  });
});
