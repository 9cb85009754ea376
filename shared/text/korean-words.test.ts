import { stripEndings, stripQuestionPhrases } from './korean-words.ts';

const plain = (text: string) =>
  text
    .replaceAll(/\s+/g, ' ')
    .replace(/ (?=[?.!])/, '')
    .trim();

test.each([
  ['수도는 어디인가요?', '수도는?'],
  ['월 이용료가 얼마예요?', '월 이용료가?'],
  ['언제까지 신고해야 합니까?', '신고해야?'],
  ['배터리 교체 주기를 알려 주세요', '배터리 교체 주기를'],
  ['재택근무가 가능한가요', '재택근무가 가능'],
  ['어제 회의에서 무엇을 정했나요?', '어제 회의에서 정했?'],
])('a question loses its question phrases: “%s”', (question, bare) => {
  expect(plain(stripQuestionPhrases(question))).toBe(bare);
});

test.each([
  ['회사에서 직원에게 장비를', '회사 직원 장비'],
  ['신고해야 퇴직하려면 등록되면', '신고 퇴직 등록'],
  ['휴가와 경조금은', '휴가 경조금'],
  ['서울부터 부산까지 기차로', '서울 부산 기차'],
  ['그리고 있는 정말 규정', '규정'],
  ['연차 휴가 평가 제도 회의', '연차 휴가 평가 제도 회의'],
])('words lose their endings: “%s”', (words, stems) => {
  expect(plain(stripEndings(words))).toBe(stems);
});

test('other languages stay unchanged', () => {
  const text = 'Where is 東京? GPT-4o는';
  expect(stripQuestionPhrases('Where is 東京?')).toBe('Where is 東京?');
  expect(stripEndings('Where is 東京?')).toBe('Where is 東京?');
  expect(plain(stripEndings(text))).toBe('Where is 東京? GPT-4o는');
});
