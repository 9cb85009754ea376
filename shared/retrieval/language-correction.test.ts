import { asksInKorean, correctionFor, isKorean } from './language-correction.ts';

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
