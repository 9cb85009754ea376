import { figuresIn, isSameFigure } from './stated-figures.ts';

/** Whether each figure of `claim` stands in `text`. */
function stands(claim: string, text: string): boolean {
  const stated = figuresIn(text);
  const claimed = figuresIn(claim);
  return claimed.length > 0 && claimed.every((figure) => stated.some((each) => isSameFigure(figure, each)));
}

test.each([
  ['2024-03-05', '2024년 3월 5일'],
  ['2024년 3월 5일', 'March 5, 2024'],
  ['5 March 2024', '2024. 3. 5.'],
  ['3월 11일', '3월 9일부터 11일까지'],
  ['19 June 2025', 'from June 1 to June 19, 2025'],
  ['15,000원', '1만5천원'],
  ['1만5천 원', '15000 won'],
  ['₩15,000', '만 오천 원'],
  ['3억 2천만 원', '320,000,000원'],
  ['1.4 million dollars', '$1,400,000'],
  ['14일', '십사일'],
  ['십사일', '열나흘'],
  ['two weeks', '14일'],
  ['50%', '50 percent'],
  ['50 per cent', '50퍼센트'],
  ['ten', '10'],
  ['thirty-two', '서른두 명'],
  ['오후 2시', '14:00'],
  ['2 p.m.', '14시'],
  ['낮 12시', 'noon'],
  ['30분', '30 minutes'],
  ['두 시간 반', '150분'],
  ['1년', '12 months'],
  ['영하 18도', '-18 °C'],
  ['40MB', '40 MB'],
  ['10분', '10~20분'],
  ['매월', 'per month'],
  ['PPX-4417', 'the ppx4417'],
  ['화요일', 'on Tuesdays'],
])('%s is the same figure as %s', (one, other) => {
  expect(stands(one, other)).toBe(true);
  if (!/~|부터|from/.test(other)) expect(stands(other, one)).toBe(true);
});

test.each([
  ['14일', '14주'],
  ['0.7%', '7%'],
  ['15,000원', '15,000달러'],
  ['3호기', '3월 9일'],
  ['25 grams', '25 kg'],
  ['오전 2시', '14:00'],
  ['2024년 3월 5일', '2024년 5월 3일'],
  ['2028년', '2027년'],
  ['180 °F', '180 °C'],
  ['3.14.1', '3.14.2'],
  ['스물두 명', '32명'],
  ['시간당', '분당'],
])('%s is another figure than %s', (one, other) => {
  expect(stands(one, other)).toBe(false);
});

test.each(['네이버는 한국 회사다', '세금과 이자', '두통약', '이 일은 만만하지 않다', 'someone often wins'])(
  'words that look like numerals are none: %s',
  (text) => {
    expect(figuresIn(text)).toEqual([]);
  },
);

test('a figure is given as it is written, with its unit and place', () => {
  const text = '키트는 만 65세부터 영하 18도에서 USD 4.90입니다.';
  expect(figuresIn(text).map((figure) => figure.text)).toEqual(['만 65세', '영하 18도', 'USD 4.90']);
  for (const { text: written, start, end } of figuresIn(text)) expect(text.slice(start, end)).toBe(written);
});
