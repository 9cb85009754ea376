import { analyzeQuery } from './search-query.ts';

const words = (query: string) => analyzeQuery(query).words.map(({ topic }) => topic.join(' '));
const codes = (query: string) =>
  analyzeQuery(query).words.flatMap(({ isCode, topic, others }) => (isCode ? (others[0] ?? topic[0]) : []));

test.each([
  ['PPX-4417의 토크는?', ['ppx4417']],
  ['PPX 4417 토크', ['ppx4417']],
  ['What is the extension of C01777?', ['c01777']],
  ['A7 무게', ['a7']],
  ['제 34조 내용', ['제34조']],
  ['kim@example.com은 누구?', ['kim@example.com']],
  ['15mm 볼트 3.5 kg', []],
  ['ISO 2022', ['iso2022']],
  ['Where do we park 2026?', []],
  ['2024년 3월 5일에 뭐 해요?', []],
])('the codes of “%s” are %j', (query, expected) => {
  expect(codes(query)).toEqual(expected);
});

test('a noun of one syllable is looked for without its particle', () => {
  const { words, terms } = analyzeQuery('약이 필요해요');
  expect(words).toMatchObject([{ topic: ['약이'], others: ['약'] }]);
  expect(terms).toContainEqual({ term: '약', topical: true, insteadOf: '약이' });
});

test('a figure is one word, and what is written there is still looked for', () => {
  const { words, terms } = analyzeQuery('What happens on 2024-03-05?');
  expect(words).toMatchObject([
    { text: '2024-03-05', topic: ['d:2024-03-05', 'd:03-05', 'd:2024-03', 'd:03'] },
  ]);
  expect(terms.map(({ term }) => term)).toEqual(expect.arrayContaining(['2024', '03', '05', 'd:2024-03-05']));
});

test('particles behind a code or a figure are no words', () => {
  expect(words('PPX-4417의 토크')).toEqual(['ppx4417', '토크']);
  expect(words('2시까지 회의')).toEqual(['t:02:00', '회의']);
});

test('a long message is divided into clauses', () => {
  const { words } = analyzeQuery('어제 청소기를 샀는데 소리가 커요. 환불 기간은 며칠인가요?');
  expect(words.find(({ text }) => text === '청소기를')?.clause).toBe(0);
  expect(words.find(({ text }) => text === '소리가')?.clause).toBe(1);
  expect(words.find(({ text }) => text === '환불')?.clause).toBe(2);
});

test('a query of nothing but question words has no topic', () => {
  expect(analyzeQuery('what is the')).toEqual({ words: [], terms: [] });
  expect(analyzeQuery('무엇인가요?').words).toEqual([]);
});

test('no term is looked for twice', () => {
  const terms = analyzeQuery('휴가 휴가를 휴가는 2일 2일').terms.map(({ term }) => term);
  expect(terms).toEqual([...new Set(terms)]);
});
