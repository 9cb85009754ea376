import { newMember, newTeam, newUser, succeeded } from '#tests/support/api.ts';
import { addFile, addText } from '#tests/support/upload.ts';
import { accessibilityFaults, type ConsolePage, describeConsole, PHONE } from './support.ts';

/** The words of the steps that are ticked. */
async function ticked(page: ConsolePage): Promise<string[]> {
  const done = page
    .getByRole('list', { name: 'First steps' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('img', { name: 'Done' }) });
  return await done.getByRole('heading').allInnerTexts();
}

describeConsole('the first run', (console) => {
  test('a person whom nobody invited names a team and begins', async () => {
    const user = await newUser();
    const page = await console.openAs(user, '/');
    await page.getByText(user.email).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Name of the team' }).fill('Robots');
    await page.getByRole('button', { name: 'Create the team' }).click();
    await page.getByRole('heading', { name: /Three steps/ }).waitFor();
    expect(await ticked(page)).toEqual([]);
    await page.getByRole('link', { name: 'Create a bot' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('the steps tick themselves, and then leave the page to what went on', async () => {
    const team = await newTeam();
    const bot = succeeded(await team.owner.post<{ id: string }>(`${team.path}/bots`, { name: 'Helper' }));
    // A sample of the demo is no document of one's own.
    await addText(team.owner, team.path, 'Robots rest at noon.', { metadata: { demo: true } });
    const page = await console.openAs(team.owner, '/');
    await page.getByRole('list', { name: 'First steps' }).waitFor();
    expect(await ticked(page)).toEqual([]);
    expect(await page.getByRole('link', { name: 'Add documents' }).getAttribute('href')).toBe('/documents');

    await addText(team.owner, team.path, 'Robots sleep at nine.', { title: 'Nights' });
    await page.reload();
    await page.getByText('Nights is ready.').waitFor();
    expect(await ticked(page)).toEqual(['Add a document']);

    await page.getByRole('textbox', { name: 'Question' }).fill('When do robots sleep?');
    await page.getByRole('textbox', { name: 'Question' }).press('Enter');
    await page.waitForURL(new RegExp(`/chat/${bot.id}`));
    await page.getByRole('button', { name: 'Source 1' }).first().waitFor();
    const guest = { email: 'guest@example.com', role: 'member' };
    succeeded(await team.owner.post(`${team.path}/invitations`, guest));
    await page.goto(new URL('/', page.url()).href);
    await page.getByRole('heading', { name: 'Recent conversations' }).waitFor();
    expect(await page.getByRole('list', { name: 'First steps' }).count()).toBe(0);
    await page.getByRole('link', { name: /^Nights/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.faults).toEqual([]);
  });

  test('files that are dragged over the start page go to the documents page', async () => {
    const { owner } = await newTeam();
    const page = await console.openAs(owner, '/');
    await page.getByRole('list', { name: 'First steps' }).waitFor();
    const dataTransfer = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['Robots sleep at nine.'], 'nights.txt', { type: 'text/plain' }));
      return transfer;
    });
    await page.dispatchEvent('main', 'dragover', { dataTransfer });
    await page.waitForURL('**/documents');
    expect(page.faults).toEqual([]);
  });

  test('a viewer is led to the question only', async () => {
    const team = await newTeam();
    succeeded(await team.owner.post(`${team.path}/bots`, { name: 'Helper' }));
    const page = await console.openAs(await newMember(team, 'viewer'), '/');
    await page.getByRole('heading', { name: 'Your first answer with proof' }).waitFor();
    const steps = page.getByRole('list', { name: 'First steps' }).getByRole('heading');
    expect(await steps.allInnerTexts()).toEqual(['Ask about it']);
    await page.getByRole('textbox', { name: 'Question' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('a document that failed is named on the start page with its reason', async () => {
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/', { viewport: PHONE });
    await page.getByRole('list', { name: 'First steps' }).waitFor();
    const broken = { filename: 'Broken.pdf', contentType: 'application/pdf', bytes: 'This is no PDF.' };
    await expect(addFile(team.owner, team.path, broken)).rejects.toThrow();
    await page.reload();
    await page.getByText('Broken could not be read.').waitFor();
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
