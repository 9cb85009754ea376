import { type Chunk, chunkDocument } from '#shared/chunking/chunk.ts';
import { buildPdf } from '#tests/fixtures/pdf-builder.ts';
import type { Block } from '../document.ts';
import { parsePdf } from './pdf.ts';

type Page = Parameters<typeof buildPdf>[0]['pages'][number];

/** Lines of a page in a font with Hangul. */
function korean(...rows: string[]): Page {
  return rows.map((text, i) => ({ text, x: 50, y: 760 - i * 16, font: 'unicode' as const }));
}

function english(...rows: string[]): Page {
  return rows.map((text, i) => ({ text, x: 50, y: 760 - i * 14 }));
}

async function blocksOf(...pages: Page[]): Promise<Block[]> {
  return (await parsePdf(buildPdf({ pages }))).blocks;
}

function texts(blocks: Block[]): string[] {
  return blocks.map((block) => block.text);
}

const COLUMNS = 42;

/** Breaks a text into lines of at most 42 characters, between words. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const open = lines.at(-1);
    if (open !== undefined && open.length + 1 + word.length <= COLUMNS)
      lines[lines.length - 1] = `${open} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A contract in articles of one paragraph each, its lines spread over pages of equal length. */
function contract(deadlines: string[], linesPerPage: number): Page[] {
  const lines = deadlines.flatMap((deadline, i) =>
    wrap(
      `제${i + 1}조(기한 ${i + 1}) 을은 갑이 서면으로 요청한 날부터 다음을 지킨다. ${deadline} 이를 어기면 갑은 계약을 해지할 수 있다.`,
    ),
  );
  const pages: Page[] = [];
  for (let at = 0; at < lines.length; at += linesPerPage)
    pages.push(korean(...lines.slice(at, at + linesPerPage)));
  return pages;
}

function countTokens(all: string[]): Promise<number[]> {
  return Promise.resolve(all.map((text) => Math.ceil(text.length / 2)));
}

async function chunksOf(pages: Page[]): Promise<Chunk[]> {
  const parsed = await parsePdf(buildPdf({ pages }));
  return await chunkDocument(parsed, { maxTokens: 320, overlapTokens: 48, countTokens });
}

describe('a contract of six pages whose sentences run over the page ends', () => {
  const deadlines = Array.from(
    { length: 60 },
    (_, i) =>
      `품목 ${i + 1}의 하자 보수는 통지를 받은 날부터 ${i + 3}일 이내에 마치고 그 결과를 ${i + 40}시간 안에 갑에게 서면으로 알린다.`,
  );

  test.each([28, 29, 30, 31, 32])('with %i lines a page: no chunk is torn', async (linesPerPage) => {
    const pages = contract(deadlines, linesPerPage);
    expect(pages.length).toBeGreaterThanOrEqual(6);
    const ends = pages.slice(0, -1).map((page) => page.at(-1)?.text ?? '');
    expect(ends.filter((end) => !end.endsWith('.')).length).toBeGreaterThanOrEqual(3);
    const chunks = await chunksOf(pages);
    for (const chunk of chunks) expect(chunk.text).toMatch(/\.$/u);
    for (const deadline of deadlines)
      expect(chunks.filter(({ text }) => text.includes(deadline)).length).toBeGreaterThan(0);
    for (const { page, lines } of chunks) {
      expect(page).toBe(lines[0]?.box.page);
      expect((lines.at(-1)?.box.page ?? 0) - (page ?? 0)).toBeLessThanOrEqual(1);
    }
  });
});

