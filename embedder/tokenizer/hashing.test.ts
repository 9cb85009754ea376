import { createHashingTokenizer, hashedVector } from './hashing.ts';

const tokenizer = createHashingTokenizer({ dimensions: 384, maxTokens: 512 });

function vector(text: string): Float32Array {
  return hashedVector(tokenizer.encode(text, '').ids, 384);
}

function similarity(a: string, b: string): number {
  const other = vector(b);
  return vector(a).reduce((sum, value, i) => sum + value * other[i]!, 0);
}

test('the same text always gets the same vector, of norm 1, on every machine', () => {
  const first = vector('배포는 GitHub Actions 로 합니다.');
  expect(vector('배포는 GitHub Actions 로 합니다.')).toEqual(first);
  expect(Math.hypot(...first)).toBeCloseTo(1, 5);
  // Stored vectors depend on these figures: a change of the features needs a new revision in the manifest.
  const strongest = first.reduce(
    (best, value, i) => (Math.abs(value) > Math.abs(first[best]!) ? i : best),
    0,
  );
  expect([strongest, first[strongest]!.toFixed(4)]).toEqual([34, '-0.4047']);
});

test('case and Unicode form make no difference', () => {
  expect(vector('CAFÉ 데이터')).toEqual(vector('café 데이터'.normalize('NFD')));
});

const PASSAGES = {
  refund: '환불은 구매일로부터 14일 이내에 신청할 수 있으며, 수수료는 없습니다.',
  vacation: '연차 휴가는 입사 첫해에 매월 하루씩 생기고 최대 열한 일까지 쓸 수 있습니다.',
  security: '비밀번호는 12자 이상이어야 하고 90일마다 바꾸어야 합니다.',
  deploy: 'The deployment pipeline builds a container image, scans it and rolls it out to the cluster.',
  billing: 'Invoices are issued on the first day of each month and are payable within thirty days.',
  onboarding: 'New employees receive a laptop and complete the security training in their first week.',
};

test.each([
  ['환불 신청은 언제까지 가능한가요?', 'refund'],
  ['연차는 며칠 쓸 수 있나요', 'vacation'],
  ['비밀번호를 얼마나 자주 바꾸나요?', 'security'],
  ['How are container images deployed?', 'deploy'],
  ['When do I have to pay an invoice?', 'billing'],
  ['What training do new employees have to do?', 'onboarding'],
] as const)('%s finds its passage among others', (question, wanted) => {
  const ranked = Object.entries(PASSAGES)
    .map(([name, passage]) => ({ name, score: similarity(question, passage) }))
    .sort((a, b) => b.score - a.score);
  expect(ranked[0]!.name).toBe(wanted);
});

test('inflected forms of a word are similar, other words are not', () => {
  expect(similarity('회사에서', '회사는')).toBeGreaterThan(0.3);
  expect(similarity('embedding', 'embeddings')).toBeGreaterThan(0.3);
  expect(similarity('회사에서', '데이터를')).toBeLessThan(0.2);
});

test('every text has a vector, even one of white space or symbols only', () => {
  for (const text of [' ', '\n\t', '!!!', '😀', '\uD83D', '가', '1']) {
    expect(Math.hypot(...vector(text))).toBeCloseTo(1, 5);
  }
});

test('a text longer than the window is cut and reported as cut', () => {
  const small = createHashingTokenizer({ dimensions: 384, maxTokens: 4 });
  expect(small.encode('하나 둘 셋 넷', '')).toMatchObject({ tokens: 4, overflow: false });
  expect(small.encode('하나 둘 셋 넷 다섯', '')).toMatchObject({ tokens: 4, overflow: true });
  expect(small.encode('하나 둘 셋 넷 다섯', '').ids).toEqual(small.encode('하나 둘 셋 넷', '').ids);
});

test('a word longer than the window is cut to its beginning', () => {
  const small = createHashingTokenizer({ dimensions: 384, maxTokens: 4 });
  expect(small.encode('z'.repeat(1_000), '')).toEqual({
    ...small.encode('z'.repeat(20), ''),
    overflow: true,
  });
});

test('token counts are close to those of a sentence model', () => {
  expect(tokenizer.count('안녕하세요, 반갑습니다')).toBe(7);
  expect(tokenizer.count('The deployment pipeline')).toBe(5);
  expect(tokenizer.count('')).toBe(0);
});
