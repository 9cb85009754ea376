import { detectLanguage, languageName, refusal } from './language.ts';

describe('detectLanguage', () => {
  test.each([
    ['연차는 며칠인가요?', 'ko'],
    ['연차는 며칠인가요?'.normalize('NFD'), 'ko'],
    ['Kubernetes HorizontalPodAutoscaler 설정 방법은?', 'ko'],
    ['API 키를 rotate 하려면 REST endpoint 뭐 써?', 'ko'],
    ['SLA는 몇 %야?', 'ko'],
    ['NDA 양식 template 어디?', 'ko'],
    ['Bomnet webhook retry 횟수', 'ko'],
    ['React useEffect cleanup 방법 알려줘', 'ko'],
    ['A7 가격?', 'ko'],
    ['IT 부서 contact', 'ko'],
    ['The North Face 자켓 환불 되나요?', 'ko'],
    ['How many days of leave do I get?', 'en'],
    ['What is 연차?', 'en'],
    ['What is 연차휴가 이월?', 'en'],
    ['연차 policy for part-time employees', 'en'],
    ['How many cars can park at the workshop (가을 워크숍)?', 'en'],
    ['What does 연차 mean?', 'en'],
    ['How do I say 안녕하세요?', 'en'],
    ['年休は何日ですか？', 'ja'],
    ['PowerPointで資料を作成', 'ja'],
    ['年假有几天？', 'zh'],
    ['Сколько дней отпуска?', 'ru'],
    ['كم عدد أيام الإجازة؟', 'ar'],
    ['ลาพักร้อนได้กี่วัน', 'th'],
    ['छुट्टी कितने दिन की है?', 'hi'],
    ['', 'en'],
    ['2026?', 'en'],
    ['😀', 'en'],
  ])('%s is %s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

describe('refusal', () => {
  test('is in Korean, English, Japanese or Chinese, for other languages in English', () => {
    expect(detectLanguage(refusal('ko'))).toBe('ko');
    expect(detectLanguage(refusal('ja'))).toBe('ja');
    expect(detectLanguage(refusal('zh-TW'))).toBe('zh');
    expect(detectLanguage(refusal('en'))).toBe('en');
    expect(refusal('fr')).toBe(refusal('en'));
  });
});

describe('languageName', () => {
  test('is the English name of a code; an unknown code is returned unchanged', () => {
    expect(languageName('ko')).toBe('Korean');
    expect(languageName('not a code')).toBe('not a code');
  });
});
