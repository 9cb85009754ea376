import { newTeam, type Team } from '#tests/support/api.ts';
import { addText } from '#tests/support/upload.ts';
import { accessibilityFaults, describeConsole, PHONE } from './support.ts';

/** A team with two short documents. */
async function library(): Promise<Team> {
  const team = await newTeam();
  const texts = [
    ['Zones', 'In a yellow zone the robot may go at most 0.5 metres in a second.'],
    ['Leave', 'Every employee has 15 days of paid leave in a year.'],
  ] as const;
  await Promise.all(texts.map(([title, text]) => addText(team.owner, team.path, text, { title })));
  return team;
}

describeConsole('the search page', (console) => {
  test('one query shows what words, vectors and both find, with the same passage lit in each', async () => {
    const team = await library();
    const page = await console.openAs(team.owner, '/search');
    await page.getByRole('searchbox', { name: 'Search for' }).fill('robot yellow zone');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.waitForURL(/q=robot\+yellow\+zone/);
    const hits = ['Words', 'Vectors', 'Fused'].map((name) => {
      const column = page.getByRole('region', { name });
      return column.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Zones' }) });
    });
    for (const hit of hits) {
      await hit.waitFor();
      expect(await hit.locator('mark').allInnerTexts()).toEqual(['yellow', 'zone', 'robot']);
    }
    for (const name of ['Words', 'Vectors', 'Fused'])
      await page
        .getByRole('region', { name })
        .getByText(/\d+ found · [\d,]+ ms/)
        .waitFor();
    await hits[0]?.getByRole('link').focus();
    for (const hit of hits) expect(await hit.getAttribute('data-active')).toBe('true');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/documents\/[0-9a-f-]{36}\?chunk=/);
    expect(page.faults).toEqual([]);
  });

  test('a link holds the query, and a phone shows tabs', async () => {
    const team = await library();
    const look = { viewport: PHONE, hasTouch: true };
    const page = await console.openAs(team.owner, '/search?q=paid+leave&view=lexical', look);
    await page.getByRole('tab', { name: 'Words', selected: true }).waitFor();
    await page.getByRole('link', { name: 'Leave' }).waitFor();
    await page.getByRole('tab', { name: 'Vectors' }).click();
    await page.waitForURL(/view=vector/);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.faults).toEqual([]);
  });

  test('a query that finds nothing says what to do', async () => {
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/search?q=anything');
    await page.getByRole('region', { name: 'Fused' }).getByText('Nothing found').waitFor();
  });
});
