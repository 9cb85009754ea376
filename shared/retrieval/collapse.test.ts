import { groupCopies, type Listed } from './collapse.ts';
import { diversify } from './diversify.ts';

let next = 0;

function hit(text: string, { score = 0.5, day = 1 } = {}): Listed {
  next += 1;
  return { id: String(next), score, text, created_at: new Date(Date.UTC(2026, 0, day)) };
}

function listed(hits: Listed[], limit = 8, spare = 0): string[] {
  return diversify(groupCopies(hits), { limit, spare }).map(({ hit: { text } }) => text);
}

const RULE = '직원은 1년에 15일의 연차휴가를 받는다. 휴가는 사흘 전까지 인사팀에 서면으로 신청하여야 한다.';
const FILLER =
  'The remaining days lapse at the end of the year unless the works council agrees to a transfer of them.';

describe('copies', () => {
  test('are listed once: the newest one, at the place of the best, the older ones named', () => {
    const hits = [
      hit(RULE, { score: 0.9, day: 1 }),
      hit('다른 글', { score: 0.8 }),
      hit(RULE, { score: 0.7, day: 3 }),
      hit(RULE, { score: 0.6, day: 2 }),
    ];
    const [first, second] = groupCopies(hits);
    expect(first).toMatchObject({ score: 0.9, hit: { id: hits[2]?.id } });
    expect(first?.copies.map(({ id }) => id)).toEqual([hits[3]?.id, hits[0]?.id]);
    expect(second).toMatchObject({ hit: { text: '다른 글' }, copies: [] });
  });

  test.each([
    ['case, width and punctuation', 'Parcels leave on TUESDAYS.', 'Ｐarcels leave on tuesdays'],
    ['a word in twenty', `${RULE} ${FILLER}`, `${RULE} ${FILLER.replace('unless', 'except')}`],
    ['the number of the edition', `제3판 ${RULE} ${FILLER}`, `제12판 ${RULE} ${FILLER}`],
    ['the day of printing', `${RULE} ${FILLER} 출력일: 2024-03-01`, `${RULE} ${FILLER} 출력일: 2026.11.28.`],
    [
      'the day of the last update',
      `Last updated: March 3, 2024. ${FILLER}`,
      `Last updated: May 17, 2026. ${FILLER}`,
    ],
  ])('may differ in %s', (_, one, other) => {
    expect(groupCopies([hit(one), hit(other)])).toHaveLength(1);
  });

  test.each([
    ['an amended figure', RULE, RULE.replace('15', '20')],
    ['another year of the same report', `2024년 매출은 늘었다. ${FILLER}`, `2025년 매출은 늘었다. ${FILLER}`],
    ['another version of a program', `Version 1.2. ${FILLER}`, `Version 1.3. ${FILLER}`],
    ['a day from which it holds', `2024-01-01부터 시행한다. ${FILLER}`, `2026-07-01부터 시행한다. ${FILLER}`],
    ['a third of other words', RULE, `${RULE} 이 규정은 계약직과 파견직에는 적용하지 아니한다.`],
  ])('never differ in %s', (_, one, other) => {
    expect(groupCopies([hit(one), hit(other)])).toHaveLength(2);
  });
});

describe('the chosen list', () => {
  const versions = Array.from({ length: 20 }, (_, i) =>
    hit(`${2000 + i}년의 규정: ${RULE} ${FILLER}`, { score: 0.9, day: 20 - i }),
  );

  test('keeps half of its places from versions of one text while others are relevant', () => {
    const amendment = hit('내년 7월부터 연차휴가는 닷새 늘어난다.', { score: 0.4 });
    const texts = listed([...versions, amendment]);
    expect(texts).toHaveLength(8);
    expect(texts[4]).toBe(amendment.text);
  });

  test('has the newest of versions that fit alike', () => {
    const texts = listed([
      ...versions.toReversed(),
      hit('내년 7월부터 연차휴가는 닷새 늘어난다.', { score: 0.4 }),
    ]);
    expect(texts).toContain(versions[0]?.text);
  });

  test('gives versions all places when nothing else is relevant', () => {
    const texts = listed([...versions, hit('점심은 구내식당에서 먹는다.', { score: 0.1 })]);
    expect(texts.every((text) => text.includes('연차휴가'))).toBe(true);
  });

  test('puts a text that repeats an earlier one behind others of a similar score', () => {
    const [one, repeats, other] = [
      hit(RULE, { score: 0.9 }),
      hit(RULE.replace('15', '16'), { score: 0.85 }),
      hit(FILLER, { score: 0.8 }),
    ];
    expect(listed([one, repeats, other])).toEqual([one.text, other.text, repeats.text]);
  });

  test('is followed by the further texts that were asked for, by score', () => {
    const hits = Array.from({ length: 9 }, (_, i) =>
      hit(`${'가나다라마바사아자'[i]}로 시작하는 글`, { score: 0.9 - i / 20 }),
    );
    expect(listed(hits, 3, 2)).toEqual(hits.slice(0, 5).map(({ text }) => text));
  });
});
