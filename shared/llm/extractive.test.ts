import type { Passage } from '../retrieval/citations.ts';
import { extractiveAnswer, extractiveEvents } from './extractive.ts';
import type { LlmRequest } from './request.ts';

const passage = (index: number, text: string, heading: string | null = null): Passage => ({
  index,
  chunk_id: `c${index}`,
  document_id: `d${index}`,
  filename: '취업규칙.pdf',
  page: index,
  heading,
  text,
  score: 1 / index,
});

const RULES = [
  passage(
    1,
    '제10조(연차휴가) 회사는 1년간 80퍼센트 이상 출근한 직원에게 15일의 유급휴가를 준다. 연차는 입사일을 기준으로 계산한다. 사용하지 않은 연차는 다음 해로 넘길 수 없다.',
    '휴가',
  ),
  passage(
    2,
    '제11조(병가) 직원은 질병으로 근무할 수 없을 때 연 60일까지 병가를 쓸 수 있다. 7일을 넘는 병가에는 진단서를 낸다.',
    '휴가',
  ),
  passage(
    3,
    '제20조(재택근무) 재택근무는 주 2회까지 할 수 있다. 재택근무는 하루 전까지 팀장에게 신청한다.',
    '근무',
  ),
];

const HANDBOOK = [
  passage(
    1,
    'Expenses are reimbursed within ten business days. Submit receipts in the finance portal. Meals are covered up to 40 dollars a day.',
    'Travel',
  ),
  passage(
    2,
    'How do I reset my password? Open the login page and choose "Forgot password". A link is sent to you.',
  ),
  passage(3, 'The office is open from 8 am to 8 pm. Visitors sign in at the front desk [7].'),
];

const answer = (question: string, passages: Passage[], language = 'ko', maxOutputTokens = 500): string =>
  extractiveAnswer({ question, language, passages, maxOutputTokens });

const firstQuote = (text: string): string => /“([^]*?)” \[/.exec(text)?.[1] ?? '';

describe('builtin/extractive', () => {
  test.each([
    ['연차는 며칠인가요?', '15일'],
    ['병가는 최대 며칠까지 쓸 수 있나요?', '60일'],
    ['재택근무는 일주일에 몇 번 가능해요?', '주 2회'],
    ['재택근무는 누구에게 신청하나요?', '팀장'],
    ['못 쓴 연차를 다음 해로 넘길 수 있나요?', '넘길 수 없다'],
    ['진단서는 언제 내야 해?', '7일을 넘는'],
  ])('quotes the sentence that answers a Korean question: %s', (question, expected) => {
    expect(answer(question, RULES)).toContain(expected);
  });

  test.each([
    ['How much can I spend on meals?', 'Meals are covered up to 40 dollars a day.'],
    ['How long does reimbursement of expenses take?', 'within ten business days'],
    ['When is the office open?', 'from 8 am to 8 pm'],
    ['How do I reset my password?', 'Open the login page'],
  ])('quotes the sentence that answers an English question: %s', (question, expected) => {
    expect(answer(question, HANDBOOK, 'en')).toContain(expected);
  });

  test('the best sentence of a question about one passage comes from that passage and is cited so', () => {
    expect(answer('병가에 진단서가 필요한가요?', RULES)).toMatch(
      /7일을 넘는 병가에는 진단서를 낸다\.” \[2\]/,
    );
  });

  test('gives one to three sentences, none of them twice', () => {
    const twice = [...RULES, passage(4, RULES[0]!.text)];
    for (const question of ['연차', '휴가 규정 알려줘', '재택근무 병가 연차']) {
      const lines = answer(question, twice).split('\n\n').slice(1);
      expect(lines.length).toBeGreaterThanOrEqual(1);
      expect(lines.length).toBeLessThanOrEqual(3);
      const quotes = lines.map((line) => line.replace(/ \[\d\]$/, ''));
      expect(new Set(quotes).size).toBe(quotes.length);
    }
  });

  test('every quote stands word for word in the passage that it cites', () => {
    for (const [, quote, index] of answer('연차와 병가', RULES).matchAll(/“([^]*?)” \[(\d)\]/g)) {
      expect(RULES[Number(index) - 1]?.text).toContain(quote);
    }
  });

  test('a question that shares no word with the passages gets the best passage', () => {
    expect(RULES[0]?.text).toContain(firstQuote(answer('How many days off?', RULES, 'en')));
  });

  test('frames the quotes in the language of the answer', () => {
    expect(answer('연차', RULES, 'ko')).toMatch(/^문서에서 확인한 내용입니다\./);
    expect(answer('leave', RULES, 'en')).toMatch(/^This is what the documents say:/);
    expect(answer('leave', RULES, 'fr')).toMatch(/^This is what the documents say:/);
    expect(answer('연차', [], 'ko')).not.toContain('[');
  });

  test('numbers in brackets and backticks of a document cannot be taken for citations or code', () => {
    expect(answer('Where do visitors sign in?', HANDBOOK, 'en')).toContain('front desk (7).” [3]');
    expect(answer('코드', [passage(1, '코드는 `items[1] 과 같이 쓴다.')])).not.toContain('`');
  });

  test('a small output limit leaves the best sentence whole and drops the others', () => {
    expect(answer('연차', RULES, 'ko', 5).match(/\[\d\]/g)).toHaveLength(1);
  });

  test('streams the same answer every time in small pieces that never part a character', async () => {
    const request = {
      question: '연차 😀',
      language: 'ko',
      passages: [passage(1, '😀'.repeat(60))],
      maxOutputTokens: 9,
    };
    const signal = new AbortController().signal;
    const events = await Array.fromAsync(extractiveEvents('extractive', request as LlmRequest, signal));
    const deltas = events.flatMap((event) => (event.type === 'delta' ? [event.text] : []));
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.every((delta) => delta.isWellFormed())).toBe(true);
    expect(deltas.join('')).toBe(extractiveAnswer(request));
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  test('stops when the caller goes away', async () => {
    const controller = new AbortController();
    const request = { question: '연차', language: 'ko', passages: RULES, maxOutputTokens: 500 } as LlmRequest;
    const events = extractiveEvents('extractive', request, controller.signal);
    await events.next();
    controller.abort(new Error('gone'));
    await expect(events.next()).rejects.toThrow('gone');
  });
});