describe('text before and after the end of a page is one paragraph', () => {
  test('where a number is on one page and its unit on the next', async () => {
    const blocks = await blocksOf(
      korean('대금은 갑이 검수를 마친 날부터 계산하여 30', ''),
      korean('일 이내에 지급한다. 늦으면 이자를 더한다.'),
    );
    expect(texts(blocks)).toEqual([
      '대금은 갑이 검수를 마친 날부터 계산하여 30일 이내에 지급한다. 늦으면 이자를 더한다.',
    ]);
    expect(blocks[0]?.page).toBe(1);
    expect(new Set(blocks[0]?.lines?.map(({ box }) => box.page))).toEqual(new Set([1, 2]));
  });

  test('where an English sentence goes on in lower case, a word divided', async () => {
    const blocks = await blocksOf(
      english('The supplier delivers all of the goods that were ordered within four-', ''),
      english('teen days of the order. Then it waits.'),
    );
    expect(texts(blocks)).toEqual([
      'The supplier delivers all of the goods that were ordered within fourteen days of the order. Then it waits.',
    ]);
  });

  test('where footnotes and page numbers lie between', async () => {
    const note: Page[number] = { text: '1) 검수는 별표 1에 따른다.', x: 50, y: 90, size: 8, font: 'unicode' };
    const number = (n: number): Page[number] => ({ text: `- ${n} -`, x: 290, y: 25, size: 8 });
    const blocks = await blocksOf(
      [...korean('대금은 갑이 검수를 마친 날부터 계산하여 정해진'), note, number(1)],
      [...korean('기한 안에 을의 계좌로 지급한다.'), number(2)],
    );
    expect(texts(blocks)[0]).toBe(
      '대금은 갑이 검수를 마친 날부터 계산하여 정해진 기한 안에 을의 계좌로 지급한다.',
    );
    expect(texts(blocks)[1]).toContain('검수는 별표 1에');
  });

  test('in the last item of a list', async () => {
    const blocks = await blocksOf(
      korean('1. 을은 물품을 제때 낸다.', '2. 을은 갑이 요청한 자료를 요청을 받은 날부터'),
      korean('사흘 안에 갑에게 보낸다.', '3. 을은 비밀을 지킨다.'),
    );
    expect(texts(blocks)).toEqual([
      '1. 을은 물품을 제때 낸다.\n2. 을은 갑이 요청한 자료를 요청을 받은 날부터 사흘 안에 갑에게 보낸다.',
      '3. 을은 비밀을 지킨다.',
    ]);
  });

  test('where only the end of a verb is on the next page', async () => {
    const blocks = await blocksOf(
      korean('회사는 직원에게 연차휴가를 주고 직원은 휴가를 신청한'),
      korean('다. 회사는 휴가를 정해진 날에 준다.'),
    );
    expect(texts(blocks).join('\n')).toContain('신청한다. 회사는');
  });

  test('where it runs over three pages', async () => {
    const blocks = await blocksOf(
      korean('을은 갑이 서면으로 요청한 자료와'),
      korean('갑이 말로 요청한 자료를'),
      korean('사흘 안에 보낸다.'),
    );
    expect(blocks).toHaveLength(1);
    expect(blocks[0]?.lines?.map(({ box }) => box.page)).toEqual(expect.arrayContaining([1, 2, 3]));
  });

  test('and at the end of a column', async () => {
    const left = korean(...Array.from({ length: 8 }, (_, i) => `왼쪽단의글은${i}번째줄을채우고`));
    const right = korean(...Array.from({ length: 8 }, (_, i) => `오른쪽단의글은${i}번째줄이고`));
    const blocks = await blocksOf([...left, ...right.map((line) => ({ ...line, x: 320 }))]);
    expect(blocks).toHaveLength(1);
  });
});

describe('text before and after the end of a page stays apart', () => {
  const open = '을은 갑이 서면으로 요청한 모든 자료와 물품을 정해진';

  test.each([
    ['a finished sentence', korean('대금은 제때 지급한다.'), korean('이자는 따로 정한다.')],
    ['the title on a cover', korean('휴가 규정'), korean('이 규정은 휴가를 주는 방법과 절차를 정한다.')],
    ['an article', korean(open), korean('제2조(비밀) 을은 비밀을 지킨다.')],
    ['a numbered paragraph', korean(open), korean('② 을은 비밀을 지킨다.')],
    ['a list item', korean(open), korean('1. 을은 비밀을 지킨다.')],
    ['larger type', korean(open), [{ ...korean('비밀 유지')[0], size: 16 } as Page[number]]],
    ['an introduction with a colon', korean('을은 다음을 지킨다:'), korean('비밀을 지킨다.')],
    [
      'a title in the type of the text',
      english('The list of the goods is very long'),
      english('Confidentiality'),
    ],
  ])('%s', async (_, first, second) => {
    const blocks = await blocksOf(first, second);
    expect(blocks.length).toBeGreaterThan(1);
    for (const { page, lines } of blocks)
      expect(new Set(lines?.map(({ box }) => box.page))).toEqual(new Set([page]));
  });

  test('a table', async () => {
    const row = (y: number, ...cells: string[]): Page =>
      cells.map((text, i) => ({ text, x: 50 + i * 150, y }));
    const rows = [...row(720, 'Item', 'Price', 'Note'), ...row(700, 'robot', '100', 'none')];
    const blocks = await blocksOf(english('the prices of all of the goods are'), rows);
    expect(blocks.map(({ kind, page }) => [kind, page])).toEqual([
      ['paragraph', 1],
      ['table', 2],
    ]);
  });
});
