import type { Run } from './page-text.ts';
import { rowsOf } from './rows.ts';

const SIZE = 10;
const LINE: Pick<Run, 'y' | 'size' | 'spaced' | 'quarter' | 'mark'> = {
  y: 100,
  size: SIZE,
  spaced: false,
  quarter: 0,
  mark: null,
};

/** Words with the same gap between them; letters are half an em wide. */
function words(text: string, gap: number, x = 50): Run[] {
  let at = x;
  return text.split(' ').map((word) => {
    const run = { ...LINE, text: word, x0: at, x1: at + (word.length * SIZE) / 2 };
    at = run.x1 + gap;
    return run;
  });
}

function textsOf(runs: Run[]): string[] {
  return rowsOf(runs).flatMap((row) => row.map(({ text }) => text));
}

test('the words of a stretched line are one line', () => {
  expect(textsOf(words('keeps the barrels upright', 19))).toEqual(['keeps the barrels upright']);
});

test('stretched lines of two columns stay two', () => {
  const left = words('greenhouses during two winters', 10);
  const gutter = (left.at(-1)?.x1 ?? 0) + 13;
  expect(textsOf([...left, ...words('thermostat that keeps vents', 10, gutter)])).toEqual([
    'greenhouses during two winters',
    'thermostat that keeps vents',
  ]);
});

test('cells that start below each other stay cells', () => {
  const cells = ['Gantry', 'weekly', 'Replace ropes', 'Crew', '6 hours'];
  const runs = cells.map((text, i) => ({
    ...LINE,
    text,
    x0: 50 + i * 80,
    x1: 50 + i * 80 + (text.length * SIZE) / 2,
  }));
  expect(textsOf(runs)).toEqual(cells);
});

test('cells of equal width with equal gaps stay cells', () => {
  expect(textsOf(words('2023 2024 2025 2026', 20))).toEqual(['2023', '2024', '2025', '2026']);
});

test('words far from each other stay apart', () => {
  expect(textsOf(words('one three fifteen seven', 40))).toHaveLength(4);
});
