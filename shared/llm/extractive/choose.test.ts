import { isRefusal } from '#shared/text/language.ts';
import type { Passage } from '../request.ts';
import { extractiveAnswer } from './extractive.ts';

const passage = (index: number, text: string, rest: Partial<Passage & { title: string }> = {}): Passage => ({
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

const answer = (question: string, passages: Passage[], language = 'ko', more = {}): string =>
  extractiveAnswer({ question, language, passages, maxOutputTokens: 800, ...more });

const blocks = (text: string): string[] => text.split('\n\n').slice(1);

const LEAVE = passage(
  1,
  '제14조 (경조 휴가)\n\n경조 휴가는 다음과 같다.\n\n사유 | 휴가 | 경조금\n본인 결혼 | 5일 | 50만 원\n자녀 결혼 | 1일 | 30만 원\n부모 사망 | 5일 | 50만 원\n\n휴가는 사유가 생긴 날부터 쓴다.',
);
const CODES = passage(
  1,
  'Error codes\n\nCode | Meaning | HTTP\nQX-10 | key missing | 401\nQX-11 | key expired | 401\nQX-20 | not found | 404',
);

describe('lists', () => {
  test('a question for all kinds gets the whole list with the names of its columns', () => {
    expect(answer('경조 휴가 종류를 모두 알려줘', [LEAVE])).toBe(
      [
        '문서에서 확인한 내용입니다.\n',
        '사유 | 휴가 | 경조금',
        '- “본인 결혼 | 5일 | 50만 원” [1]',
        '- “자녀 결혼 | 1일 | 30만 원” [1]',
        '- “부모 사망 | 5일 | 50만 원” [1]',
      ].join('\n'),
    );
  });

  test('a long list says how many items are left out', () => {
    const items = Array.from({ length: 15 }, (_, i) => `- sensor type ${String.fromCharCode(65 + i)}`).join(
      '\n',
    );
    const long = passage(1, `Sensor types\n\nThe hub knows the following sensor types:\n\n${items}`);
    expect(answer('List all sensor types of the hub', [long], 'en')).toMatch(/type L” \[1\]\nand 3 more$/);
    expect(answer('List all sensor types of the hub', [long], 'ko')).toMatch(/외 3개$/);
  });

  test('a sentence that announces a list is quoted above it', () => {
    const steps = passage(
      1,
      '침수 대응\n\n침수가 나면 다음 순서로 한다:\n\n1. 전원을 내린다.\n2. 물을 막는다.\n3. 관리실에 알린다.',
    );
    expect(blocks(answer('침수가 나면 대응 순서가 어떻게 돼요?', [steps]))[0]).toMatch(
      /^“침수가 나면 다음 순서로 한다:” \[1\]\n- “전원을 내린다\.” \[1\]\n/,
    );
  });

  test('only the rows whose cells the question names are listed', () => {
    expect(answer('Which codes come with HTTP 401?', [CODES], 'en')).toMatch(/QX-10[^]*QX-11/);
    expect(answer('Which codes come with HTTP 401?', [CODES], 'en')).not.toContain('QX-20');
  });

  test('the row that stands out answers a superlative', () => {
    const prices = passage(
      1,
      '품명: 나사 | 단가(원): 300 | 납기(일): 2\n품명: 모터 | 단가(원): 87000 | 납기(일): 30\n품명: 덮개 | 단가(원): 5200 | 납기(일): 7',
    );
    expect(blocks(answer('납기가 제일 긴 부품은 뭐예요?', [prices]))[0]).toContain('품명: 모터');
    expect(blocks(answer('단가가 가장 싼 부품은?', [prices]))[0]).toContain('품명: 나사');
  });
});

describe('rows', () => {
  test('the value of the column asked for stands before the row', () => {
    expect(blocks(answer('자녀가 결혼하면 경조금은 얼마인가요?', [LEAVE]))[0]).toBe(
      '경조금: 30만 원 — “자녀 결혼 | 1일 | 30만 원” [1]',
    );
    expect(blocks(answer('What does QX-11 mean?', [CODES], 'en'))[0]).toBe(
      'Meaning: key expired — “QX-11 | key expired | 401” [1]',
    );
  });

  test('the row of the code asked for is chosen, not its neighbour', () => {
    for (const [code, meaning] of [
      ['QX-10', 'key missing'],
      ['QX-20', 'not found'],
    ]) {
      expect(blocks(answer(`What is ${code}?`, [CODES], 'en'))[0]).toContain(meaning);
    }
  });
});

describe('comparisons', () => {
  test('each side gets its statement', () => {
    expect(blocks(answer('본인 결혼과 자녀 결혼은 휴가가 며칠씩 다른가요?', [LEAVE]))).toEqual([
      '휴가: 5일 — “본인 결혼 | 5일 | 50만 원” [1]',
      '휴가: 1일 — “자녀 결혼 | 1일 | 30만 원” [1]',
    ]);
  });

  test('one sentence about both sides is enough', () => {
    const both = passage(1, 'A tank lasts 12 days in summer and 18 days in winter. Clean it every month.');
    expect(blocks(answer('How long does a tank last in summer and in winter?', [both], 'en'))).toEqual([
      '“A tank lasts 12 days in summer and 18 days in winter.” [1]',
    ]);
  });
});

describe('versions', () => {
  test('the newer edition comes first, the older one is named', () => {
    const old = passage(1, '재택근무는 주 2회까지 할 수 있다.', { filename: '재택근무-2024-03.md' });
    const current = passage(2, '재택근무는 주 3회까지 할 수 있다.', { filename: '재택근무-2026-01.md' });
    expect(blocks(answer('재택근무는 주 몇 회까지 되나요?', [old, current]))).toEqual([
      '“재택근무는 주 3회까지 할 수 있다.” [2]',
      '이전에는 “재택근무는 주 2회까지 할 수 있다.” [1]',
    ]);
  });

  test('an amendment comes before the rule that it changes, and its new text before the old', () => {
    const rule = passage(1, '검진 지원 한도는 본인 35만 원이다.', { filename: '취업규칙.md' });
    const change = passage(
      2,
      '- 종전: 검진 지원 한도는 본인 35만 원이다.\n- 개정: 검진 지원 한도는 본인 45만 원이다.',
      {
        filename: '취업규칙-개정.md',
      },
    );
    expect(blocks(answer('검진 지원 한도가 얼마예요?', [rule, change]))[0]).toContain('45만 원');
  });
});

describe('yes and no', () => {
  const RULES = passage(
    1,
    '물통에는 수돗물만 씁니다. 카펫 위에는 제품을 놓지 마십시오. 필터는 물로 씻을 수 있습니다.',
  );

  test.each([
    ['카펫 위에 제품을 놓아도 되나요?', '아니요.'],
    ['필터는 물로 씻을 수 있나요?', '네.'],
  ])('%s begins with %s', (question, verdict) => {
    expect(answer(question, [RULES])).toMatch(new RegExp(`^${verdict} 문서에서`));
  });

  test('a sentence with a condition is no plain yes', () => {
    const phones = passage(1, 'Private phones may be used for e-mail only if they are enrolled.');
    expect(answer('May private phones be used for e-mail?', [phones], 'en')).toMatch(
      /^Yes, with a condition\./,
    );
  });

  test('other questions, and negative ones, get neither yes nor no', () => {
    for (const question of ['카펫 위에는 왜 놓지 말아야 하나요?', '카펫 위에 놓으면 안 되나요?']) {
      expect(answer(question, [RULES])).toMatch(/^(?:문서에서|확실하지)/);
    }
  });
});

describe('sentences that need their neighbours', () => {
  test('a reason is preferred for why, with the sentence that it explains', () => {
    const text =
      'Batteries in 14 sensors ran low early. The cause is a radio that wakes every 20 seconds. New batteries are free.';
    expect(blocks(answer('Why did the batteries run low?', [passage(1, text)], 'en'))[0]).toContain(
      'The cause is a radio',
    );
  });

  test('a sentence that only names the topic is quoted with the answer after it', () => {
    const trouble = passage(
      1,
      '8. Trouble\n\nThe app shows E-52. The garden has lost its network. It joins 2.4 GHz networks only.',
    );
    expect(blocks(answer('The app shows E-52', [trouble], 'en'))[0]).toBe(
      '“The app shows E-52. The garden has lost its network. It joins 2.4 GHz networks only.” [1]',
    );
  });

  test('a sentence that begins with a pronoun is quoted with the one before it', () => {
    const text = 'Guests complained about the blinking light. It is switched off with led_quiet.';
    expect(blocks(answer("what's led_quiet for", [passage(1, text)], 'en'))[0]).toBe(
      '“Guests complained about the blinking light. It is switched off with led_quiet.” [1]',
    );
  });
});

describe('what is asked', () => {
  test('the story around a question does not choose the sentence', () => {
    const rules = passage(1, '연차는 15일이다. 택시는 밤 11시부터 탈 수 있다. 노트북은 3년마다 바꾼다.');
    const story =
      '안녕하세요 영업팀 신입입니다. 어제 밤 11시에 택시를 타고 퇴근하다가 동료와 이야기를 나누었습니다. 연차는 며칠인가요?';
    expect(blocks(answer(story, [rules]))[0]).toBe('“연차는 15일이다.” [1]');
  });

  test('dates and amounts are found in another notation', () => {
    const minutes = passage(
      1,
      '6월 30일까지 방 목록을 보낸다. 7월 17일까지 계약 초안을 쓴다. 제품 값은 389,000원이다.',
    );
    expect(answer('2026-06-30까지 할 일은?', [minutes])).toContain('방 목록');
    expect(answer('38만 9천 원인 것은?', [minutes])).toContain('389,000원');
  });

  test('other words of the same meaning are found', () => {
    const rules = passage(1, '임금은 매월 25일에 지급한다. 회의는 매주 화요일에 연다.');
    expect(blocks(answer('월급은 언제 받나요?', [rules]))[0]).toContain('25일');
  });
});

describe('evidence', () => {
  const RULES = passage(1, '법인카드는 본인만 쓴다. 법인카드를 잃어버리면 재무팀에 알린다.');

  const scored = (score: number) => [{ ...RULES, score }];

  test('nothing is said when the passages have nothing about it, or not the figure asked for', () => {
    for (const question of ['지구에서 달까지 얼마나 먼가요?', '법인카드 한도가 얼마예요?']) {
      expect(isRefusal(answer(question, scored(0.5)))).toBe(true);
    }
    expect(isRefusal(answer('anything', [], 'en'))).toBe(true);
    expect(isRefusal(answer('법인카드는 누가 쓰나요?', scored(0.5)))).toBe(false);
  });

  test('a sentence that fits, of a passage that may not, begins with words of doubt', () => {
    expect(answer('법인카드는 누가 쓰나요?', scored(0.25), 'ko')).toMatch(
      /^확실하지 않지만 관련 있어 보이는 내용입니다\./,
    );
    expect(answer('법인카드는 누가 쓰나요?', scored(0.25), 'en')).toMatch(
      /^This may not be the answer, but the documents say:/,
    );
  });

  test('where words do not decide, the meaning does', () => {
    const rules = scored(0.9).map((each) => ({ ...each, text: '개는 3층에 둔다. 배는 2층에 둔다.' }));
    const ask = (meanings: Map<string, number>) =>
      extractiveAnswer(
        { question: '강은?', language: 'ko', passages: rules, maxOutputTokens: 800 },
        meanings,
      );
    const texts = ['개는 3층에 둔다.', '배는 2층에 둔다.'] as const;
    expect(
      blocks(
        ask(
          new Map([
            [texts[0], 0.8],
            [texts[1], 0.9],
          ]),
        ),
      )[0],
    ).toContain('배는');
    expect(
      blocks(
        ask(
          new Map([
            [texts[0], 0.9],
            [texts[1], 0.8],
          ]),
        ),
      )[0],
    ).toContain('개는');
  });
});
