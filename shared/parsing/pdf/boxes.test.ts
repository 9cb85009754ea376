import { readFile } from 'node:fs/promises';
import { getDocumentProxy } from 'unpdf';
import { type Box, boxesOf } from '#shared/core/box.ts';
import { splitSentences } from '#shared/text/sentences.ts';
import { buildPdf, measureText } from '#tests/fixtures/pdf-builder.ts';
import type { Block } from '../document.ts';
import { parsePdf } from './pdf.ts';

type Options = Parameters<typeof buildPdf>[0];
type Page = Options['pages'][number];
type Text = Page[number];

const WIDTH = 595;
const HEIGHT = 842;
const SIZE = 10;

/** A line in a font with fixed widths, so that the place of each character is known. */
function line(x: number, y: number, text: string, angle = 0): Text {
  return { text, x, y, font: 'unicode', angle };
}

function column(x: number, y: number, ...rows: string[]): Page {
  return rows.map((text, i) => line(x, y - i * 14, text));
}

async function blocksOf(page: Page, options: Partial<Options> = {}): Promise<Block[]> {
  return (await parsePdf(buildPdf({ pages: [page], ...options }))).blocks;
}

/** The boxes of a part of the document's text; of the last such part with `occurrence: 'last'`. */
function boxesOfText(blocks: Block[], part: string, occurrence: 'first' | 'last' = 'first'): Box[] {
  const found = occurrence === 'first' ? blocks : blocks.toReversed();
  const block = found.find(({ text }) => text.includes(part));
  if (!block) throw new Error(`No block holds "${part}": ${blocks.map(({ text }) => text).join(' / ')}`);
  const start = occurrence === 'first' ? block.text.indexOf(part) : block.text.lastIndexOf(part);
  return boxesOf(block.lines ?? [], start, start + part.length);
}

/** A part of an upright line, as the builder places it. */
function drawn({ x, y, text }: Text, part = text): Box {
  const from = text.lastIndexOf(part);
  if (from === -1) throw new Error(`"${part}" is not in "${text}"`);
  return {
    page: 1,
    left: (x + measureText(text.slice(0, from))) / WIDTH,
    top: (HEIGHT - y - SIZE * 0.88) / HEIGHT,
    width: measureText(part) / WIDTH,
    height: (SIZE * 1.1) / HEIGHT,
  };
}

function expectBoxes(actual: Box[], expected: Box[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, box] of actual.entries()) {
    for (const key of ['page', 'left', 'top', 'width', 'height'] as const)
      expect(Math.abs(box[key] - (expected[i]?.[key] ?? Number.NaN))).toBeLessThan(0.01);
  }
}

