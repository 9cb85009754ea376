import type { SmallTalkTopic } from './small-talk-topic.ts';

/** Particles and endings, which may follow each other behind a stem. */
const ENDING =
  '(?:들|분|이|가|은|는|을|를|의|도|만|로|으로|에|에서|와|과|랑|이랑|하고|한테|한테서|에게|까지|부터|나|이나|라도|이라도|든|이든|야|이야|니|이니|냐|이냐|지|죠|요|예요|이에요|에요|인가|인가요|인지|입니까|입니다|이세요|이신가요|십니까|십니다|세요|셔요|시나요|신가요|신지|나요|가요|까|까요|을까|을까요|어|아|여|해|해요|했어|했어요|했나요|했니|했지|하나요|하니|하는|하는지|한|한지|할|합니까|합니다|하세요|하시나요|되나요|돼|돼요|되니|될까|될까요|됩니까|는지|는데|은데|은지|던|게|네|네요|군요|구나|다|어요|아요|었어|었어요|았어|았어요|었나요|았나요|었니|았니|었습니까|았습니까|어졌|졌어|졌어요|졌나요|습니까|습니다|어서|아서|면|으면|고|며|거|줘|줘요|줘라|주세요|주실래요|줄래|줄래요|봐|봐요|려|려고)*';

/** What a message calls the bot. `너희` and `you` may also mean the company: the other words decide. */
const YOU_KO = new RegExp(
  `^(?:너|넌|널|네|니|네가|니가|당신|그쪽|자네|본인|봇|챗봇|채팅봇|상담봇|도우미|어시스턴트)${ENDING}$`,
  'u',
);

/** Stems of what is asked of a bot: what it is, can do, knows and works by. */
const STEMS_KO =
  '누구|누가|뭐|뭔|뭘|무엇|정체|이름|성함|나이|연세|몇|살|어디|사람|인간|기계|로봇|감정|마음|의식|영혼|성격|취미|만들|만든|개발|제작|모델|국어|언어|한국어|한국말|영어|일본어|중국어|외국어|기능|역할|임무|목적|능력|한계|특기|장점|단점|강점|할|하|해|수|있|없|못하|못|모르|몰라|모르는|알|아는|아니|일|게|것|건|거|걸|왜|어떻게|어떤|어느|무슨|동작|작동|움직이|원리|사용|사용법|이용|이용법|활용|쓰|써|쓸|쓰는|믿|믿어|신뢰|정확|똑똑|답변|답|대답|질문|물어|물어봐|도와|도움|소개|대해|대해서|관해|알려|말|말해|설명|설명해|줘|줘요|주|줄|줄래|주실|부르|부를|부르면|불러|진짜|정말|실제|실제로|혹시|대체|도대체|그럼|그런데|근데|그리고|인터넷|웹|검색|이미지|사진|그림|음성|목소리|기억|학습|공부|배우|배워|배웠|거짓말|실수|틀리|틀릴|생각|느끼|느껴|꿈|잠|자|먹|친구|가족|결혼|태어|태어났|출신|대화|얘기|이야기|수다|지금|오늘|뭐든|무엇이든|아무거나|아무|좀|되|돼|될|가능|중|얼마나|항상|애|존재|녀석|종류|가지|개|다|다른|다르|달라|차이|상담원|개발자|운영|예시|만한|모르겠|좋을|좋은|부터|뭐라고|뭐부터|무엇부터|밝히|밝혀|저|나|저랑|나랑|저와|나와|잘|찾|찾아|찾는|방법|방식|식|틀|맞|완벽|믿을|신뢰할|가져|근거|물어볼|물어보|질문할|보여|보|볼|봐';
const WORD_KO = new RegExp(`^(?:${STEMS_KO})${ENDING}$`, 'u');
/** Names of AI systems. */
const SYSTEM =
  /^(?:ai|a\.i|에이아이|인공지능|llm|엘엘엠|gpt[-\w.]*|chatgpt[-\w.]*|챗지피티|챗gpt|지피티|claude|클로드|gemini|제미나이|copilot|코파일럿)[가-힣]*$/iu;

