import { readFileSync } from 'node:fs';
import type { Turn } from './history.ts';
import { type TurnKind, turnKind } from './turn-kind.ts';

type Kind = TurnKind['kind'];
type Labelled = { expected: string; message: string; history?: Turn[] };
type Question = {
  split: string;
  question: string;
  history?: Turn[];
  smalltalk?: boolean;
  meta?: boolean;
  tags: string[];
};

const ANSWERED: Turn[] = [
  { role: 'user', content: '연차는 며칠인가요?' },
  { role: 'assistant', content: '연차는 15일입니다 [1]. 이월은 5일까지 됩니다 [1].' },
];

function readLines<T>(name: string): T[] {
  const url = new URL(`../../bench/answers/${name}`, import.meta.url);
  return readFileSync(url, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

const ACCEPTED: Record<string, Kind[]> = {
  smalltalk: ['small_talk'],
  meta: ['small_talk', 'about_documents'],
  transform: ['transform'],
  'client-task': ['client_task'],
  question: ['documents', 'continue'],
};

/** The share of messages whose kind is one that their label accepts. */
function accuracy(messages: Labelled[]): number {
  const right = messages.filter(({ message, history = [], expected }) =>
    ACCEPTED[expected]?.includes(turnKind(message, history).kind),
  );
  return right.length / messages.length;
}

describe('on the evaluation set', () => {
  const questions = readLines<Question>('questions.jsonl')
    .filter(({ split }) => split === 'tune')
    .map(({ question, history = [], smalltalk, meta, tags }): Labelled => {
      const special = ['client-task', 'transform'].find((tag) => tags.includes(tag));
      const expected = meta ? 'meta' : smalltalk ? (special ?? 'smalltalk') : 'question';
      return { message: question, history, expected };
    });

  test('at least 95 of 100 messages of small talk and its look-alikes are told apart', () => {
    expect(accuracy(readLines('smalltalk.jsonl'))).toBeGreaterThanOrEqual(0.95);
  });

  test('no question for the documents is taken for small talk', () => {
    const asked = questions.filter(({ expected }) => expected === 'question');
    expect(asked.length).toBeGreaterThan(200);
    expect(accuracy(asked)).toBe(1);
  });

  test('nine of ten messages about the bot and its library are recognised', () => {
    expect(accuracy(questions.filter(({ expected }) => expected !== 'question'))).toBeGreaterThanOrEqual(0.9);
  });
});

test.each<[string, Kind]>([
  ['안녕하세요', 'small_talk'],
  ['Hello!', 'small_talk'],
  ['너는 누구니?', 'small_talk'],
  ['What can you do?', 'small_talk'],
  ['무엇을 도와줄 수 있어?', 'small_talk'],
  ['요약해 줘', 'small_talk'],
  ['어떤 문서가 있어?', 'about_documents'],
  ['Which documents do you have?', 'about_documents'],
  ['안녕하세요, 환불 기한은 며칠인가요?', 'documents'],
  ['취업규칙을 요약해 줘', 'documents'],
  ['감사 일정이 어떻게 되나요?', 'documents'],
  ['더 자세히 알려줘', 'documents'],
  ['', 'small_talk'],
])('as a first message, %s is %s', (message, kind) => {
  expect(turnKind(message, []).kind).toBe(kind);
});

test.each<[string, Kind]>([
  ['고마워요!', 'small_talk'],
  ['네', 'small_talk'],
  ['방금 답변을 영어로 번역해 줘', 'transform'],
  ['한 줄로 요약해줘', 'transform'],
  ['in English, please', 'transform'],
  ['더 자세히 알려줘', 'continue'],
  ['Why?', 'continue'],
  ['What about that?', 'documents'],
  ['취업규칙을 요약해 줘', 'documents'],
  ['이월은 언제까지 써야 하나요?', 'documents'],
])('after an answer, %s is %s', (message, kind) => {
  expect(turnKind(message, ANSWERED).kind).toBe(kind);
});

describe('a front end’s own prompt', () => {
  const chat = '<chat_history>\nUSER: 환불 기한은 며칠인가요?\nASSISTANT: 14일입니다.\n</chat_history>';

  test.each([
    `### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Output:\nJSON format: { "title": "your concise title here" }\n### Chat History:\n${chat}`,
    `### Task:\nGenerate 1-3 broad tags categorizing the main themes of the chat history.\n${chat}`,
    `### Task:\nSuggest 3-5 relevant follow-up questions.\n${chat}`,
    'Provide a concise, 5-word-or-less title for the conversation, using title case conventions. Only return the title itself.\n\nConversation:\nUser: hi\nAI: hello',
    'Please generate a concise, 5-word-or-less title for the conversation.\n||>User:\n"환불 기한은?"\n||>Response:\n"14일"\n\n||>Title:',
    'Based on the chat history, give this conversation a name.\n\nUser: refund?\n\nAssistant: 14 days',
    '아래 대화의 제목을 10자 이내로 만들어 줘.\n\n대화:\n사용자: 환불 기한은?\n도우미: 14일입니다.',
    'Generate a title in 6 words for the following:\n\nHuman: refunds?\nAssistant: 14 days.',
    'Here is the query:\n환불 기한은?\n\nCreate a concise, 3-5 word phrase with an emoji as a title for the previous query.',
    'Please generate a four to five word title summarizing our conversation without any lead-in.',
  ])('is recognised: %s', (prompt) => {
    expect(turnKind(prompt, []).kind).toBe('client_task');
  });

  test('is not any question about titles or tasks', () => {
    expect(turnKind('What is the title of the employee handbook?', []).kind).toBe('documents');
    expect(turnKind('### Task: clean the tank. How often?', []).kind).toBe('documents');
    expect(turnKind('제목: 환불 문의\n내용: 환불 기한이 궁금합니다.', []).kind).toBe('documents');
    expect(turnKind('Generate a title for the annual report', []).kind).toBe('documents');
    expect(turnKind('Create a short summary of the refund policy', []).kind).toBe('documents');
  });
});

test('a very long message is decided at once', () => {
  const startedAt = performance.now();
  for (const message of ['네 '.repeat(9_000), 'thank you '.repeat(2_000), '안녕하세요'.repeat(30)])
    turnKind(message, ANSWERED);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
