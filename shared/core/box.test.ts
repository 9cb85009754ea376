import { type Box, boxesOf, packLines, sliceLines, type TextLine, unpackLines } from './box.ts';

function line(start: number, end: number, box: Partial<Box> = {}): TextLine {
  return { start, end, box: { page: 1, left: 0.1, top: 0.1, width: 0.4, height: 0.02, ...box } };
}

describe('boxes of a part of a text', () => {
  test('cover the same part of a line', () => {
    expect(boxesOf([line(0, 40)], 10, 20)).toEqual([
      {
        page: 1,
        left: expect.closeTo(0.2) as number,
        top: 0.1,
        width: expect.closeTo(0.1) as number,
        height: 0.02,
      },
    ]);
  });

  test('are empty where no line is, and where a text has no lines', () => {
    expect(boxesOf([line(0, 40)], 40, 60)).toEqual([]);
    expect(boxesOf([], 0, 10)).toEqual([]);
  });

  test('join the pieces of one line, but not two cells of a row', () => {
    const pieces = [line(0, 20, { width: 0.2 }), line(21, 40, { left: 0.305, width: 0.195 })];
    expect(boxesOf(pieces, 0, 40)).toHaveLength(1);
    expect(boxesOf([line(0, 20, { width: 0.2 }), line(23, 40, { left: 0.5 })], 0, 40)).toHaveLength(2);
  });

  test('join successive lines with equal edges, and keep a shorter last line apart', () => {
    const lines = [line(0, 40), line(41, 80, { top: 0.125 }), line(81, 100, { top: 0.15, width: 0.2 })];
    const boxes = boxesOf(lines, 0, 100);
    expect(boxes).toHaveLength(2);
    expect(boxes[0]?.height).toBeCloseTo(0.045);
    expect(boxes[1]).toEqual(lines[2]?.box);
  });

  test('of two columns or two pages stay apart', () => {
    const left = line(0, 40, { top: 0.8 });
    expect(boxesOf([left, line(41, 80, { left: 0.55 })], 0, 80)).toHaveLength(2);
    expect(boxesOf([left, line(41, 80, { left: 0.55, top: 0.8 })], 0, 80)).toHaveLength(2);
    expect(boxesOf([left, line(41, 80, { page: 2, top: 0.825 })], 0, 80)).toHaveLength(2);
  });

  test('of text that runs up the page are those of whole lines', () => {
    const upright = line(0, 40, { width: 0.02, height: 0.4 });
    expect(boxesOf([upright], 10, 20)).toEqual([upright.box]);
  });
});

test('lines of a slice have offsets into it', () => {
  const slice = sliceLines([line(0, 40), line(41, 80, { top: 0.125 })], 30, 50);
  expect(slice.map(({ start, end }) => [start, end])).toEqual([
    [0, 10],
    [11, 20],
  ]);
});

test('stored lines keep 4 decimals, and a row without lines has none', () => {
  const lines = [line(3, 9, { left: 0.123_456 })];
  expect(packLines(lines)).toEqual([[3, 9, 1, 0.1235, 0.1, 0.4, 0.02]]);
  expect(unpackLines(packLines(lines))).toEqual([line(3, 9, { left: 0.1235 })]);
  expect(unpackLines(null)).toEqual([]);
});
