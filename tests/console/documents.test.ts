import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SUPPORTED_TYPES } from '#shared/parsing/formats.ts';
import { newMember, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { textFile } from '#tests/support/files.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { addFile, addText, type Document } from '#tests/support/upload.ts';
import { accessibilityFaults, type ConsolePage, describeConsole, PHONE } from './support.ts';

const NOTE = {
  name: '회의 메모.md',
  mimeType: 'text/markdown',
  buffer: Buffer.from('# 회의\n\n회의는 월요일이다.'),
};

/** The row of a document, found by its name. */
function row(page: ConsolePage, name: string) {
  return page.getByRole('region', { name: 'Documents' }).getByRole('row').filter({ hasText: name });
}

async function listed(team: Team): Promise<Document[]> {
  return succeeded(await team.owner.get<{ data: Document[] }>(`${team.path}/documents`)).data;
}

async function choose(page: ConsolePage, ...files: { name: string; mimeType: string; buffer: Buffer }[]) {
  await page.locator('input[type=file]').setInputFiles(files);
}

describeConsole('adding documents', (console) => {
  test('a file is sent, read and ready, and a file that cannot be read is told before it is sent', async () => {
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/documents');
    await page.getByRole('heading', { name: 'No documents yet' }).waitFor();
    await choose(
      page,
      NOTE,
      { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
      { name: 'fake.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no PDF at all') },
    );
    const uploads = page.getByRole('region', { name: 'Uploads' });
    await uploads.getByText('This type cannot be read').waitFor();
    await row(page, '회의 메모').getByText('Ready', { exact: true }).waitFor();
    await row(page, 'fake').getByText('Failed', { exact: true }).waitFor();
    await row(page, 'fake')
      .getByText(/another type than its name says/)
      .waitFor();
    await uploads.getByText('3 of 3 done').waitFor();
    expect((await listed(team)).map(({ filename }) => filename).sort()).toEqual(['fake.pdf', '회의 메모.md']);
    expect(page.faults).toEqual([]);
  });

  test('the file chooser takes exactly what the API reads', async () => {
    const page = await console.openAs((await newTeam()).owner, '/documents');
    const accepted = await page.locator('input[type=file][accept]').getAttribute('accept');
    const endings = Object.values(SUPPORTED_TYPES).flatMap(({ extensions }) => extensions);
    expect(accepted?.split(',').sort()).toEqual([...new Set(endings)].sort());
  });

  test.each([
    ['Replace', ['new']],
    ['Skip', ['old']],
    ['Keep both', ['new', 'old']],
  ])('a name that is there already is asked about once: %s', async (answer, texts) => {
    const team = await newTeam();
    await addFile(team.owner, team.path, textFile('rules.txt', 'The old rule.'));
    const page = await console.openAs(team.owner, '/documents');
    await row(page, 'rules').waitFor();
    const files = ['rules.txt', 'other.txt'].map((name) => ({
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from(`The new rule of ${name}.`),
    }));
    await choose(page, ...files);
    await page.getByRole('dialog').getByText('rules.txt').waitFor();
    await page.getByRole('radio', { name: answer }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('2 of 2 done').waitFor();
    const rules = (await listed(team)).filter(({ filename }) => filename === 'rules.txt');
    const found: string[] = [];
    for (const { id } of rules) {
      const { data } = succeeded(
        await team.owner.get<{ data: { text: string }[] }>(`${team.path}/documents/${id}/chunks`),
      );
      found.push(/old|new/.exec(data[0]?.text ?? '')?.[0] ?? '');
    }
    expect(found.sort()).toEqual(texts);
  });

  test('files that are dropped anywhere on the page are added', async () => {
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/documents');
    await page.getByRole('heading', { name: 'No documents yet' }).waitFor();
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['Lunch is at noon.'], 'lunch.txt', { type: 'text/plain' }));
      return data;
    });
    await page.dispatchEvent('h1', 'dragover', { dataTransfer: transfer });
    await page.getByText('Drop to add to default').waitFor();
    await page.dispatchEvent('h1', 'drop', { dataTransfer: transfer });
    await row(page, 'lunch').getByText('Ready', { exact: true }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('a folder is added with its path, without what systems leave in it', async () => {
    const team = await newTeam();
    const folder = path.join(temporaryDirectory('upload'), 'rules');
    await mkdir(path.join(folder, 'travel'), { recursive: true });
    await writeFile(path.join(folder, 'travel/hotels.txt'), 'Hotels cost at most 150,000 won.');
    await writeFile(path.join(folder, '.DS_Store'), 'x');
    const page = await console.openAs(team.owner, '/documents');
    await page.getByRole('button', { name: 'Other ways to add' }).click();
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('menuitem', { name: 'Add a folder' }).click();
    await (await choosing).setFiles(folder);
    await row(page, 'hotels').getByText('Ready', { exact: true }).waitFor();
    expect(await listed(team)).toMatchObject([
      { filename: 'hotels.txt', metadata: { folder: 'rules/travel' } },
    ]);
  });

  test('a text is written here', async () => {
    const team = await newTeam();
    const page = await console.openAs(team.owner, '/documents');
    await page.getByRole('button', { name: 'Other ways to add' }).click();
    await page.getByRole('menuitem', { name: 'Write or paste a text' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Parking');
    await page.getByLabel('Text', { exact: true }).fill('Guests park on level two.');
    await page.getByRole('dialog').getByRole('button', { name: 'Add documents' }).click();
    await row(page, 'Parking').getByText('Ready', { exact: true }).waitFor();
  });

  test('a viewer reads the list, and nothing offers to change it', async () => {
    const team = await newTeam();
    await addText(team.owner, team.path, 'Guests park on level two.', { title: 'Parking.md' });
    const viewer = await newMember(team, 'viewer');
    const page = await console.openAs(viewer, '/documents');
    await row(page, 'Parking')
      .getByRole('button', { name: /^Actions/ })
      .click();
    await page.getByRole('menuitem', { name: 'Download' }).waitFor();
    expect(await page.getByRole('menuitem', { name: 'Delete' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Add documents' }).count()).toBe(0);
    expect(await page.getByRole('checkbox').count()).toBe(0);
  });
});

describeConsole('finding and changing documents', (console) => {
  test('filters are in the URL and survive a reload', async () => {
    const team = await newTeam();
    for (const title of ['alpha.md', 'beta.md']) await addText(team.owner, team.path, title, { title });
    const page = await console.openAs(team.owner, '/documents');
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('alp');
    await page.waitForURL('**/documents?q=alp');
    await row(page, 'beta').waitFor({ state: 'detached' });
    await page.reload();
    await row(page, 'alpha').waitFor();
    expect(await row(page, 'beta').count()).toBe(0);
    await page.getByLabel('Status').selectOption('Failed');
    await page.getByRole('button', { name: 'Show all' }).click();
    await row(page, 'beta').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('selected documents are moved, switched off and deleted together', async () => {
    const team = await newTeam();
    for (const title of ['one.md', 'two.md', 'three.md'])
      await addText(team.owner, team.path, title, { title });
    const page = await console.openAs(team.owner, '/documents');
    await page.getByRole('button', { name: 'Collections' }).click();
    await page.getByRole('button', { name: 'New collection' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Archive');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').getByText('Archive').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    for (const name of ['one', 'two']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    const bar = page.getByRole('toolbar', { name: '2 selected' });
    await bar.getByRole('button', { name: 'Move' }).click();
    await page.getByRole('dialog').getByLabel('Collection').selectOption('Archive');
    await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
    await row(page, 'one').getByText('Archive').waitFor();
    await bar.getByRole('button', { name: 'Switch off' }).click();
    await row(page, 'two').getByText('Off', { exact: true }).waitFor();
    await bar.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('2 documents deleted').waitFor();
    await row(page, 'one').waitFor({ state: 'detached' });
    expect((await listed(team)).map(({ filename }) => filename)).toEqual(['three.md']);
    expect(page.faults).toEqual([]);
  });

  test('a document is renamed, described and tried again by its menu', async () => {
    const team = await newTeam();
    const { id } = await addText(team.owner, team.path, 'Guests park on level two.', { title: 'Parking.md' });
    const page = await console.openAs(team.owner, '/documents');
    const open = async (item: string) => {
      await page.getByRole('button', { name: /^Actions for/ }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await open('Rename');
    await page.getByLabel('Title').fill('Parking rules');
    await page.getByRole('button', { name: 'Save' }).click();
    await row(page, 'Parking rules').waitFor();
    await open('Metadata');
    await page.getByLabel('Key').fill('year');
    await page.getByLabel('Value').fill('2026');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog', { name: 'Metadata' }).waitFor({ state: 'detached' });
    const saved = succeeded(await team.owner.get<Document>(`${team.path}/documents/${id}`));
    expect(saved).toMatchObject({ title: 'Parking rules', metadata: { year: 2026 } });
  });
});

describeConsole('the documents page', (console) => {
  test.each([
    ['light', undefined],
    ['dark', undefined],
    ['light', PHONE],
    ['dark', PHONE],
  ] as const)('has no faults for axe, %s, viewport %j', async (colorScheme, viewport) => {
    const team = await newTeam();
    await addText(team.owner, team.path, 'Guests park on level two.', { title: 'Parking.md' });
    const page = await console.openAs(team.owner, '/documents', {
      colorScheme,
      ...(viewport ? { viewport } : {}),
    });
    await choose(page, { name: 'a.exe', mimeType: 'x/y', buffer: Buffer.from('x') });
    await page.getByText('Not added').waitFor();
    await page.getByRole('checkbox', { name: 'Select Parking' }).check();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.faults).toEqual([]);
  });
});

describeConsole('a restricted collection', (console) => {
  test('is made for chosen people, who then see it while others do not', async () => {
    const team = await newTeam();
    const [insider, other] = [await newMember(team, 'member'), await newMember(team, 'member')];
    const page = await console.openAs(team.owner, '/documents');
    await page.getByRole('button', { name: 'Collections' }).click();
    await page.getByRole('button', { name: 'New collection' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Board');
    await dialog.getByLabel('Who sees it').selectOption('restricted');
    await dialog.getByRole('checkbox', { name: insider.email }).check();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Restricted').waitFor();
    const names = async (client: typeof insider) =>
      succeeded(await client.get<{ data: { name: string }[] }>(`${team.path}/collections`)).data.map(
        ({ name }) => name,
      );
    expect([await names(insider), await names(other)]).toEqual([['Board', 'default'], ['default']]);
    await dialog.getByRole('button', { name: 'Edit Board' }).click();
    await dialog.getByRole('checkbox', { name: insider.email, checked: true }).uncheck();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Restricted').waitFor();
    expect(await names(insider)).toEqual(['default']);
    expect(page.faults).toEqual([]);
  });
});
