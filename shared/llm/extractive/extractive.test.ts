import { isRefusal } from '#shared/text/language.ts';
import type { LlmRequest, Passage } from '../request.ts';
import { extractiveAnswer, streamExtractive } from './extractive.ts';

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

const quotes = (question: string, passages: Passage[]): string[] =>
  [...answer(question, passages).matchAll(/“([^]*?)” \[\d\]/g)].map(([, quote = '']) => quote);

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

  test('the best sentence for a question about one passage is from that passage and cites it', () => {
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

  test('headings, FAQ questions, lead-ins and header rows are never the answer; the text after them is', () => {
    const faq = passage(
      1,
      '보증과 환불\n\n환불받을 수 있나요?\n\n설치한 날부터 14일 안에는 됩니다.\n\n보증 기간은 얼마인가요?\n\n본체는 2년입니다.',
    );
    expect(quotes('보증 기간은 얼마인가요?', [faq])).toEqual(['본체는 2년입니다.']);
    const article = passage(2, '제10조(휴가의 신청)\n\n① 직원은 3영업일 전까지 알린다.');
    expect(quotes('휴가 신청', [article])).toEqual(['직원은 3영업일 전까지 알린다.']);
    const table = passage(
      3,
      'We promise the following availability.\n\nPlan | Availability\nBusiness | 99.9%\nStarter | 99.5%',
    );
    expect(quotes('What availability does the Business plan promise?', [table])[0]).toBe('Business | 99.9%');
  });

  test('a sentence is matched by its heading and the sentences before it too', () => {
    const manual = passage(
      1,
      '2.1 Emergency stop\n\nThere are two red emergency stop buttons. The robot stays where it is. To release it, turn the button clockwise.',
    );
    expect(quotes('How do I release the emergency stop?', [manual])[0]).toBe(
      'To release it, turn the button clockwise.',
    );
  });

  test('the mark that numbers a clause is not quoted', () => {
    for (const mark of ['②', '2.', '(2)', '-', '나.']) {
      const clause = passage(1, `${mark} 병가는 60일까지 쓸 수 있다.`);
      expect(quotes('병가는 며칠인가요?', [clause])).toEqual(['병가는 60일까지 쓸 수 있다.']);
    }
  });

  test('the best sentence comes first, wherever it is in the passages', () => {
    const both = [RULES[2]!, RULES[1]!];
    expect(quotes('병가를 쓸 때 진단서는 언제 내나요?', both)[0]).toContain('진단서를 낸다');
  });

  test('a document uploaded twice is quoted once; of two versions of a rule both are', () => {
    const rule = '재택근무는 주 2회까지 할 수 있다.';
    expect(quotes('재택근무는 주 몇 회인가요?', [passage(1, rule), passage(2, rule)])).toHaveLength(1);
    const versions = [passage(1, rule), passage(2, rule.replace('2', '3'))];
    expect(quotes('재택근무는 주 몇 회인가요?', versions)).toHaveLength(2);
  });

  test('a sentence that scores far above the others is given alone', () => {
    expect(
      quotes('식비는 하루에 얼마까지 쓸 수 있나요?', [passage(9, '식비는 하루 4만 원까지 쓴다.'), ...RULES]),
    ).toEqual(['식비는 하루 4만 원까지 쓴다.']);
  });

  test('a passage of headings alone is still quoted', () => {
    expect(quotes('휴가', [passage(1, '제3장 휴가', '제3장 휴가')])).toEqual(['제3장 휴가']);
  });

  test('every quote is word for word in the passage that it cites', () => {
    for (const [, quote, index] of answer('연차와 병가', RULES).matchAll(/“([^]*?)” \[(\d)\]/g)) {
      expect(RULES[Number(index) - 1]?.text).toContain(quote);
    }
  });

  test('a question that shares no word with the passages is answered from the best passage', () => {
    expect(RULES[0]?.text).toContain(firstQuote(answer('How many days off?', RULES, 'en')));
  });

  test('frames the quotes in the language of the answer', () => {
    expect(answer('연차', RULES, 'ko')).toMatch(/^문서에서 확인한 내용입니다\./);
    expect(answer('leave', RULES, 'en')).toMatch(/^This is what the documents say:/);
    expect(answer('leave', RULES, 'fr')).toMatch(/^This is what the documents say:/);
    expect(answer('연차', [], 'ko')).not.toContain('[');
  });

  test('bracketed numbers and backticks of a document are not mistaken for citations or code', () => {
    expect(answer('Where do visitors sign in?', HANDBOOK, 'en')).toContain('front desk (7).” [3]');
    expect(answer('코드', [passage(1, '코드는 `items[1] 과 같이 쓴다.')])).not.toContain('`');
  });

  test('an index of code in a quote is the document’s own', () => {
    const manual = passage(2, 'The mode is read from argv[2] and may be left out.');
    expect(answer('Where is the mode read from?', [manual], 'en')).toContain('read from argv[2] and');
  });

  test('of an answer that begins with no, its later sentences are not quoted alone', () => {
    const faq = passage(
      1,
      'Q. 보호자가 대신 신청해도 되나요?\n아니요. 위임장이 있더라도 받지 않습니다. 보호자께는 창구로 오시도록 안내해 드립니다.',
    );
    expect(quotes('위임장까지 가져가면 보호자 창구에서 신청할 수 있나요?', [faq])[0]).toBe(
      '아니요. 위임장이 있더라도 받지 않습니다. 보호자께는 창구로 오시도록 안내해 드립니다.',
    );
  });

  test('a follow-up asks about its topic, and what it asks weighs more', () => {
    const plans = passage(
      1,
      '수영장 회원권\n\n회원권은 한 달에 80,000원이다. 회원권을 일시 정지하면 보관료를 낸다. 보관료는 하루 500원이다.',
    );
    expect(quotes('수영장 회원권 한 달 80,000원이다\n그럼 보관료는 얼마예요?', [plans])[0]).toContain(
      '하루 500원',
    );
  });

  test('a follow-up may ask for another cell of the row that was just quoted', () => {
    const table = passage(
      1,
      'Room | Price | Guests\nGarden | 90 dollars | 2\nAttic | 120 dollars | 4\nCellar | 60 dollars | 1',
    );
    const question = 'Attic room price\nand how many guests?';
    const request = { question, language: 'en', passages: [table], maxOutputTokens: 500 };
    const answered = 'Price: 120 dollars — “Attic | 120 dollars | 4” [1]';
    expect(firstQuote(extractiveAnswer({ ...request, answered }))).toBe('Attic | 120 dollars | 4');
  });

  test('what a question sets aside, and another number of the same kind, are not the answer', () => {
    const lamps = passage(
      1,
      'Pump lights\n\nLight | Meaning\ngreen | ready\nflashing green | filter is full\n\nCode | Meaning\n4 | no water\n7 | lid open\n\nStatus code 4 is shown until water is filled in and the pump runs.',
    );
    expect(quotes('green light, not flashing. what is it', [lamps])[0]).toBe('green | ready');
    expect(quotes('What does status code 7 of the pump mean?', [lamps])[0]).toBe('7 | lid open');
  });

  test('each part of a question is answered', () => {
    const club = passage(
      1,
      '동호회 지원\n\n동호회 지원금은 한 사람에 월 20,000원이다. 새 동호회는 다섯 명부터 만든다. 지원금은 매월 10일까지 신청한다.',
    );
    const text = quotes('동호회 지원금은 얼마이고 언제까지 신청해요?', [club]).join(' ');
    expect(text).toContain('20,000원');
    expect(text).toContain('10일까지');
  });

  test.each([
    ['주차장에 세차기 몇 대 있나요?', 'ko'],
    ['주차장 세차비는 한 번에 얼마예요?', 'ko'],
    ['Which brand of tyres may park there?', 'en'],
  ])(
    'an amount or a choice of something that stands nowhere near is not guessed: %s',
    (question, language) => {
      const parking = passage(
        1,
        language === 'ko'
          ? '주차장에는 직원 차 30대를 세울 수 있다. 주차장은 한 달에 50,000원이다.'
          : 'Staff may park 30 cars there. The car park costs 50 dollars a month.',
      );
      expect(isRefusal(answer(question, [parking], language))).toBe(true);
    },
  );

  test('a small output limit keeps the whole best sentence and drops the others', () => {
    expect(answer('연차', RULES, 'ko', 5).match(/\[\d\]/g)).toHaveLength(1);
  });

  test('streams the same answer every time in small pieces of whole characters', async () => {
    const request = {
      question: '연차 😀',
      language: 'ko',
      passages: [passage(1, `연차 ${'😀'.repeat(60)}`)],
      maxOutputTokens: 9,
    };
    const signal = new AbortController().signal;
    const events = await Array.fromAsync(streamExtractive('extractive', request as LlmRequest, signal));
    const deltas = events.flatMap((event) => (event.type === 'delta' ? [event.text] : []));
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.every((delta) => delta.isWellFormed())).toBe(true);
    expect(deltas.join('')).toBe(extractiveAnswer(request));
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  test('stops when the caller aborts', async () => {
    const controller = new AbortController();
    const request = { question: '연차', language: 'ko', passages: RULES, maxOutputTokens: 500 } as LlmRequest;
    const events = streamExtractive('extractive', request, controller.signal);
    await events.next();
    controller.abort(new Error('gone'));
    await expect(events.next()).rejects.toThrow('gone');
  });
});
