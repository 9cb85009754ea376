import { isRightAnswer, says } from '../../bench/answers/evaluation/metrics/answers.ts';
import { holdsQuote } from '../../bench/answers/evaluation/metrics/quotes.ts';
import {
  findRanks,
  type Hit,
  hitAt,
  ndcg,
  reciprocalRank,
} from '../../bench/answers/evaluation/metrics/ranking.ts';
import { areaUnderCurve, estimateMean, quantile } from '../../bench/answers/evaluation/metrics/statistics.ts';

const hit = (document: string, text = '', score = 0.5): Hit => ({ documents: [document], text, score });
const place = (document: string, quotes: string[] = [], grade = 1) => ({ document, quotes, grade });

describe('ranks', () => {
  test('a passage is right when it holds a quote and comes from the right document', () => {
    const hits = [hit('a', '점심은 12시'), hit('b', 'x'), hit('b', '점심은 **12시**부터')];
    expect(findRanks(hits, [place('b', ['점심은 12시']), place('c', ['점심은 12시'])])).toEqual([3, null]);
  });

  test('a text that several documents hold is right for each of them', () => {
    const shared = { documents: ['a', 'b'], text: '점심은 12시', score: 1 };
    expect(findRanks([shared], [place('b', ['점심은 12시'])])).toEqual([1]);
  });

  test('whole documents are ranked by document: their second passage takes no rank', () => {
    const hits = [hit('a'), hit('a'), hit('b')];
    expect(findRanks(hits, [place('b')])).toEqual([2]);
    expect(findRanks(hits, [place('b', ['']), place('a', ['x'])])).toEqual([3, null]);
  });

  test('hit@k and the reciprocal rank count the first place', () => {
    expect([hitAt([4, 2], 1), hitAt([4, 2], 3), hitAt([null], 10)]).toEqual([0, 1, 0]);
    expect([reciprocalRank([4, 2]), reciprocalRank([null, 11]), reciprocalRank([10])]).toEqual([0.5, 0, 0.1]);
  });
});

describe('nDCG@10', () => {
  test('is computed with grades: 3 at rank 1, 1 at rank 3, 2 nowhere', () => {
    // DCG 3 / log2(2) + 1 / log2(4) = 3.5; the best order is 3, 2, 1: 3 + 2 / log2(3) + 1 / 2 = 4.76186.
    const places = [{ grade: 3 }, { grade: 2 }, { grade: 1 }];
    expect(ndcg([1, null, 3], places)).toBeCloseTo(3.5 / 4.761_86, 5);
  });

  test('is 1 in the best order, also among equal grades in any order', () => {
    const places = [{ grade: 2 }, { grade: 1 }, { grade: 1 }];
    expect(ndcg([1, 2, 3], places)).toBeCloseTo(1, 10);
    expect(ndcg([1, 3, 2], places)).toBeCloseTo(1, 10);
  });

  test('with one place it is one over log2(rank + 1), and 0 beyond rank 10', () => {
    expect(ndcg([2], [{ grade: 1 }])).toBeCloseTo(0.630_93, 5);
    expect([ndcg([11], [{ grade: 1 }]), ndcg([], [])]).toEqual([0, 0]);
  });

  test('two places in one passage give no more than 1', () => {
    expect(ndcg([1, 1], [{ grade: 1 }, { grade: 1 }])).toBe(1);
  });
});

describe('the bootstrap', () => {
  test('gives the mean and a 95 % interval that covers what the binomial distribution says', () => {
    const values = Array.from({ length: 100 }, (_, at) => (at < 80 ? 1 : 0));
    const { value, low, high, count } = estimateMean(values);
    expect([value, count]).toEqual([0.8, 100]);
    // 0.8 ± 1.96 · √(0.8 · 0.2 / 100) = 0.7216 … 0.8784
    expect(Math.abs(low - 0.7216)).toBeLessThan(0.015);
    expect(Math.abs(high - 0.8784)).toBeLessThan(0.015);
  });

  test('is the same for the same seed and another for another', () => {
    const values = [0, 0.2, 0.5, 1, 1, 0.33, 0.1];
    expect(estimateMean(values, 7)).toEqual(estimateMean(values, 7));
    expect(estimateMean(values, 7)).not.toEqual(estimateMean(values, 8));
  });

  test('of equal values is no interval, of none no number', () => {
    expect(estimateMean([0.5, 0.5])).toEqual({ value: 0.5, low: 0.5, high: 0.5, count: 2 });
    expect(estimateMean([])).toEqual({ value: Number.NaN, low: Number.NaN, high: Number.NaN, count: 0 });
  });
});

