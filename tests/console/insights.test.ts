import { newTeam, succeeded } from '#tests/support/api.ts';
import { describeConsole } from './support.ts';

type Listed = { data: { id: string }[] };

describeConsole('insights', (console) => {
  test('a question without an answer gets one by adding a text', async () => {
    const team = await newTeam();
    const collections = succeeded(await team.owner.get<Listed>(`${team.path}/collections`));
    const bot = succeeded(
      await team.owner.post<{ id: string }>(`${team.path}/bots`, {
        name: 'Helper',
        model: 'builtin/extractive',
        collection_ids: collections.data.map(({ id }) => id),
      }),
    );
    const message = 'How much does parking cost for visitors?';
    succeeded(await team.owner.post(`${team.path}/bots/${bot.id}/chat`, { message, stream: false }));

    const page = await console.openAs(team.owner, '/insights');
    await page.getByRole('button', { name: `Add the answer: ${message}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('textbox', { name: 'Text' })
      .fill('Parking costs visitors 2,000 won for each hour.');
    await dialog.getByRole('button', { name: 'Add and ask again' }).click();
    await dialog.getByRole('heading', { name: 'Now it is answered' }).waitFor();
    expect(await dialog.innerText()).toContain('2,000 won');
    expect(page.faults).toEqual([]);
  });
});

describeConsole('settings', (console) => {
  test('an owner sets a budget, and the usage page shows it', async () => {
    const { owner } = await newTeam();
    const page = await console.openAs(owner, '/settings');
    await page.getByRole('spinbutton', { name: /Monthly budget/ }).fill('20');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByText(/of US\$20\.00 this month/).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('a refused value is shown with what is wrong', async () => {
    const { owner } = await newTeam();
    const page = await console.openAs(owner, '/settings');
    await page.getByRole('combobox', { name: 'Time zone' }).fill('Asia/Nowhere');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('combobox', { name: 'Time zone' }).getAttribute('aria-invalid')).toBe('true');
  });
});
