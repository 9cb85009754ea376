import { answerFit } from './kinds.ts';

const prefers = (question: string, better: string, worse: string): void => {
  const fit = answerFit(question);
  expect(fit(better, '')).toBeGreaterThan(fit(worse, ''));
};

describe('answerFit', () => {
  test.each([
    ['며칠 쉴 수 있나요?', '20일의 휴가를 준다.', '휴가를 준다.'],
    ['일주일에 며칠까지 되나요?', '한 주에 이틀까지 된다.', '한 주에 한 번 알린다.'],
    ['며칠 전에 신청하나요?', '3영업일 전까지 신청한다.', '5일까지 넘길 수 있다.'],
    ['몇 시간 안에 알려 주나요?', '24시간 안에 알린다.', '24시간 뒤에 알린다.'],
    ['숙박비는 얼마인가요?', '12만 원', '12층'],
    ['비밀번호는 몇 자인가요?', '14자 이상으로 한다.', '5회 틀리면 잠긴다.'],
    ['몇 명이 필요한가요?', '두 사람이 필요하다.', '14일 동안 둔다.'],
    ['언제 닫나요?', '매주 월요일에 닫는다.', '정문을 닫는다.'],
    ['누구에게 신청하나요?', '팀장에게 신청한다.', '포털에서 신청한다.'],
    ['보상하지 않는 것은?', '현금은 보상하지 않는다.', '안경은 보상한다.'],
  ])('%s: rather “%s” than “%s”', prefers);

  test.each([
    ['How long does it take?', 'It takes three weeks.', 'It takes patience.'],
    ['How much is it?', 'It costs $75.', 'It costs 5 points.'],
    ['How many people are needed?', 'Two people are needed.', 'Keep it for 14 days.'],
    ['How often is it checked?', 'Every 3 months', 'After 300 km'],
    ['When does it open?', 'It opens on Monday.', 'It may open.'],
    ['How do I release it?', 'To release it, turn it.', 'It must not be released.'],
    ['What is the maximum weight?', 'The heaviest is 31.5 kg.', 'Heavy ones are refused.'],
    ['What is not covered?', 'Cash is not covered.', 'Glasses are covered.'],
  ])('%s: rather “%s” than “%s”', prefers);

  test('a negative lead-in of a list counts for its items', () => {
    const fit = answerFit('보상하지 않는 것은 무엇인가요?');
    expect(fit('현금', '다음은 보상하지 않는다.')).toBeGreaterThan(fit('현금', '다음을 보상한다.'));
  });

  test('a question that asks for no kind of fact rates all sentences alike', () => {
    const fit = answerFit('What is TLS?');
    expect(fit('12 dollars for 3 days', '')).toBe(1);
    expect(fit('a protocol', '')).toBe(1);
  });
});
