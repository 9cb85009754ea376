import { newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { pdfFile, textFile } from '#tests/support/files.ts';
import { addFile, addText } from '#tests/support/upload.ts';
import { accessibilityFaults, describeConsole, PHONE } from './support.ts';

const PAGES = ['Employees have fifteen days of leave.', 'They ask three days before they leave.'];
const TABLE =
  '# Prices\n\n| Robot | Price |\n|---|---|\n| HB-50 | 390 |\n| HB-200 | 920 |\n\nPrices are without tax.';

type Chunk = { id: string; text: string };

async function chunkWith(team: Team, documentId: string, text: string): Promise<Chunk> {
  const { data } = succeeded(
    await team.owner.get<{ data: Chunk[] }>(`${team.path}/documents/${documentId}/chunks`),
  );
  const found = data.find((chunk) => chunk.text.includes(text));
  if (!found) throw new Error(`No chunk holds "${text}"`);
  return found;
}

function link(documentId: string, chunk: Chunk, quote: string): string {
  return `/documents/${documentId}?${new URLSearchParams({ chunk: chunk.id, quote })}`;
}

describeConsole('a document', (console) => {
  test('a link opens a PDF at the page of the quote, marked', async () => {
    const team = await newTeam();
    const { id } = await addFile(team.owner, team.path, pdfFile('leave.pdf', PAGES));
    const chunk = await chunkWith(team, id, 'three days');
    const page = await console.openAs(team.owner, link(id, chunk, 'They ask three days'));
    const source = page.getByRole('region', { name: 'Source' });
    const mark = source.locator('[data-proof]');
    await mark.waitFor();
    await source.locator('[data-page="2"] canvas').waitFor();
    expect(await mark.count()).toBe(1);
    expect(await mark.evaluate((element) => element.closest('[data-page]')?.getAttribute('data-page'))).toBe(
      '2',
    );
    await source.getByText('Marked: They ask three days').waitFor();
    await source.getByRole('button', { name: 'Previous page' }).click();
    await source.locator('[data-page="1"] canvas').waitFor();
    await source.getByRole('button', { name: 'Larger' }).click();
    await source.getByText('125%').waitFor();
    expect(page.faults).toEqual([]);
  });

  test('a text opens at the quote; its tables are tables', async () => {
    const team = await newTeam();
    const { id } = await addText(team.owner, team.path, TABLE, { title: 'Prices.md' });
    const chunk = await chunkWith(team, id, 'HB-200');
    const page = await console.openAs(team.owner, link(id, chunk, 'HB-200 | 920'));
    const source = page.getByRole('region', { name: 'Source' });
    await source.getByRole('row', { name: 'HB-200 920' }).locator('mark').first().waitFor();
    expect(await source.locator('mark').allTextContents()).toEqual(['HB-200', '920']);
    await source.getByRole('heading', { name: 'Prices' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  test('passages and pages point at each other', async () => {
    const team = await newTeam();
    const { id } = await addFile(team.owner, team.path, pdfFile('leave.pdf', PAGES));
    const second = await chunkWith(team, id, 'three days');
    const page = await console.openAs(team.owner, `/documents/${id}`);
    const passage = page.getByRole('button', { name: /They ask three days/ });
    await passage.hover();
    await page.locator(`[data-passage="${second.id}"].bg-paper-passage`).waitFor();
    const place = page.locator(`[data-page="2"] [data-passage="${second.id}"]`);
    await page.getByLabel('Page number').fill('2');
    await page.getByLabel('Page number').press('Enter');
    await page.locator('[data-page="2"] canvas').waitFor();
    const box = await place.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 5, (box?.y ?? 0) + 5);
    await page.locator('button.bg-accent-wash', { hasText: 'They ask three days' }).waitFor();
    await passage.click();
    await page.waitForURL(`**/documents/${id}?chunk=${second.id}`);
    await page.locator('[data-proof]').waitFor();
  });

  test('it can be asked about, and its details are told', async () => {
    const team = await newTeam();
    const { id } = await addFile(team.owner, team.path, textFile('note.txt', 'Lunch is at noon.'));
    const page = await console.openAs(team.owner, `/documents/${id}`);
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByText('builtin/hashing').waitFor();
    await page.getByRole('link', { name: 'Ask about this document' }).click();
    await page.waitForURL(`**/chat?document=${id}`);
  });

  test('a link into another team of the person changes to that team', async () => {
    const first = await newTeam();
    const other = succeeded(await first.owner.post<{ id: string }>('/v1/teams', { name: 'Second team' }));
    const path = `/v1/teams/${other.id}`;
    const { id } = await addText(first.owner, path, 'Lunch is at noon.', { title: 'Lunch.md' });
    const page = await console.openAs(first.owner, `/documents/${id}`);
    await page.getByRole('heading', { name: 'Lunch', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Switch team: Second team' }).waitFor();
  });

  test('a document of others is missing, and so is a deleted one', async () => {
    const stranger = await newTeam();
    const team = await newTeam();
    const { id } = await addText(stranger.owner, stranger.path, 'Lunch is at noon.');
    const page = await console.openAs(team.owner, `/documents/${id}`);
    await page.getByRole('heading', { name: 'This document is gone, or not for you' }).waitFor();
  });

  test('a file that could not be read says why', async () => {
    const team = await newTeam();
    const bytes = 'no PDF at all';
    const file = { filename: 'fake.pdf', contentType: 'application/pdf', bytes };
    await expect(addFile(team.owner, team.path, file)).rejects.toThrow('content_type_mismatch');
    const { data } = succeeded(await team.owner.get<{ data: { id: string }[] }>(`${team.path}/documents`));
    const page = await console.openAs(team.owner, `/documents/${data[0]?.id}`);
    await page.getByText(/another type than its name says/).waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  test.each([
    ['light', undefined],
    ['dark', undefined],
    ['light', PHONE],
    ['dark', PHONE],
  ] as const)('has no faults for axe, %s, viewport %j', async (colorScheme, viewport) => {
    const team = await newTeam();
    const { id } = await addFile(team.owner, team.path, pdfFile('leave.pdf', PAGES));
    const chunk = await chunkWith(team, id, 'fifteen');
    const look = { colorScheme, ...(viewport ? { viewport } : {}) };
    const page = await console.openAs(team.owner, link(id, chunk, 'fifteen days'), look);
    await page.locator('[data-proof]').waitFor();
    await page.locator('canvas').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.faults).toEqual([]);
  });
});
