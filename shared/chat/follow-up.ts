import { splitSentences } from '#shared/text/sentences.ts';
import { type Turn, withoutMarkers } from './history.ts';
import { topicWords } from './topic-words.ts';
import { turnKind } from './turn-kind.ts';

/** Words that point to earlier turns, and openings that continue them. */
const REFERS =
  /(?<![가-힣])(?:그것|그거|그건|그게|그걸|그때|그분|그쪽|그곳|그중|그럼|그러면|그렇다면|그런데|근데|그리고|그래서|그|이것|이거|이건|이게|이걸|이때|이분|거기|여기|저기|저것|저건|둘|나머지|반대로|방금|아까|위의?|앞의?)(?:은|는|이|가|을|를|도|만|의|에|에서|에는|에도|까지|부터|로|으로|중에|중에서|요)?(?![가-힣])|\b(?:it|its|that|this|those|these|they|them|their|there|he|she|his|her|him|one|ones|both|the same|the other|others|former|latter)\b|^(?:and|but|so|or|then|also|what about|how about|ok|okay|what if)\b/iu;
/** A topic and a particle, as in "배터리는요?" and "해외도?". */
const ELLIPSIS = /^[^\s]{1,20}(?:은|는|도|이|가|까지|부터)(?:요|여)?[?？]?$/u;

/** A question with fewer topic words than this probably refers to the one before it. */
const MIN_STANDALONE_WORDS = 3;
/** A longer message may hold such a word and still name its topic. */
const MAX_REFERRING_CHARS = 120;
const MAX_CONTEXT_WORDS = 14;
const MAX_TURNS_BACK = 3;
/** Shorter words, such as `달`, stand in many sentences. */
const MIN_TELLING_CHARS = 2;

/**
 * How a question hangs on the turns before it: `strong` when it points to them or leaves its topic out, `weak` when
 * it is short, `none` when it names its own topic or nothing stands before it.
 */
export function dependence(question: string, history: Turn[]): 'none' | 'weak' | 'strong' {
  if (!history.some(({ role }) => role === 'user')) return 'none';
  const text = question.trim();
  const words = topicWords(text).length;
  if (words === 0 || ELLIPSIS.test(text)) return 'strong';
  const isShort = words < MIN_STANDALONE_WORDS;
  if (REFERS.test(text) && (isShort || text.length < MAX_REFERRING_CHARS)) return 'strong';
  return isShort ? 'weak' : 'none';
}

/**
 * A follow-up as a question of its own, by rules: the topic words of the questions it continues and of the last
 * answer's cited sentence, then the question. A question that itself continued another brings that one's topic along.
 */
export function rewriteByRules(question: string, history: Turn[]): string {
  const own = new Set(topicWords(question).map((word) => word.toLowerCase()));
  const topical = topicalTurns(history);
  const context = [...topicOfQuestions(topical), ...topicWords(citedSentence(topical))];
  const words = [...new Map(context.map((word) => [word.toLowerCase(), word])).entries()]
    .filter(([key]) => !own.has(key))
    .map(([, word]) => word)
    .slice(0, MAX_CONTEXT_WORDS);
  return [...words, question.trim()].join(' ');
}

/**
 * The turns that have a topic: without small talk, requests for another form of an answer or for more of it, and what
 * was answered to them.
 */
export function topicalTurns(history: Turn[]): Turn[] {
  let isTopical = true;
  return history.filter((turn, at) => {
    if (turn.role === 'user') isTopical = turnKind(turn.content, history.slice(0, at)).kind === 'documents';
    return isTopical;
  });
}

/** The topic words of the last questions with a topic, oldest first: as far back as each one continues another. */
function topicOfQuestions(history: Turn[]): string[] {
  const words: string[] = [];
  let found = 0;
  for (let at = history.length - 1; at >= 0 && found < MAX_TURNS_BACK; at -= 1) {
    const turn = history[at];
    if (turn?.role !== 'user') continue;
    found += 1;
    words.unshift(...topicWords(turn.content));
    if (dependence(turn.content, history.slice(0, at)) === 'none') break;
  }
  return words;
}

/** What an answer quotes or says before each marker. */
const CITED = /(?:[“"](?<quote>[^“”"\n]+)[”"]|(?<sentence>[^\n]+?)) ?\[\d{1,3}\]/gu;

/**
 * The first cited sentence of the last answer that has a word of the question which it answers, else its first one:
 * an answer of `builtin/extractive` quotes more than the one sentence that answers.
 */
function citedSentence(history: Turn[]): string {
  const at = history.findLastIndex(
    ({ role, content }) => role === 'assistant' && /\[\d{1,3}\]/.test(content),
  );
  const before = history.slice(0, Math.max(0, at));
  const asked = topicWords(before.findLast(({ role }) => role === 'user')?.content ?? '');
  const telling = asked.filter((word) => word.length >= MIN_TELLING_CHARS).map((word) => word.toLowerCase());
  const cited = [...(history[at]?.content ?? '').matchAll(CITED)].map(({ groups }) =>
    lastSentence(groups?.['quote'] ?? groups?.['sentence'] ?? ''),
  );
  const fitting = cited.find((text) => telling.some((word) => text.toLowerCase().includes(word)));
  return fitting ?? cited[0] ?? '';
}

function lastSentence(text: string): string {
  const bare = withoutMarkers(text);
  const last = splitSentences(bare).findLast(({ start, end }) => bare.slice(start, end).trim().length > 0);
  return last ? bare.slice(last.start, last.end) : bare;
}
