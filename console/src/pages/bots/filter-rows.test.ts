import type { Bot } from '../../api/team-lists.ts';
import { hasOtherParts, rowsOf, withRows } from './filter-rows.ts';

const FILTER: Bot['filter'] = {
  document_ids: ['0192f0c1-6f0b-7cc1-9d5a-1f1a36c0a1d2'],
  metadata: {
    department: { in: ['HR', 'Seoul, IT', 7] },
    year: { gte: 2_024, lt: 2_026 },
    code: '2024',
    open: true,
    owner: { ne: 'nobody' },
    draft: { exists: false },
    empty: null,
  },
};

test('a filter that is shown and read again is the same', () => {
  expect(withRows(FILTER, rowsOf(FILTER))).toEqual(FILTER);
});

test('two bounds of one key are two rows', () => {
  expect(rowsOf({ metadata: { year: { gte: 2_024, lt: 2_026 } } })).toEqual([
    { key: 'year', operator: 'gte', value: '2024' },
    { key: 'year', operator: 'lt', value: '2026' },
  ]);
});

test('a number in quotes is a text', () => {
  const row = { key: 'code', operator: 'is' } as const;
  expect(withRows(null, [{ ...row, value: '"2024"' }])).toEqual({ metadata: { code: '2024' } });
  expect(withRows(null, [{ ...row, value: ' 2024 ' }])).toEqual({ metadata: { code: 2_024 } });
});

test('dates are texts, also as bounds', () => {
  const rows = [{ key: 'signed', operator: 'gte', value: '2024-01-31' }] as const;
  expect(withRows(null, [...rows])).toEqual({ metadata: { signed: { gte: '2024-01-31' } } });
});

test('no rows and no other parts are no filter', () => {
  expect(withRows({ metadata: { a: 1 } }, [])).toBeNull();
  expect(withRows(null, [{ key: ' ', operator: 'is', value: 'x' }])).toBeNull();
});

test('parts that the rows do not show stay', () => {
  expect(withRows(FILTER, [])).toEqual({ document_ids: FILTER?.document_ids });
  expect(hasOtherParts(FILTER)).toBe(true);
  expect(hasOtherParts({ metadata: {} })).toBe(false);
});
