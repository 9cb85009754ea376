import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { newKey, newTeam, succeeded } from '#tests/support/api.ts';
import { addText } from '#tests/support/upload.ts';
import { accessibilityFaults, describeConsole } from './support.ts';

const run = promisify(execFile);

describeConsole('the connect page', (console) => {
  test('what one copies answers, once a key is in its place', async () => {
    const team = await newTeam();
    await addText(team.owner, team.path, 'Every employee has 15 days of paid leave in a year.');
    const bots = await Promise.all(
      ['Helper', 'Other'].map(async (name) =>
        succeeded(
          await team.owner.post<{ id: string }>(`${team.path}/bots`, {
            name,
            starters: ["How many days of paid leave are in a year's time?"],
          }),
        ),
      ),
    );
    const { key } = await newKey(team, ['chat', 'embeddings']);
    const page = await console.openAs(team.owner, `/connect?bot=${bots[0]?.id}`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copy = async (name: string) => {
      await page.getByRole('button', { name: `Copy: ${name}`, exact: true }).click();
      return await page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copy('Base URL')).toBe(`${new URL(page.url()).origin}/v1`);
    expect(await copy('Model')).toBe(bots[0]?.id);
    for (const name of ['curl', 'The platform’s own route', 'Embeddings']) {
      const command = (await copy(name)).replace('rag_…', key);
      const { stdout } = await run('sh', ['-c', command]);
      expect(stdout).toMatch(name === 'Embeddings' ? /"embedding":\[/ : /15 days/);
    }
    const program = (await copy('TypeScript')).replace('rag_…', key);
    const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '-e', program]);
    expect(stdout).toMatch(/15 days/);
    expect(await copy('Python')).toContain(bots[0]?.id);
    expect(await page.getByRole('link', { name: 'Create a key' }).getAttribute('href')).toBe('/keys');

    await page.getByRole('combobox', { name: 'Bot' }).selectOption('Other');
    await page.waitForURL(`**/connect?bot=${bots[1]?.id}`);
    expect(await copy('Model')).toBe(bots[1]?.id);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.faults).toEqual([]);
  });
});
