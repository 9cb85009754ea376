import { maskSpans } from './mask.ts';

test('spans in any order are replaced one for one, also where they overlap', () => {
  const spans = [
    { start: 6, end: 8 },
    { start: 1, end: 3 },
    { start: 2, end: 4 },
    { start: 2, end: 3 },
  ];
  expect(maskSpans('가나다라마바사아자', spans, '.')).toBe('가...마바..자');
  expect(maskSpans('가나', [], '.')).toBe('가나');
});
