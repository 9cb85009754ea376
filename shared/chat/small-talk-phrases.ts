import { topicAboutBot } from './about-bot.ts';
import type { PhraseTopic, SmallTalkTopic } from './small-talk-topic.ts';
import { ENGLISH, OTHERS } from './talk-phrases-en.ts';
import { KOREAN } from './talk-phrases-ko.ts';

/** The topics in the order in which they decide what a message of several phrases is about. */
const ORDER: SmallTalkTopic[] = [
  'capability',
  'identity',
  'complaint',
  'thanks',
  'goodbye',
  'greeting',
  'remark',
];

const PATTERNS = [...ORDER, 'introduction' as const].map((topic) => {
  const phrases = [...KOREAN, ...ENGLISH, ...OTHERS].flatMap(([of, list]) => (of === topic ? list : []));
  return { topic, pattern: new RegExp(`^(?:${phrases.join('|')})$`, 'iu') };
});

/** Emoticons, laughter and emoji, which say nothing. */
const DECORATION =
  /[:;=]-?[)(DPp]|\^\^;*|(?<![ㄱ-ㅎ])[ㅋㅎㅠㅜ]+(?![ㄱ-ㅎ])|\p{Extended_Pictographic}\uFE0F?|<3/gu;
const CLAUSE_END = /[.,!?~…;。！？、，\n]+/u;
const MAX_CLAUSE_WORDS = 14;

/**
 * The topic of a message that is nothing but small talk, or null. Each clause must be covered by small talk phrases
 * completely: `Hello, how long is the warranty?` is a question.
 */
export function smallTalkTopic(message: string): SmallTalkTopic | null {
  const clauses = message
    .normalize('NFC')
    .replaceAll(DECORATION, ' ')
    .replaceAll('’', "'")
    .split(CLAUSE_END)
    .map((clause) => clause.trim().split(/\s+/).filter(Boolean))
    .filter((words) => words.length > 0);
  const found = new Set<PhraseTopic>();
  for (const words of clauses) {
    const topics = coverByPhrases(words) ?? aboutBot(words);
    if (!topics) return null;
    for (const topic of topics) found.add(topic);
  }
  if (clauses.length === 0) return 'remark';
  if (found.has('introduction') && !found.has('greeting')) return null;
  return ORDER.find((topic) => found.has(topic)) ?? null;
}

/** The topics of the phrases that cover all words, in as few phrases as possible; null when some word is left. */
function coverByPhrases(words: string[]): PhraseTopic[] | null {
  if (words.length > MAX_CLAUSE_WORDS) return null;
  const covers: (PhraseTopic[] | null)[] = [[]];
  for (let end = 1; end <= words.length; end += 1) {
    covers[end] = null;
    for (let start = 0; start < end && !covers[end]; start += 1) {
      const before = covers[start];
      const topic = before && topicOfPhrase(words.slice(start, end).join(' '));
      if (topic) covers[end] = [...before, topic];
    }
  }
  return covers[words.length] ?? null;
}

function topicOfPhrase(phrase: string): PhraseTopic | null {
  return PATTERNS.find(({ pattern }) => pattern.test(phrase))?.topic ?? null;
}

function aboutBot(words: string[]): SmallTalkTopic[] | null {
  const topic = topicAboutBot(words.join(' '), { isAddressed: true });
  return topic && [topic];
}

/**
 * The topic of a message for which the documents hold nothing and which may be about the bot although it does not say
 * so: `기능이 뭐가 있나요?`, `how does it work?`. With passages it is a question like any other.
 */
export function perhapsAboutBot(message: string): SmallTalkTopic | null {
  const text = message
    .normalize('NFC')
    .replaceAll('’', "'")
    .replaceAll(/[.,!?~…;。！？、，\n]+/gu, ' ')
    .trim();
  return topicAboutBot(text, { isAddressed: false });
}