test('a quantile lies between its neighbours in proportion', () => {
  expect([quantile([4, 1, 3, 2], 0.5), quantile([1, 2, 3, 4, 5], 0.95), quantile([7], 0.95)]).toEqual([
    2.5, 4.8, 7,
  ]);
});

test('the area under the curve is the share of pairs in order, ties half', () => {
  // Pairs: 0.9 > 0.3, 0.9 > 0.5, 0.5 > 0.3, 0.5 = 0.5.
  expect(areaUnderCurve([0.9, 0.5], [0.3, 0.5])).toBe(0.875);
  expect(areaUnderCurve([], [0.3])).toBeNaN();
});

describe('a quote in a passage', () => {
  test.each([
    ['markup', '무게는 **8.4 kg**이다', '무게는 8.4 kg이다'],
    ['line breaks', 'The lamp\nis  warm', 'The lamp is warm'],
    ['tags and entities', 'Terms & conditions apply', '<li>Terms &amp; <b>conditions</b> apply</li>'],
    ['a row of a Markdown table', '무게 | 8.4 kg', '| 무게 | 8.4 kg |'],
    [
      'a row of a CSV file with column names',
      '코드: X-1 | 품명: 물통, 큰 것 | 값: 3000',
      'X-1,"물통, 큰 것",,3000',
    ],
    ['a row of a table with column names', '부품: 필터, 코드: F31, 주기: 6개월', '| 필터 | F31 | 6개월 |'],
  ])('is found in spite of %s', (_what, passage, quote) => {
    expect(holdsQuote(passage, quote)).toBe(true);
  });

  test.each([
    ['other words', '무게는 8.4 kg이다', '무게는 8.5 kg이다'],
    ['cells of two rows', '코드: X-1 | 값: 2000\n코드: X-2 | 품명: 물통 | 값: 3000', 'X-1,물통,3000'],
    ['cells in another order', '값: 3000 | 품명: 물통 | 코드: X-1', 'X-1,물통,3000'],
  ])('is not found in %s', (_what, passage, quote) => {
    expect(holdsQuote(passage, quote)).toBe(false);
  });
});

describe('what an answer must contain', () => {
  test.each([
    ['14일', '기한은 14 일이다'],
    ['4,500원', '4500원을 더 받는다'],
    ['148000', '가격은 148,000원'],
    ['One Hour', 'within one hour.'],
    ['8.4', '8.4kg입니다'],
    ['A7', 'A7은 공기청정기다'],
    ['12', '10, 11,12호'],
    ['20만', '20 만 원까지'],
    ['(a+b)?', 'it is (a+b)? yes'],
  ])('%s is said by “%s”', (entry, answer) => {
    expect(says(answer, entry)).toBe(true);
  });

  test.each([
    ['14', '114'],
    ['14', '14,000원'],
    ['14', '140'],
    ['7%', '0.7%'],
    ['8', '8.4 kg'],
    ['000', '14,000'],
    ['m', '5 mm'],
    ['not', 'nothing'],
  ])('%s is not said by “%s”', (entry, answer) => {
    expect(says(answer, entry)).toBe(false);
  });

  test('every entry is needed, one choice of each is enough, and nothing absent may be said', () => {
    const rules = { contains: [['one hour', '1 hour'], '7001'], absent: ['two hours'] };
    expect(isRightAnswer('Within 1 hour, extension 7001.', rules)).toBe(true);
    expect(isRightAnswer('Within 1 hour.', rules)).toBe(false);
    expect(isRightAnswer('Within 1 hour, not two hours, extension 7001.', rules)).toBe(false);
  });
});
