import { readFileSync } from 'node:fs';
import { dependence, rewriteByRules, topicalTurns } from './follow-up.ts';
import type { Turn } from './history.ts';
import { topicWords } from './topic-words.ts';

const before: Turn[] = [
  { role: 'user', content: '국내 출장 숙박비 한도는 얼마인가요?' },
  { role: 'assistant', content: '12만 원입니다 [1].' },
];

test.each([
  '해외는요?',
  '그건 언제부터인가요?',
  'And for taxis?',
  '?',
  '그럼 얼마예요?',
  '거기 몇 시에 열어요?',
])('a question that points back or leaves its topic out depends on the one before: %s', (question) => {
  expect(dependence(question, before)).toBe('strong');
  expect(rewriteByRules(question, before)).toMatch(/^국내 출장 숙박비 한도 .*\S$/);
  expect(rewriteByRules(question, before).endsWith(question)).toBe(true);
});

test('a question that names its topic stands alone; a short one may', () => {
  expect(dependence('노트북을 잃어버리면 어디에 신고해야 하나요?', before)).toBe('none');
  expect(dependence('노트북 분실 신고', before)).not.toBe('strong');
});

test('a first question depends on nothing, however short', () => {
  expect(dependence('환불은요?', [])).toBe('none');
  expect(dependence('환불은요?', [{ role: 'assistant', content: '안녕하세요' }])).toBe('none');
});

test('the topic is found two turns back, past thanks and other follow-ups', () => {
  const history: Turn[] = [
    { role: 'user', content: '배터리 보증이 궁금해요' },
    { role: 'assistant', content: '배터리는 12개월 보증합니다 [2].' },
    { role: 'user', content: '네 알겠어요' },
    { role: 'assistant', content: '더 궁금한 점이 있으면 말씀해 주세요.' },
  ];
  expect(rewriteByRules('그럼 언제까지예요?', history)).toMatch(/배터리 보증.*12개월/);
});

test('small talk, other forms of an answer and more of it have no topic', () => {
  const history: Turn[] = [
    ...before,
    { role: 'user', content: '한 줄로 요약해줘' },
    { role: 'assistant', content: '한도는 12만 원' },
    { role: 'user', content: '왜요?' },
    { role: 'assistant', content: '예산 때문입니다 [1].' },
    { role: 'user', content: '감사합니다 잘 알겠습니다' },
    { role: 'assistant', content: '천만에요.' },
  ];
  expect(topicalTurns(history)).toEqual(before);
  expect(rewriteByRules('누가 승인해요?', history)).toMatch(/^국내 출장 숙박비 한도 .*누가 승인해요\?$/);
});

test('a long follow-up that points back brings the topic along', () => {
  const history: Turn[] = [{ role: 'user', content: '배터리 보증 기간은 얼마인가요?' }];
  const question = '그것이 지나고 나서 고장이 나면 제가 수리 비용을 전부 부담해야 하는 것인지 궁금합니다';
  expect(dependence(question, history)).toBe('strong');
  expect(rewriteByRules(question, history)).toContain('배터리 보증');
});

test('what the last answer cites belongs to the topic, its marker does not', () => {
  const history: Turn[] = [
    { role: 'user', content: 'What drained the pilot batteries?' },
    { role: 'assistant', content: 'Firmware 1.3.0 wakes the radio [1]. Nothing else is known.' },
  ];
  const query = rewriteByRules('who fixes it?', history);
  expect(query).toMatch(/pilot batteries Firmware 1\.3\.0 wakes radio/);
  expect(query).not.toContain('[1]');
});

test('of several quotes the one that names the topic belongs to it', () => {
  const history: Turn[] = [
    { role: 'user', content: '수영장 회원권 한 달에 얼마예요?' },
    {
      role: 'assistant',
      content:
        '문서에서 확인한 내용입니다.\n\n“한 달에 한 번 물을 간다.” [2]\n\n“회원권은 80,000원이다.” [1]',
    },
  ];
  expect(rewriteByRules('그럼 정지는요?', history)).toMatch(/80,000원이다 그럼 정지는요\?$/);
});

test('the follow-ups of the evaluation set are recognised, and carry the topic of the turns before them', () => {
  const url = new URL('../../bench/answers/questions.jsonl', import.meta.url);
  const followUps = readFileSync(url, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; split: string; question: string; history: Turn[] })
    .filter(({ kind, split }) => kind === 'follow_up' && split === 'tune');
  expect(followUps.length).toBeGreaterThan(10);
  for (const { question, history } of followUps) {
    expect([question, dependence(question, history)]).not.toContain('none');
    const [topic = ''] = topicWords(history[0]?.content ?? '').slice(-1);
    expect(rewriteByRules(question, history)).toContain(topic);
  }
});
