import { isClientTask } from './client-task.ts';
import { asksForDocuments } from './document-list-phrases.ts';
import type { Turn } from './history.ts';
import { smallTalkTopic } from './small-talk-phrases.ts';
import type { SmallTalkTopic } from './small-talk-topic.ts';
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

/** More of the last answer, its reasons, or where it stands. */
const CONTINUE = new RegExp(
  `^(?:${[
    String.raw`(?:좀\s*)?(?:더\s*)?(?:자세히|자세하게|구체적으로|상세히|상세하게)(?:\s*(?:좀|더))*(?:\s*(?:알려|설명해?|말해|얘기해|써)\s*(?:줘요?|주세요|줄래요?|봐|주실래요)?)?`,
    String.raw`(?:더|계속|이어서)\s*(?:알려|말해|설명해|얘기해|써|해)\s*(?:줘요?|주세요|줄래요?|봐)?|계속(?:해(?:줘|주세요)?|이요)?`,
    String.raw`(?:왜|어째서)(?:요|죠|그래요?|그런가요|그런데요|\s*그런(?:가요|지|데요|거예요|건가요|거야|건데)?|\s*그렇(?:죠|습니까|나요|게\s*(?:돼요|되나요))?|\s*그래요?)?|(?:그\s*)?이유(?:가|는)?(?:\s*(?:뭐|무엇))?(?:예요|야|인가요|죠|요|이죠)?`,
    String.raw`예(?:시|를\s*들(?:어|면)?)?(?:를|도|\s*좀|\s*하나(?:만)?)?(?:\s*(?:들어|알려|보여)?\s*(?:줘요?|주세요|줄래요?|봐))?(?:요)?`,
    String.raw`(?:그리고|그래서|그\s*다음(?:은|엔|에는)?|다음은|또|또\s*(?:뭐|다른\s*건|다른\s*거|없어|있어|있나)|그\s*(?:외|밖|이외)(?:에|에는|에도)?|다른\s*(?:건|거|것)(?:은|도)?|더(?:는)?\s*(?=없|있))(?:요|는요)?(?:\s*(?:더\s*)?(?:없|있)(?:어요?|나요|니|습니까))?`,
    String.raw`(?:정말|진짜|확실|그거\s*(?:정말|확실))(?:로|이에요|인가요|해요?|한가요|이야|요|한\s*거(?:예요|야|죠|맞아요?))?|맞(?:아요|나요|습니까)\s*정말|확실히\s*맞(?:아요?|나요)|정확(?:해|한가요|한\s*거예요)`,
    String.raw`(?:그게\s*)?무슨\s*(?:말|뜻|소리|의미)(?:이에요|이야|인가요|인지|이죠)?(?:\s*모르겠(?:어요|습니다|는데요?))?|(?:잘\s*)?(?:이해가\s*안\s*(?:돼|가|되네)(?:요)?|모르겠(?:어요?|습니다|는데요?))`,
    String.raw`(?:그건|그게|그거|그\s*(?:내용|말|답)은?|이건|이거)?\s*(?:어디(?:에|에서|서)?|어느\s*(?:문서|파일|자료|페이지|쪽|조항|부분)(?:에|에서|이)?|몇\s*(?:쪽|페이지|조|장)(?:에|에서)?)\s*(?:나와|나오|적혀|쓰여|써|있|나온|봤|본|근거한|나와\s*있|적혀\s*있|쓰여\s*있)(?:어요?|나요|는\s*거(?:예요|야)|습니까|니|는지|는데요?|는\s*내용이야|요)?`,
    String.raw`(?:그|이|답변의?)?\s*(?:근거|출처|원문)(?:가|는|를|은|도)?(?:\s*(?:뭐|무엇|어디|어떻게\s*(?:돼|되)|있))?(?:예요|야|인가요|죠|요|나요|어요?|이죠|니)?(?:\s*(?:알려|보여|말해)?\s*(?:줘요?|주세요|줄래요?))?|(?:몇\s*(?:쪽|페이지)|어느\s*(?:문서|파일))(?:이에요|예요|야|인가요|이야|죠)?`,
    String.raw`(?:can you |could you |please )?(?:tell|show|give) me (?:some )?(?:more|further)(?: (?:details?|info(?:rmation)?|examples?))?(?: (?:about|on) (?:that|it|this))?|(?:any )?(?:more|further) (?:details?|info(?:rmation)?|examples?)(?: please)?|go on|continue|keep going|please (?:go on|continue)|(?:some )?more(?: please)?|(?:please )?expand(?: on (?:that|it|this))?|(?:is that|that's) (?:all|everything)(?: there is)?|(?:and )?(?:what about )?the rest`,
    String.raw`(?:but |and )?why(?: (?:is that|is it so|is this|not|so|though|exactly))?|how (?:so|come)|(?:and|so) (?:then|what)|(?:and |what )?(?:anything |something )?else|what next|(?:can you |could you )?(?:give|show)(?: me)? (?:an|another|one|some) examples?|(?:like |for )?(?:an? )?(?:for )?(?:example|instance)|such as`,
    String.raw`(?:are you )?(?:really|sure|certain)(?: about (?:that|this|it))?|is (?:that|this|it) (?:right|true|correct|certain|really so|accurate)|(?:can|could|would) you (?:please )?(?:elaborate|explain|clarify)(?: (?:that|it|this|more|further|a bit(?: more)?|on (?:that|it|this)))*|(?:please )?(?:elaborate|clarify)(?: (?:on )?(?:that|it|this))?`,
    String.raw`(?:please )?explain(?: (?:that|it|this))?(?: (?:more|further|again|in (?:more |greater |further )?detail|better))*|what do you mean(?: by that)?|(?:can you )?(?:explain|say|tell me)(?: a (?:bit|little))? more(?: about (?:that|it|this))?|i (?:don't|do not) (?:understand|get it|follow)|in (?:more|greater) detail`,
    String.raw`(?:and )?where (?:does it|did you|is (?:that|it|this)|can i)(?: (?:say|state|find|read|see|get|written|stated|documented|from|come from))+(?: (?:that|it|this))?|(?:on |in )?(?:which|what) (?:page|document|file|section|clause|article|source)(?: (?:is (?:that|it|this)|does it say (?:that|so)|says (?:that|so))(?: (?:on|in|from))?)?|(?:what(?:'s| is) (?:the|your) )?(?:source|reference|evidence|citation)|(?:source|reference|citation)s? please|says who|according to (?:what|whom|which document)|how do you know(?: that)?`,
  ].join('|')})$`,
  'iu',
);

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
