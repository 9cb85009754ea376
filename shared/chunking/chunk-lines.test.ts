import type { Box, TextLine } from '#shared/core/box.ts';
import type { Block } from '#shared/parsing/document.ts';
import { type Chunk, chunkDocument, documentText } from './chunk.ts';

const countTokens = (texts: string[]) => Promise.resolve(texts.map((text) => Math.ceil(text.length / 2)));

function boxAt(page: number, row: number): Box {
  return { page, left: 0.1, top: row / 100, width: 0.8, height: 0.01 };
}

/** A paragraph of rows joined by a space, each with a box; `pages` holds the page of each row. */
function paragraph(rows: string[], pages: number[]): Block {
  const lines: TextLine[] = [];
  let at = 0;
  for (const [i, row] of rows.entries()) {
    lines.push({ start: at, end: at + row.length, box: boxAt(pages[i] ?? 1, i) });
    at += row.length + 1;
  }
  return { text: rows.join(' '), kind: 'paragraph', page: pages[0] ?? 1, lines };
}

async function chunk(blocks: Block[], maxTokens = 40): Promise<Chunk[]> {
  return await chunkDocument({ blocks }, { maxTokens, overlapTokens: 8, countTokens });
}

function row(i: number): string {
  return `${i}번째 줄은 하나의 온전한 문장입니다.`;
}

test('each chunk has the lines of its text, those repeated at its start too', async () => {
  const rows = Array.from({ length: 20 }, (_, i) => row(i));
  const blocks = [paragraph(rows.slice(0, 9), []), paragraph(rows.slice(9), [])];
  const chunks = await chunk(blocks);
  expect(chunks.length).toBeGreaterThan(3);
  for (const one of chunks) {
    const texts = one.lines.map(({ start, end }) => one.text.slice(start, end));
    expect(texts.join(' ')).toBe(one.text.replace(/\s+/gu, ' '));
    for (const text of texts) expect(rows).toContain(text);
  }
});

test('a line that a chunk cuts is cut in proportion', async () => {
  const text = '가'.repeat(100);
  const chunks = await chunk([paragraph([text], [1])], 30);
  expect(chunks.length).toBeGreaterThan(1);
  const widths = chunks.map(({ lines }) => lines[0]?.box.width ?? 0);
  for (const [i, one] of chunks.entries()) {
    expect(one.lines[0]?.box.left).toBeCloseTo(0.1 + 0.008 * one.start);
    expect(widths[i]).toBeCloseTo(0.008 * one.text.length);
  }
});

test('a chunk carries the rest of its last sentence over from the next page', async () => {
  const block = paragraph(
    [row(1), '대금은 검수를 마친 날부터 30', `일 안에 지급합니다. ${row(2)}`, row(3)],
    [1, 1, 2, 2],
  );
  const chunks = await chunk([block], 200);
  expect(chunks.map(({ text, page }) => [text, page])).toEqual([
    [`${row(1)} 대금은 검수를 마친 날부터 30 일 안에 지급합니다.`, 1],
    [`${row(2)} ${row(3)}`, 2],
  ]);
  expect(chunks[0]?.lines.map(({ box }) => box.page)).toEqual([1, 1, 2]);
  expect(chunks[1]?.lines.map(({ box }) => box.page)).toEqual([2, 2]);
});

test('a part of a long sentence has the page where the part starts', async () => {
  const clauses = Array.from({ length: 12 }, (_, i) => `${i}번 조건이 맞으면 신청할 수 있고,`);
  const chunks = await chunk([paragraph(clauses, [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])]);
  expect(chunks.length).toBeGreaterThan(2);
  for (const one of chunks) expect(one.page).toBe(one.lines[0]?.box.page);
  expect(new Set(chunks.map(({ page }) => page))).toEqual(new Set([1, 2]));
});

test('chunks of blocks without lines have none', async () => {
  const blocks: Block[] = [{ text: row(1), kind: 'paragraph', page: null }];
  expect(await chunk(blocks)).toMatchObject([{ text: documentText({ blocks }), lines: [], page: null }]);
});