describe('the boxes of a sentence', () => {
  test('cover its lines in one of two columns, and nothing of the other', async () => {
    const left = column(50, 740, ...Array.from({ length: 8 }, (_, i) => `왼쪽단의글은${i}번째줄을채운다.`));
    const right = column(320, 740, ...Array.from({ length: 8 }, (_, i) => `오른쪽단의글은${i}번째줄이다.`));
    const blocks = await blocksOf([...left, ...right]);
    expectBoxes(boxesOfText(blocks, '왼쪽단의글은3번째줄을채운다.'), [drawn(left[3] as Text)]);
    expectBoxes(boxesOfText(blocks, '오른쪽단의글은5번째줄이다.'), [drawn(right[5] as Text)]);
  });

  test('start and end within a line', async () => {
    const rows = column(
      50,
      700,
      '첫 문장은 짧습니다. 둘째 문장은 이 줄에서 시작하여',
      '다음 줄에서 끝납니다. 셋째입니다.',
    );
    const blocks = await blocksOf(rows);
    expectBoxes(boxesOfText(blocks, '둘째 문장은 이 줄에서 시작하여 다음 줄에서 끝납니다.'), [
      drawn(rows[0] as Text, '둘째 문장은 이 줄에서 시작하여'),
      drawn(rows[1] as Text, '다음 줄에서 끝납니다.'),
    ]);
  });

  test('cover a Korean word that is divided at the end of a line', async () => {
    const rows = column(
      50,
      700,
      '회사는 직원에게 휴가를 주고 직원은 휴가를 신청한다. 회사는 직',
      '원에게 급여를 지급한다. 모든 직원에게 같은 규정을 적용한다. 다',
      '른 규정은 따로 정한다.',
    );
    const blocks = await blocksOf(rows);
    expectBoxes(boxesOfText(blocks, '회사는 직원에게 급여를 지급한다.'), [
      drawn(rows[0] as Text, '회사는 직'),
      drawn(rows[1] as Text, '원에게 급여를 지급한다.'),
    ]);
    expectBoxes(boxesOfText(blocks, '모든 직원에게 같은 규정을 적용한다.'), [
      drawn(rows[1] as Text, '모든 직원에게 같은 규정을 적용한다.'),
    ]);
  });

  test('cover an English word whose hyphen is gone', async () => {
    const rows = column(50, 700, 'The robot drives autono-', 'mously and stops. It waits.');
    const blocks = await blocksOf(rows);
    expectBoxes(boxesOfText(blocks, 'The robot drives autonomously and stops.'), [
      drawn(rows[0] as Text),
      drawn(rows[1] as Text, 'mously and stops.'),
    ]);
  });

  test('are those of the right one of two equal sentences', async () => {
    const rows = [line(50, 700, '기한은 14일입니다.'), line(50, 400, '기한은 14일입니다.')];
    const blocks = await blocksOf(rows);
    expectBoxes(boxesOfText(blocks, '기한은 14일입니다.'), [drawn(rows[0] as Text)]);
    expectBoxes(boxesOfText(blocks, '기한은 14일입니다.', 'last'), [drawn(rows[1] as Text)]);
  });

  test('cover each cell of a table row, wrapped cells too', async () => {
    const cells = [line(50, 696, '로봇'), line(200, 696, '1,000원'), line(350, 696, '비고가길어서여러')];
    const wrapped = line(350, 684, '줄에걸친다');
    const blocks = await blocksOf([
      line(50, 720, '품목'),
      line(200, 720, '가격'),
      line(350, 720, '비고'),
      ...cells,
      wrapped,
      line(50, 660, '도크'),
      line(200, 660, '200원'),
      line(350, 660, '없음'),
    ]);
    expectBoxes(boxesOfText(blocks, '로봇 | 1,000원 | 비고가길어서여러 줄에걸친다'), [
      drawn(cells[0] as Text),
      drawn(cells[1] as Text),
      drawn(cells[2] as Text),
      drawn(wrapped),
    ]);
  });

  test('cover an article’s heading and the text after it on the same line', async () => {
    const row = line(50, 700, '제1조(목적) 이 규정은 휴가를 정한다.');
    const blocks = await blocksOf([row]);
    expectBoxes(boxesOfText(blocks, '제1조(목적)'), [drawn(row, '제1조(목적)')]);
    expectBoxes(boxesOfText(blocks, '이 규정은 휴가를 정한다.'), [drawn(row, '이 규정은 휴가를 정한다.')]);
  });
});

