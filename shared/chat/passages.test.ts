import { queriesOf } from './passages.ts';
import type { Turn } from './prompt.ts';

const before: Turn[] = [
  { role: 'user', content: '국내 출장 숙박비 한도는 얼마인가요?' },
  { role: 'assistant', content: '12만 원입니다 [1].' },
];

test.each(['해외는요?', '그건 언제부터인가요?', 'And for taxis?', '?'])(
  'a short question is asked alone and behind the one before it: %s',
  (question) => {
    expect(queriesOf(question, before)).toEqual([
      question,
      `국내 출장 숙박비 한도는 얼마인가요?\n${question}`,
    ]);
  },
);

test('a standalone question is searched alone', () => {
  const question = '노트북을 잃어버리면 어디에 신고해야 하나요?';
  expect(queriesOf(question, before)).toEqual([question]);
});

test('a first question is searched alone, however short', () => {
  expect(queriesOf('환불은요?', [])).toEqual(['환불은요?']);
  expect(queriesOf('환불은요?', [{ role: 'assistant', content: '안녕하세요' }])).toEqual(['환불은요?']);
});

test('of a very long question its end is searched, in whole characters', () => {
  const [query = ''] = queriesOf(`${'🤖'.repeat(1_500)} 환불 규정?`, []);
  expect(query.length).toBeLessThanOrEqual(2_000);
  expect(query).toMatch(/환불 규정\?$/);
  expect(query.isWellFormed()).toBe(true);
});