/** `you` where it is the bot that is spoken of: not the polite `can you tell me`. */
const YOU_EN =
  /\b(?:are|aren't|were|r) (?:you|u)\b|\byour(?:self|s)?\b|\b(?:do|does|did|don't|will|would|have|had|can|can't|cannot|could|should) (?:you|u) (?:really |actually |also |ever |even |only )*(?!tell|give|show|explain|find|send|list|name|describe|provide|write|say|mean)\w+|\b(?:about|made|built|created|trained|programmed|designed|developed|behind|powers?|runs?|owns?|operates?|use|using|trust|call|ask|with|to|from) (?:you|u)\b|(?<!tell |show |give )\bhow (?:do|can|does) (?:you|u)\b|\b(?:can|could|do|will) (?:you|u) (?:give|offer) me$|\b(?:this|the) (?:bot|chat\s?bot|assistant|chat)\b/iu;
/** Help with asking, whoever is addressed. */
const WHAT_TO_ASK =
  /질문(?:은|을)?\s*어떻게|어떤\s*식으로\s*(?:질문|물어)|(?:영어|한국어|일본어|중국어|한글|반말)로\s*(?:물어|질문|말|써|대화)|(?:답변|대답)이?\s*(?:항상\s*|언제나\s*|다\s*|얼마나\s*)?(?:정확|틀리|틀릴|맞|믿)|(?:뭘|뭐를?|무엇을|무엇부터|뭐부터|어떤\s*걸|어떻게)\s*(?:물어|질문)|(?:물어볼|질문할|물어보면)|예시\s*질문|\b(?:what|how) (?:to|should i|could i|can i) (?:ask|phrase)\b|\bmy questions?\b|^instructions?(?: please)?$|\b(?:suggest|example|sample)\w* .*questions?\b|^(?:show|tell|explain)\b.* (?:how (?:this|it) works|what you do)$/iu;
const WORDS_EN = new Set(
  "a an the so and or then but just really actually even also ever only exactly please can can't cannot could do does did don't will would have has had should may might all suggest show everything assist offer services creator owner owns powered find phrase give getting get point instructions goal information come respond improve remember fail explain works tell example examples sample is isn't are aren't was were be been am it's what what's which who who's whom how how's why when where i i'm me my we us you u your yours yourself you're this that these it bot chatbot chat assistant thing program machine robot human person people real alive conscious sentient ai llm model language languages name named called age old born live from company built made make created trained programmed designed developed behind power powers run runs on in of for to with about at by as not no kind kinds sort sorts type types use used using purpose job role task tasks function functions feature features skill skills ability abilities capability capabilities limit limits limitation limitations strength strengths weakness weaknesses good bad best capable able work works help know understand speak talk remember learn think feel feelings feeling emotions emotion sleep eat dream love like lie mistake mistakes wrong right error errors trust trusted trustworthy accurate reliable correct smart intelligent search browse web internet online see read hear images image pictures picture photos photo voice audio answer answers question questions reply replies respond anything everything something things stuff some any ask me tell more introduce describe yourself call say free joke jokes sing friend friends family hobby hobbies favorite colour color korean english japanese chinese german french spanish up there here now today always often thinking doing speaking talking long been you've".split(
    ' ',
  ),
);
/** Where answers come from is a question about the library. */
const SOURCES = /\bwhere\b.*\b(?:get|getting|find|come|take)\b|어디(?:에)?서.*(?:가져|찾|나오)/iu;
const MAX_WORDS = 12;
/** Without an address, a message needs a word of what bots are or do: `What about that?` has none. */
const TRAIT =
  /기능|역할|능력|한계|작동|동작|원리|움직|사용|이용|활용|도움|도와|언어|국어|할 ?수|못하는|아는 ?게|만들|만든|개발|검색|이미지|사진|음성|기억|감정|사람|로봇|이름|상담원|\b(?:works?|functions?|features?|capabilit\w+|abilit\w+|limit\w*|use|used|help|assist|languages?|speak|search|browse|images?|voice|made|built|created|developed|model|human|robot|bot|ai|name|do|can)\b/iu;
const IDENTITY =
  /누구|정체|이름|성함|나이|연세|몇 ?살|사람|인간|기계|로봇|감정|마음|의식|만들|만든|개발|제작|모델|태어|출신|소개|부르|불러|gpt|클로드|claude|제미나이|gemini|llm|\b(?:who|name|human|person|robot|real|alive|conscious|sentient|made|built|created|trained|developed|designed|programmed|model|old|born|introduce|called?|feel\w*|emotions?|ai|what are you)\b/iu;

/**
 * Whether a clause asks about the bot itself: what it is, can do, or works by. Each word must be one of such questions.
 * With `isAddressed` one of them calls the bot (`네 한계가 뭐야?`, `do you make mistakes?`); without, a product of the
 * documents may be meant (`어떻게 작동해?`).
 */
export function topicAboutBot(
  clause: string,
  { isAddressed }: { isAddressed: boolean },
): SmallTalkTopic | null {
  const words = clause.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 || words.length > MAX_WORDS || SOURCES.test(clause)) return null;
  const isKorean = /[가-힣]/u.test(clause);
  const fits = isKorean
    ? (word: string) => WORD_KO.test(word) || YOU_KO.test(word) || SYSTEM.test(word)
    : (word: string) => WORDS_EN.has(word) || SYSTEM.test(word);
  if (!words.every(fits)) return null;
  const addresses = isKorean
    ? words.length > 1 && words.some((word) => YOU_KO.test(word))
    : YOU_EN.test(clause);
  if (isAddressed && !addresses && !WHAT_TO_ASK.test(clause)) return null;
  if (!addresses && !TRAIT.test(clause) && !WHAT_TO_ASK.test(clause)) return null;
  return IDENTITY.test(clause) ? 'identity' : 'capability';
}
