import { isKorean } from '#shared/text/korean-share.ts';
import { asksInKorean, correctionFor, isWhollyForeign } from './language-correction.ts';

test.each(['연차는 며칠?', 'SLA는 몇 %야?', 'API rate limit 얼마야?', 'setTargetHumidity에 43 넣으면?'])(
  '%s is asked in Korean',
  (query) => expect(asksInKorean(query)).toBe(true),
);

test.each(['What is 연차?', 'What is 연차휴가?', 'How long is 연차 kept?', 'SLA?', ''])(
  '“%s” is not asked in Korean',
  (query) => expect(asksInKorean(query)).toBe(false),
);

test('a passage is Korean by its letters, whatever product names are in it', () => {
  expect(isKorean('Bomnet Grove 요금제는 기기마다 월 4,900원이다.')).toBe(true);
  expect(isKorean('The Korean shop (봄넷) ships within two days.')).toBe(false);
});

test('passages of the other language are raised by a part of what they lack, more beside words', () => {
  const background = { ko: 0.8, en: 0.74 };
  const alone = correctionFor('연차는?', background, 'vector');
  expect(alone).toBeGreaterThan(0);
  expect(correctionFor('연차는?', background, 'hybrid')).toBeGreaterThan(alone);
  expect(correctionFor('연차는?', background, 'hybrid')).toBeLessThan(0.06);
  expect(correctionFor('What is 연차?', background, 'hybrid')).toBeLessThan(0);
});

test('a passage with some words of the query’s language is not wholly foreign', () => {
  expect(isWhollyForeign('Visitors wear an orange badge.', true)).toBe(true);
  expect(isWhollyForeign('PPX-4417 AC 220V 60Hz IP54 RoHS 소비전력 대기전력', true)).toBe(false);
  expect(isWhollyForeign('1,200 | 3.5 | 2026-05-01', true)).toBe(false);
  expect(isWhollyForeign('방문객은 주황색 배지를 단다.', false)).toBe(true);
  expect(isWhollyForeign('Visitors wear an orange badge.', false)).toBe(false);
});
