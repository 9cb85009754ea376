import { findFigures } from './figures.ts';

const terms = (text: string) => findFigures(text).map((figure) => figure.terms[0]);

test.each<[string, string[]]>([
  [
    'd:2024-03-05',
    ['2024-03-05', '2024년 3월 5일부터', 'on March 5, 2024.', '5 March 2024', '2024. 3. 5. 시행', '3/5/2024'],
  ],
  ['d:03-05', ['3월 5일에', 'March 5th', 'march 5', '5 March']],
  ['d:2025-10', ['2025년 10월', '2025-10', 'October 2025']],
  ['d:10', ['10월에 바뀌나요?', 'in October']],
  ['t:14:00', ['오후 2시', '오후 두 시', '14:00', '2 p.m.', '2pm', '14시까지']],
  ['t:09:30', ['오전 9시 반', '9:30', '9시 30분']],
  ['t:12:00', ['정오에', 'at noon']],
  ['15000', ['1만5천원', '1만 5,000원', '1.5만 원', '15k']],
  ['250000000', ['2억 5천만 원', '2억5,000만원', '250 million']],
  ['q:14d', ['14일', '2주 안에', '14 days', 'two weeks']],
  ['q:12mo', ['1년', '12개월', 'one year', '12 months']],
  ['q:2d', ['이틀', '2일', '2 days']],
  ['p:15', ['15%', '15퍼센트', '15 percent']],
  ['q:90min', ['90분', '1시간 반', 'an hour and a half'.replace('an hour and a half', '1.5 hours')]],
  ['q:6mo', ['반년', '6개월', 'half a year']],
  ['3번', ['세 번', '세 번이나', '세 번째']],
  ['32명', ['서른두 명']],
])('%s is one term in every notation', (term, texts) => {
  for (const text of texts) expect({ text, terms: terms(text) }).toEqual({ text, terms: [term] });
});

test('a date is also found by its month and day, its month and its year', () => {
  expect(findFigures('2024-03-05')).toEqual([
    { start: 0, end: 10, terms: ['d:2024-03-05', 'd:03-05', 'd:2024-03', 'd:03'] },
  ]);
});

test.each([
  '02-123-4567',
  '010-1234-5678',
  '제3조',
  'v2.3.1',
  'May I go?',
  'up to 15 may attend',
  'every day, 매일 한다',
  '3분기 매출',
  '수정오류',
  '34조',
  '2024-13-40',
  '5년차',
  '15,000원',
  '',
])('%j has no date, time or duration', (text) => {
  expect(terms(text)).toEqual([]);
});

test('several figures come in order, with their places', () => {
  const text = '3월 5일 오후 2시, 30% 할인';
  expect(findFigures(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    '3월 5일',
    '오후 2시',
    '30%',
  ]);
});
