import type { Turn } from './history.ts';
import { topicWords } from './topic-words.ts';

const TASK = /^\s*#{1,4}\s*(?:task|작업|タスク|任务)\s*[:：]/iu;
const WANTED = [
  /\b(?:titles?|tags?|follow[- ]?ups?|suggested? questions?|search quer(?:y|ies)|autocomplet\w+|headers?|headings?|name for|a name|summary)\b/iu,
  /제목|태그|후속 질문|추천 질문|다음 질문|이어질 질문|검색어|标题|主题|タイトル/u,
];
const ORDERS =
  /\b(?:provide|generate|write|create|give|come up with|summari[sz]e|suggest|make|produce|return|respond|name)\b|만들|지어|작성|생성|요약|추출|뽑아|추천|제안|生成|总结|返回|作成/iu;
const TAGGED = /<\/?(?:chat_history|conversation|chat|messages|dialogue|transcript)>/iu;
const HEADED =
  /^\W*(?:chat history|conversation|transcript|dialogue|messages|대화(?: 기록| 내용)?)\s*[:：]/imu;
/** What a person says in a quoted conversation, and what is answered: `User:`, `||>User:`, `[Human]:`. */
const ASKER = /^\W{0,6}(?:user|human|사용자|유저|질문자?|고객|用户)\W{0,4}[:：]\s*["“]?\s*([^\n]*)/imu;
const ANSWERER =
  /^\W{0,6}(?:assistant|ai|bot|response|model|도우미|챗봇|봇|답변자?|어시스턴트|助手)\W{0,4}[:：]/imu;
/** A title for one message instead of a conversation (older Open WebUI, Chat UI), or for the one that is going on. */
const SHORT_TITLE =
  /\b(?:\d+|three|four|five|six)(?:\s?(?:-|to)\s?(?:\d+|three|four|five|six))?[- ]words?\b[^\n]{0,160}\b(?:title|header|phrase)\b|\btitle\b[^\n]{0,120}\b(?:our|this|the (?:above|current)) (?:conversation|chat|discussion)\b|(?:返回|生成|总结)[^\n]{0,30}(?:主题|标题)/iu;
const OF_TALK = /\b(?:query|prompt|question|message|conversation|chat|discussion)\b|话|对话/iu;
const HEAD_CHARS = 2_000;

/**
 * Whether a message is the prompt of a front end (Open WebUI, LibreChat, NextChat) for a title, tags or the next
 * questions of a conversation, which it mostly quotes. A person's question about titles quotes none.
 */
export function isClientTask(message: string): boolean {
  const head = message.slice(0, HEAD_CHARS);
  const wanted = WANTED.some((pattern) => pattern.test(head));
  if (TASK.test(message)) return wanted || quotesChat(message);
  if (SHORT_TITLE.test(head) && ORDERS.test(head) && OF_TALK.test(head)) return true;
  return wanted && ORDERS.test(head) && quotesChat(message);
}

function quotesChat(message: string): boolean {
  return TAGGED.test(message) || (ASKER.test(message) && (ANSWERER.test(message) || HEADED.test(message)));
}

const MAX_TITLE_WORDS = 5;
const MAX_TITLE_CHARS = 40;
const MAX_TAGS = 3;

/** What `builtin/extractive` answers to such a prompt: from the first question it quotes or follows, as JSON where that is asked. */
export function answerClientTask(message: string, history: Turn[] = []): string {
  const question = firstQuestion(message, history);
  const key = /\{[^}]*?["“'](title|tags|follow_ups|queries|text)["”']\s*:/iu
    .exec(message)?.[1]
    ?.toLowerCase();
  const words = topicWords(question);
  if (key === 'tags') return JSON.stringify({ tags: words.slice(0, MAX_TAGS) });
  if (key === 'follow_ups' || key === 'queries')
    return JSON.stringify({ [key]: key === 'queries' ? [question] : [] });
  if (key === 'text') return JSON.stringify({ text: '' });
  const title = titleOf(question, words);
  if (key === 'title') return JSON.stringify({ title });
  return /\btags?\b|태그/iu.test(message) && !/\btitle\b|제목/iu.test(message)
    ? words.slice(0, MAX_TAGS).join(', ')
    : title;
}

function titleOf(question: string, words: string[]): string {
  const title = words.slice(0, MAX_TITLE_WORDS).join(' ') || question;
  return Array.from(title).slice(0, MAX_TITLE_CHARS).join('').trim() || 'Chat';
}

/** The first message of a person in the quoted conversation, the quoted query, else the first of the history. */
function firstQuestion(message: string, history: Turn[]): string {
  const quoted = /<(chat_history|conversation|chat|messages)>\s*([\s\S]*?)\s*<\/\1>/iu.exec(message)?.[2];
  const headed = HEADED.exec(message);
  const chat = quoted ?? (headed ? message.slice(headed.index + headed[0].length) : message);
  const said = ASKER.exec(chat)?.[1]?.trim();
  if (said) return said.replace(/["”]$/u, '');
  if (quoted)
    return (
      quoted
        .split('\n')
        .find((line) => line.trim())
        ?.trim() ?? ''
    );
  const query = /(?:quer(?:y|ies)|prompt|question|message)\b[^:\n]{0,80}:\s*(\S[^\n]*)/iu.exec(message)?.[1];
  return (query ?? history.find(({ role }) => role === 'user')?.content ?? message).trim();
}
