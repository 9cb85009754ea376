import { namedWords } from './document-list-phrases.ts';
import type { Turn } from './history.ts';
import { perhapsAboutBot, smallTalkTopic } from './small-talk-phrases.ts';
import { turnKind } from './turn-kind.ts';

const ANSWERED: Turn[] = [
  { role: 'user', content: '연차는 며칠인가요?' },
  { role: 'assistant', content: '연차는 15일입니다 [1]. 이월은 5일까지 됩니다 [1].' },
];

test.each([
  '안녕하세요 선생님',
  '안녕하세요, 저는 마케팅팀 이수진입니다',
  '다시 왔어요',
  '안녕하세요, 인사팀 최유나입니다',
  '말이 안 되는 답변이네요',
  '하나 물어봐도 될까요',
  '새해 복 많이 받으세요',
  'Good morning, bot',
  'Hi, I am Tom',
  'hi, anyone there?',
  '알려줘서 정말 고마워',
  '설명 잘 들었어요 감사합니다',
  'thanks, very clear',
  '오늘 너무 피곤해',
  '고마워 잘 쓸게',
  'thanks for your help today',
  'it worked, thanks',
  '오늘은 여기까지 할게요',
  'catch you later',
  '답변이 빠르시네요',
  '아니요 괜찮습니다',
  'sounds good to me',
  'tell me something funny',
  '답이 틀렸어요',
  "that's not what I asked",
  'ㅇㅋㅇㅋ',
])('is small talk, first and after an answer: %s', (message) => {
  expect(turnKind(message, []).kind).toBe('small_talk');
  expect(turnKind(message, ANSWERED).kind).toBe('small_talk');
});

test.each([
  '네 한계가 뭐야?',
  '답변이 항상 정확한가요?',
  '영어로 물어봐도 돼?',
  'How do you find answers?',
  'How should I phrase my questions?',
  '너는 감정이 있어?',
  '너를 만든 사람은 누구야?',
  '넌 누가 운영해?',
  '지금 사람이 답하는 건가요?',
  '뭘 물어봐야 할지 모르겠어',
  '어떤 언어를 지원하나요?',
  '이 챗봇은 어떻게 동작해?',
  'what are your limitations?',
  'Do you have feelings?',
  'can you search the web?',
  'Are you powered by GPT-4?',
  'Is this a bot?',
  'who is your creator?',
  'how should I ask questions?',
])('is about the bot: %s', (message) => {
  expect(['identity', 'capability']).toContain(smallTalkTopic(message));
});

test('what only points back is not about the bot', () => {
  for (const message of ['What about that?', '그건 뭐야?', 'is that all?'])
    expect(perhapsAboutBot(message)).toBe(null);
});

test('a good evening is a greeting, a good night a farewell', () => {
  expect(smallTalkTopic('Good evening, bot')).toBe('greeting');
  expect(smallTalkTopic('good night bot')).toBe('goodbye');
});

test('a complaint is not taken for thanks', () => {
  expect(smallTalkTopic('도움이 안 돼요')).toBe('complaint');
  expect(smallTalkTopic('thanks, but your answer is wrong')).toBe('complaint');
  expect(smallTalkTopic('Thanks. Your answer is wrong.')).toBe('complaint');
});

test('a person who introduces himself after a question answers the bot', () => {
  expect(smallTalkTopic('저는 계약직 사원입니다')).toBe(null);
  expect(smallTalkTopic('I am a contractor')).toBe(null);
  expect(smallTalkTopic('안녕하세요, 노트북 고장입니다')).toBe(null);
});

test.each([
  '당신 회사 주소는?',
  '너희 매장 어디 있어?',
  'Do you ship to Canada?',
  "What's your refund policy?",
  'What services do you provide?',
  'Can you tell me the wifi password?',
  "what is the bot's maximum speed?",
  '로봇 이름이 뭐야?',
  '언제 만들었어?',
  '본인 확인 방법',
  '도우미 시급은?',
  '이 서비스 요금은 얼마예요?',
  'how does the pump work?',
  'AI 윤리 규정이 있나요?',
  '이름이 뭐예요, 담당자?',
  '감사 보고서 제출일은?',
  '주차장 있나요?',
  '어떤 서류가 필요한가요?',
  'which documents do I need for a visa?',
  '파일 업로드 제한은 얼마인가요?',
  '문서 보존 기간은?',
  '요약본 제출 기한',
  '번역 비용은 얼마야?',
])('is a question for the documents, though it sounds alike: %s', (message) => {
  expect(turnKind(message, []).kind).toBe('documents');
});

test.each(['기능이 뭐가 있나요?', '작동 원리가 뭐야?', 'how does it work?'])(
  'may be about a product, and about the bot where the documents hold nothing: %s',
  (message) => {
    expect(turnKind(message, []).kind).toBe('documents');
    expect(perhapsAboutBot(message)).toBe('capability');
    expect(perhapsAboutBot('배송비는 얼마인가요?')).toBe(null);
  },
);

test.each([
  '업로드된 파일 보여줘',
  '문서 총 몇 건 있나요',
  '어떤 주제를 다루나요?',
  '답변은 어디서 가져오나요?',
  '너는 어디서 답을 찾아?',
  '매뉴얼 목록 알려줘',
  '데이터베이스에 뭐 들어있어?',
  "What's the newest document?",
  'give me an overview of your documents',
  'what data were you trained on?',
  'where do you get your answers?',
])('asks for the library: %s', (message) => {
  expect(turnKind(message, []).kind).toBe('about_documents');
  expect(namedWords(message).filter((word) => word !== '매뉴얼')).toEqual([]);
});

test.each([
  '세 줄 요약',
  '초등학생도 이해할 수 있게 설명해줘',
  '표로 보여줘',
  '핵심만 알려줘',
  '아까 답변 번역해 줄래?',
  '카톡으로 보낼 수 있게 바꿔줘',
  'Say it again',
  'explain it like I am five',
  'format it as markdown',
  'can you be more concise?',
])('asks for the last answer in another form: %s', (message) => {
  expect(turnKind(message, ANSWERED).kind).toBe('transform');
});

test.each([
  '출처는?',
  '어디에 나와 있어?',
  '그 이유는?',
  '더 없어?',
  'which page?',
  'give me an example',
  'are you sure?',
])('asks for more about the last answer: %s', (message) => {
  expect(turnKind(message, ANSWERED).kind).toBe('continue');
});
