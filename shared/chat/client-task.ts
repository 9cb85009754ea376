import { topicWords } from './topic-words.ts';

const TASK = /^\s*#{1,4}\s*(?:task|작업|タスク|任务)\s*[:：]/iu;
const WANTED = [
  /\b(?:titles?|tags?|follow[- ]?ups?|suggested? questions?|search quer(?:y|ies)|autocomplet\w+|summary title)\b/iu,
  /제목|태그|후속 질문|추천 질문|다음 질문|검색어/u,
];
const CHAT =
  /<\/?(?:chat_history|conversation|chat|messages)>|^\s*(?:###\s*)?(?:Chat History|Conversation|대화(?: 기록| 내용)?)\s*[:：]/imu;
/** LibreChat, LobeChat and others: an instruction for a title, then the conversation. */
const BARE_TITLE =
  /^(?:please\s+)?(?:provide|generate|write|create|give|come up with|summari[sz]e)\b[^\n]{0,120}\btitle\b[^\n]{0,160}\b(?:conversation|chat|following|title case|language)\b/iu;

/**
 * Whether a message is the prompt of a front end (Open WebUI, LibreChat) for a title, tags or the next questions of a
 * conversation that it quotes. A person's question about titles quotes none.
 */
export function isClientTask(message: string): boolean {
  const head = message.slice(0, 2_000);
  const wanted = WANTED.some((pattern) => pattern.test(head));
  if (TASK.test(message)) return wanted || CHAT.test(message);
  return (
    wanted && (BARE_TITLE.test(message.trimStart()) || /<chat_history>/iu.test(message)) && CHAT.test(message)
  );
}

const MAX_TITLE_WORDS = 5;
const MAX_TITLE_CHARS = 40;
const MAX_TAGS = 3;

/** What `builtin/extractive` answers to such a prompt: from the first question it quotes, as JSON where that is asked. */
export function answerClientTask(message: string): string {
  const question = firstQuestion(message);
  const key = /["“'](title|tags|follow_ups|queries|text)["”']\s*:/iu.exec(message)?.[1]?.toLowerCase();
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

/** The first message of a person in the quoted conversation, else all of the conversation's first line. */
function firstQuestion(message: string): string {
  const quoted = /<(chat_history|conversation|chat|messages)>\s*([\s\S]*?)\s*<\/\1>/iu.exec(message)?.[2];
  const chat = quoted ?? message.slice(CHAT.exec(message)?.index ?? 0);
  const said = /^\s*(?:USER|User|Human|사용자|유저)\s*[:：]\s*([^\n]+)/mu.exec(chat)?.[1];
  const first = chat.split('\n').find((line) => line.trim() && !CHAT.test(line));
  return (said ?? first ?? '').trim();
}
