import { isClientTask } from './client-task.ts';
import { asksForDocuments } from './document-list-phrases.ts';
import type { Turn } from './history.ts';
import { type SmallTalkTopic, smallTalkTopic } from './small-talk-phrases.ts';
import { asksToTransform } from './transform-phrases.ts';

/**
 * What a message asks for:
 * - `documents`: an answer from the documents; also whatever no rule knows
 * - `continue`: more about the passages of the last answer ("더 자세히", "why?")
 * - `transform`: the last answer in another form
 * - `small_talk`: a greeting, thanks, or who the bot is and what it can do
 * - `about_documents`: which documents there are
 * - `client_task`: a title, tags or the like for a front end, which sends its own prompt
 */
export type TurnKind =
  | { kind: 'documents' | 'continue' | 'transform' | 'about_documents' | 'client_task' }
  | { kind: 'small_talk'; topic: SmallTalkTopic };

const CONTINUE =
  /^(?:(?:좀\s*)?(?:더\s*)?(?:자세히|자세하게|구체적으로|상세히|상세하게)(?:\s*(?:좀|더))*(?:\s*(?:알려|설명해?|말해|얘기해)\s*(?:줘요?|주세요|줄래요?|봐|주실래요)?)?|(?:더|계속)\s*(?:알려|말해|설명해|얘기해|해)\s*(?:줘요?|주세요|줄래요?|봐)?|계속(?:해(?:줘|주세요)?|이요)?|(?:왜|어째서)(?:요|죠|그래요?|그런가요|그런데요)?|예(?:시|를\s*들(?:어|면))?(?:\s*(?:줘|주세요|알려줘|하나만))?|(?:그리고|그래서|그\s*다음(?:은|엔|에는)?|다음은|또|또\s*(?:뭐|다른\s*건|다른\s*거|없어|있어))(?:요)?|(?:정말|진짜|확실)(?:이에요|인가요|해요?|한가요|이야)?|무슨\s*(?:말|뜻|소리)(?:이에요|이야|인가요|인지)?|tell me more|(?:more|further)\s+(?:details?|info(?:rmation)?)(?:\s+please)?|go on|continue|keep going|(?:but |and )?why(?:\s+(?:is that|not|so))?|how so|(?:and|so)\s+(?:then|what)|what else|anything else|(?:an?\s+|for\s+)?example|(?:are you )?(?:really|sure|certain)|elaborate|explain(?:\s+(?:more|further|that|it))*|what do you mean(?: by that)?|(?:can you )?(?:explain|say|tell me)(?: a (?:bit|little))? more(?: about (?:that|it|this))?)$/iu;

/** Whole stories are questions, however friendly they begin. */
const MAX_TALK_CHARS = 160;
/** Requests to change an answer that has not been given. */
const NEEDS_AN_ANSWER: SmallTalkTopic = 'capability';

/** Decides by rules what a message asks for, without a call of a model. `history`: earlier turns, oldest first. */
export function turnKind(message: string, history: Turn[]): TurnKind {
  if (isClientTask(message)) return { kind: 'client_task' };
  const text = message.trim();
  if (text.length > MAX_TALK_CHARS) return { kind: 'documents' };
  const hasAnswer = history.some(({ role }) => role === 'assistant');
  const bare = text.replace(/[\s?!.~…？！。]+$/u, '');
  if (hasAnswer && CONTINUE.test(bare)) return { kind: 'continue' };
  const transforms = asksToTransform(text);
  if (transforms && hasAnswer) return { kind: 'transform' };
  const topic = smallTalkTopic(text) ?? (transforms ? NEEDS_AN_ANSWER : null);
  if (topic) return { kind: 'small_talk', topic };
  return { kind: asksForDocuments(text) ? 'about_documents' : 'documents' };
}
