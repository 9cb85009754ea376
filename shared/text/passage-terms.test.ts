import { passageTerms, titleOfFilename, titleTerms } from './passage-terms.ts';

test.each([
  ['약은 총무팀 서랍에 있습니다', '약'],
  ['차를 세웁니다', '차'],
  ['밥입니다', '밥'],
  ['물에서', '물'],
])('“%s” has the noun %s, whatever its particle', (text, noun) => {
  expect(passageTerms(text)).toContain(noun);
});

test('identifiers and codes have their parts and the whole', () => {
  expect(passageTerms('getUserName')).toEqual(expect.arrayContaining(['get', 'user', 'name', 'getusernam']));
  expect(passageTerms('Node.js')).toEqual(expect.arrayContaining(['node', 'js', 'nodejs']));
  expect(passageTerms('PPX-4417')).toEqual(expect.arrayContaining(['ppx', '4417', 'ppx4417']));
  expect(passageTerms('PPX4417')).toEqual(expect.arrayContaining(['ppx', '4417', 'ppx4417']));
  expect(passageTerms('write to Kim@Example.com')).toContain('kim@example.com');
});

test('an ordinary capitalised word has no parts', () => {
  expect(passageTerms('Seoul')).toEqual(['seoul']);
});

test('a title and a file name give each of their terms once', () => {
  const terms = titleTerms('휴가 규정', '2024_휴가-규정.pdf');
  expect(terms).toEqual([...new Set(terms)]);
  expect(terms).toEqual(expect.arrayContaining(['2024', '휴가', '규정']));
  expect(titleTerms('', 'q3-budget.csv')).toEqual(expect.arrayContaining(['q3', 'budget']));
  expect(titleTerms('', '공지-2024-04.txt')).toContain('d:2024-04');
});

test.each([
  ['a.b.pdf', 'a.b'],
  ['.env', '.env'],
  ['note', 'note'],
  ['회의 v1.2 초안', '회의 v1.2 초안'],
  ['2026_근태.xlsx', '2026 근태'],
  ['_.txt', '_.txt'],
])('the title of %s is %s', (name, stem) => {
  expect(titleOfFilename(name)).toBe(stem);
});
