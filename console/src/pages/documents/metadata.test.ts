import { fromLines, repeatedKey, toLines } from './metadata.ts';

test.each([
  ['2026', 2026],
  ['true', true],
  ['', null],
  ['HR', 'HR'],
  ['007', '007'],
  ['Infinity', 'Infinity'],
  ['a, b', ['a', 'b']],
  ['2025, 2026,', [2025, 2026]],
])('%j is read as %j', (value, expected) => {
  expect(fromLines([{ key: ' department ', value }])).toEqual({ department: expected });
});

test('what is read can be written and read again', () => {
  const metadata = { year: 2026, draft: false, teams: ['HR', 'IT'], none: null };
  expect(fromLines(toLines(metadata))).toEqual(metadata);
});

test('lines without a key are left out, and a repeated key is told', () => {
  expect(fromLines([{ key: ' ', value: 'x' }])).toEqual({});
  expect(
    repeatedKey([
      { key: 'a', value: '1' },
      { key: 'a ', value: '2' },
    ]),
  ).toBe('a');
  expect(
    repeatedKey([
      { key: '', value: '1' },
      { key: '', value: '2' },
    ]),
  ).toBeNull();
});
