import { findQuote } from './find-quote.ts';

const text = '제1조(목적)\n\n이 규정은 휴가를\n정한다. 이 규정은 급여를 정한다.';

test.each([
  ['as it stands', '이 규정은 급여를 정한다.', '이 규정은 급여를 정한다.'],
  ['with other white space', '이 규정은 휴가를 정한다.', '이 규정은 휴가를\n정한다.'],
  ['over the end of a block', '제1조(목적) 이 규정은', '제1조(목적)\n\n이 규정은'],
])('a quote is found %s', (_, quote, expected) => {
  const place = findQuote(text, quote);
  expect(text.slice(place?.start, place?.end)).toBe(expected);
});

test.each(['', ' \n', '이 규정은 상여를'])('nothing is found for %j', (quote) => {
  expect(findQuote(text, quote)).toBeNull();
});

test('pairs of code units stay whole', () => {
  const place = findQuote('a 😀 b', '😀b');
  expect(place).toEqual({ start: 2, end: 6 });
});
