import { boxesOf } from '#shared/core/box.ts';
import * as chunks from '#shared/db/chunks.ts';
import { WHOLE_TEAM } from '#shared/db/document-filter.ts';
import { closePools } from '#shared/db/pool.ts';
import { buildPdf } from '#tests/fixtures/pdf-builder.ts';
import { newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { PDF, textFile } from '#tests/support/files.ts';
import { useStores } from '#tests/support/stores.ts';
import { addFile } from '#tests/support/upload.ts';

let team: Team;

beforeAll(async () => {
  await useStores();
  team = await newTeam();
});

afterAll(closePools);

async function storedChunks(documentId: string): Promise<chunks.ChunkRow[]> {
  return await chunks.list(team.id, documentId, { limit: 10, after: -1 });
}

test('a stored chunk of a PDF knows where each part of its text lies', async () => {
  const rows = ['연차휴가는열다섯날이다.', '휴가는사흘전에신청한다.'];
  const page = rows.map((text, i) => ({ text, x: 59.5, y: 600 - i * 15, font: 'unicode' as const }));
  const bytes = buildPdf({ pages: [[{ text: '표지', x: 59.5, y: 600, font: 'unicode' }], page] });
  const { id } = await addFile(team.owner, team.path, { filename: 'a.pdf', contentType: PDF, bytes });
  const chunk = (await storedChunks(id)).find(({ text }) => text.includes('사흘'));
  const quote = '휴가는사흘전에신청한다';
  const start = chunk?.text.indexOf(quote) ?? -1;
  const [box, ...others] = boxesOf(chunk?.lines ?? [], start, start + quote.length);
  expect(others).toEqual([]);
  expect(box).toMatchObject({ page: 2, left: 0.1 });
  // The full stop is half as wide; a part of a line is divided by estimated widths.
  expect(box?.width).toBeCloseTo(((quote.length - 0.5) * 10) / 595, 2);
  expect(box?.top).toBeCloseTo((842 - 585 - 8.8) / 842, 3);
  const byId = await chunks.listByIds(team.id, WHOLE_TEAM, [chunk?.id ?? '']);
  expect(byId).toEqual([chunk]);
  const path = `${team.path}/documents/${id}/chunks`;
  const { data } = succeeded(await team.owner.get<{ data: { id: string; boxes: unknown[] }[] }>(path));
  const whole = boxesOf(chunk?.lines ?? [], 0, chunk?.text.length ?? 0);
  expect(data.find((each) => each.id === chunk?.id)?.boxes).toEqual(whole);
  expect(whole.length).toBeGreaterThan(0);
});

test('a chunk of a format without pages has no boxes', async () => {
  const { id } = await addFile(team.owner, team.path, textFile('a.txt', '연차 휴가는 열다섯 날이다.'));
  expect((await storedChunks(id)).map(({ lines }) => lines)).toEqual([[]]);
});