describe('boxes on a page that is turned or cropped', () => {
  const text = '열두 글자의 한글 문장';
  const length = measureText(text);

  test('are fractions of the page as a reader sees it', async () => {
    const page = [line(100, 50, text, 90)];
    const [box] = boxesOfText(await blocksOf(page, { rotate: 90 }), text);
    // The page is 842 wide and 595 high; the text is upright, 50 from the left and 100 from the top.
    expect(box?.left).toBeCloseTo(50 / HEIGHT, 2);
    expect(box?.width).toBeCloseTo(length / HEIGHT, 2);
    expect(box?.top).toBeCloseTo((100 - 8.8) / WIDTH, 2);
    expect(box?.height).toBeCloseTo(11 / WIDTH, 2);
  });

  test.each([
    [90, { x0: 300 - 8.8, x1: 300 + 2.2, y0: 400, y1: 400 + length }],
    [180, { x0: 300 - length, x1: 300, y0: 400 - 8.8, y1: 400 + 2.2 }],
    [270, { x0: 300 - 2.2, x1: 300 + 8.8, y0: 400 - length, y1: 400 }],
  ])('are right for text at %i degrees', async (angle, { x0, x1, y0, y1 }) => {
    expectBoxes(boxesOfText(await blocksOf([line(300, 400, text, angle)]), text), [
      {
        page: 1,
        left: x0 / WIDTH,
        top: (HEIGHT - y1) / HEIGHT,
        width: (x1 - x0) / WIDTH,
        height: (y1 - y0) / HEIGHT,
      },
    ]);
  });

  test('are fractions of the cropped page', async () => {
    const blocks = await blocksOf([line(200, 500, text)], { cropBox: [100, 200, 500, 800] });
    const [box] = boxesOfText(blocks, text);
    expect(box?.left).toBeCloseTo(100 / 400, 2);
    expect(box?.top).toBeCloseTo((300 - 8.8) / 600, 2);
    expect(box?.width).toBeCloseTo(length / 400, 2);
  });
});

type Letter = { char: string; x: number; y: number };

/** The characters of a page by pdf.js, as fractions of the page; those of an item are spread over its width. */
async function lettersOf(bytes: Uint8Array): Promise<Letter[][]> {
  const pdf = await getDocumentProxy(bytes.slice(), { verbosity: 0 });
  const pages: Letter[][] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    const { items } = await page.getTextContent();
    pages.push(
      items.flatMap((item) => {
        if (!('str' in item)) return [];
        // Chromium writes a control character for some spaces.
        const text = item.str.replace(/\p{Cc}/gu, ' ');
        const [, , , , x = 0, y = 0] = item.transform as number[];
        return Array.from(text, (char, i) => ({
          char,
          x: (x + (item.width * (i + 0.5)) / text.length) / width,
          y: (height - y) / height,
        }));
      }),
    );
  }
  await pdf.loadingTask.destroy();
  return pages;
}

/** What remains of a text after its characters, in order, were found in another. */
function leftOver(wanted: string, found: string): string {
  let at = 0;
  for (let i = 0; i < wanted.length; i += 1) {
    at = found.indexOf(wanted.charAt(i), at) + 1;
    if (at === 0) return wanted.slice(i);
  }
  return '';
}

test('the boxes of sentences of a printed document hold their characters, and few others', async () => {
  const sample = new URL('../../../local/demo/samples/work-rules.pdf', import.meta.url);
  const bytes = new Uint8Array(await readFile(sample));
  const { blocks } = await parsePdf(bytes);
  const pages = await lettersOf(bytes);
  const sentences = blocks
    .filter(({ kind }) => kind === 'paragraph')
    .flatMap((block) => splitSentences(block.text).map((span) => ({ block, ...span })))
    .filter(({ start, end }) => end - start > 40);
  expect(sentences.length).toBeGreaterThanOrEqual(20);
  for (const { block, start, end } of sentences) {
    const boxes = boxesOf(block.lines ?? [], start, end);
    // One letter more at each side, since letters of an item are not equally wide.
    const inside = boxes.map(({ page, left, top, width, height }) =>
      (pages[page - 1] ?? [])
        .filter(({ x, y }) => x > left - 0.02 && x < left + width + 0.02 && y > top && y < top + height)
        .map(({ char }) => char)
        .join(''),
    );
    const wanted = block.text.slice(start, end).replace(/\s/gu, '');
    const found = inside.join('').replace(/\s/gu, '');
    expect(leftOver(wanted, found)).toBe('');
    expect(found.length).toBeLessThanOrEqual(wanted.length + 4 * boxes.length);
    expect(found.length).toBeGreaterThanOrEqual(wanted.length);
  }
});
