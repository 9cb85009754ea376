import type { Passage } from '../request.ts';
import { extractiveAnswer } from './extractive.ts';

const passage = (index: number, text: string, rest: Partial<Passage> = {}): Passage => ({
  index,
  chunk_id: `c${index}`,
  document_id: `d${index}`,
  filename: `문서${index}.md`,
  page: null,
  heading: null,
  text,
  score: 1 / (1 + index / 10),
  ...rest,
});

const answer = (question: string, passages: Passage[], language = 'ko'): string =>
  extractiveAnswer({ question, language, passages, maxOutputTokens: 800 });

describe('a sentence is quoted with those that go on about it', () => {
  test('in an item of a list', () => {
    const text =
      '제3조(근무)\n\n① 사무실은 9시에 연다.\n② 당직이 끝나면 다음 당직까지 간격을 둔다. 그 간격은 적어도 36시간이어야 한다.\n③ 휴게실은 4층에 있다.';
    const said = answer('당직이 끝나고 다음 당직까지 간격은 몇 시간인가요?', [passage(1, text)]);
    expect(said).toContain('“당직이 끝나면 다음 당직까지 간격을 둔다. 그 간격은 적어도 36시간이어야 한다.”');
    expect(said).not.toContain('휴게실');
  });

  test('in a numbered clause, up to its end', () => {
    const text =
      '5.1 Gloves are worn at the bench.\n5.2 Acid must never be stored with cyanide. The two release a deadly gas. Keep acid in the blue cupboard instead.\n5.3 Those who leave last lock the door.';
    const said = answer('Why must acid not be stored with cyanide?', [passage(1, text)], 'en');
    expect(said).toContain('The two release a deadly gas. Keep acid in the blue cupboard instead.”');
    expect(said).not.toContain('lock the door');
  });

  test('where the next sentence restricts it', () => {
    const text =
      '열람실 자리는 하루 4시간까지 쓴다. 시험 기간에는 이 한도를 적용하지 않는다. 음식은 가져올 수 없다.';
    expect(answer('열람실 자리는 하루에 몇 시간까지 쓸 수 있나요?', [passage(1, text)])).toContain(
      '“열람실 자리는 하루 4시간까지 쓴다. 시험 기간에는 이 한도를 적용하지 않는다.”',
    );
  });

  test('where a later sentence of the paragraph denies what is asked for', () => {
    const text =
      '제7조(사내 대출)\n\n사내 대출은 연 1회 받는다. 받으려면 매달 10일까지 신청한다. 계약직 직원은 쓸 수 없다.';
    expect(answer('사내 대출 신청되나요?', [passage(1, text)])).toContain('계약직 직원은 쓸 수 없다.');
  });
});

describe('a clause that changes another one', () => {
  const contract = [
    passage(1, '제4조 (사용료)\n\n월 사용료는 300,000원이며 매월 1일에 낸다. 보관료는 월 20,000원이다.', {
      document_id: 'd',
      heading: '계약서 > 제4조 (사용료)',
    }),
    passage(2, '변경 합의\n\n1. 제4조의 월 사용료를 2026년 3월분부터 350,000원으로 한다.', {
      document_id: 'd',
      heading: '계약서 > 변경 합의',
      score: 0.4,
    }),
  ];

  test('comes before the one that it changes', () => {
    const [, first, second] = answer('월 사용료는 얼마인가요?', contract).split('\n\n');
    expect(first).toContain('350,000원으로 한다.” [2]');
    expect(second).toMatch(/^이전에는 “월 사용료는 300,000원/);
  });

  test('leaves other subjects of the same article alone', () => {
    expect(answer('보관료는 월 얼마인가요?', contract)).not.toContain('350,000');
  });
});

test('a follow-up is not answered with what the answer before it said', () => {
  const leave = passage(
    1,
    '제8조(학습 휴가)\n\n학습 휴가는 한 해에 6일이다. 4시간 단위로 쓴다. 6일을 넘는 학습 휴가는 무급으로 20일까지 허가한다.',
  );
  const question = '학습 휴가 한 해 6일 그거 다 쓰면 어떻게 돼요?';
  const request = { question, language: 'ko', passages: [leave], maxOutputTokens: 800 };
  expect(extractiveAnswer(request)).toContain('“학습 휴가는 한 해에 6일이다.');
  const followUp = extractiveAnswer({ ...request, answered: '학습 휴가는 한 해에 6일입니다 [1].' });
  expect(followUp.split('\n\n')[1]).toContain('6일을 넘는 학습 휴가는 무급으로 20일까지 허가한다.');
});

test('an amount of something that the statement does not name is no firm answer', () => {
  const price = [passage(1, '야간 근무표\n\n야간 근무 수당은 1회에 50,000원이다. 야간 근무는 4명이 선다.')];
  expect(answer('야간 근무 수당은 1회에 얼마인가요?', price)).toMatch(/^문서에서 확인한/);
  expect(answer('야간 근무 1회에 간식은 얼마인가요?', price)).not.toMatch(/^문서에서 확인한/);
});
