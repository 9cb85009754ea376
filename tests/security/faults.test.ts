import { readFileSync } from 'node:fs';
import { FAULTS } from './support/faults.ts';

test('every fault of the review has its tests', () => {
  const letters = { A: 8, B: 16 };
  const expected = Object.entries(letters).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_each, at) => `${letter}${at + 1}`),
  );
  expect(Object.keys(FAULTS).map((name) => name.split(' ')[0])).toEqual(expected);
});

test.each(Object.entries(FAULTS))('%s: its tests are there', (_fault, tests) => {
  expect(tests.length).toBeGreaterThan(0);
  for (const { file, name } of tests) expect(readFileSync(file, 'utf8')).toContain(name);
});
