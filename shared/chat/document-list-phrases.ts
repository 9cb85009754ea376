import { topicWords } from './topic-words.ts';

/** Words of a question about the library that name no document. */
const GENERAL =
  /^(?:(?:문서|자료|파일|서류|목록|리스트|제목|이름|종류|여기|지금|현재|전체|모든|등록|올라|올라와|올라온|올린|업로드|저장|들어|가지|가지고|갖고|참고|근거|사용|이용|검색|보고|보여|답|답하|답변|대답|최근|새로|추가|관련|내용|주제|쭉|볼|영어|영문|한국어|한글|있|없|알|알려|뭐|어떤|거|분야|찾|찾아|얻|가져|가져오|나오|나와|오|온|배우|배웠|만들|어디|어디서|무엇|정보|기반|바탕|토대|당신|이봇|챗봇|쓰|쓰는|중인|들어있는|봐|알고|가장|제일|새|학습|공부|나열|전부|모두|데이터|데이터베이스|지식|지식베이스|베이스|라이브러리|다루|다뤄|물어|물어볼|물어봐|찾아볼|조회|확인|읽|읽을|읽은|아는|있는지|목차|개요|소개|제가|내가|네가|네)(?:들|가|이|을|를|은|는|도|의|에|된|한|돼|되|되어|하|해|해서|어|어요|아|나|나요|니|냐|을까요|습니까|습니다|줘|줘요|주세요|주실래요|는지|은지|했|했어|했나요|하나요|합니까|되나요|된지|인지|야|예요|인가요|까지|한테|서|에서|으로|고|로|면|거|게|지|요|하는|했던|된|되는|할|볼|열해|해줘)*|[제내네너수중다총몇건개]|개야|개예요|개의|야|every|materials?|해줘|리스트업|출처|근거|getting|get|got|find|pull|come|comes|sources?|given|s|들어있[가-힣]{1,3}|나열[가-힣]{0,4}|볼|documents?|docs?|files?|sources?|lists?|titles?|names?|library|knowledge|base|access|rely|available|loaded|uploaded|indexed|given|collections?|ask|show|many|kinds?|types?|sorts?|topics?|subjects?|cover|newest|latest|recent|based|answers?|database|system|index|knowledge|learn|learned|trained|train|data|training|information|info|overview|summary|everything|inside|contain|contains|holds?|hold|tell|see|read|what's|whats|search|searchable|access|know|talk|use|using|used|uploaded|upload|added|add|stored|there|total|number|complete|full|current|currently|all|we|i)$/iu;

/** Nouns for what a library holds. */
const HOLDING =
  '(?:문서|자료|파일|서류|문서들|자료들|파일들|계약서|합의서|회의록|규정집|매뉴얼|설명서|안내서|가이드|보고서|공지사항|공지문|메일|가격표|연락처|명단|일정표|책자|노트|릴리스\\s*노트|FAQ|pdf|PDF)';
const HOLDING_EN =
  '(?:documents?|docs?|files?|sources?|materials?|papers?|manuals?|guides?|contracts?|agreements?|(?:meeting\\s+)?minutes|release\\s+notes|notes|price\\s+lists?|directory|reports?|handbooks?|references?|specifications?|policies|(?:price\\s+)?lists|e-?mails?|FAQs?|pdfs?)';
const IN_LIBRARY =
  '(?:들어|올라와|올라가|등록(?:되어|돼)?|저장(?:되어|돼)?|업로드(?:되어|돼)?|갖고|가지고|보유하고)';
const ABOUT =
  '(?:in (?:your|the|this) (?:library|knowledge(?: base)?|collection|system|index|database)|on file|available|loaded|uploaded|indexed|here|in there)';

const PATTERNS = [
  // 어떤 문서가 있어? · 여기 무슨 자료들이 올라와 있어? · 회의록은 어떤 게 있어요?
  `^(?:여기(?:에|는)?|지금|현재|혹시|너는?|네가|당신은?)?\\s*(?:여기(?:에|는)?\\s*)?(?:어떤|무슨|어느)\\s*${HOLDING}(?:들)?(?:이|가|을|를|은|는)?\\s*(?:${IN_LIBRARY}\\s*)?(?:있|알고|보고|읽|참고|근거|사용|이용|검색|다루|기반)[가-힣\\s]*$`,
  `^(?:여기(?:에|는)?\\s*)?(?:어떤|무슨)\\s*(?:내용|주제|종류|분야)(?:의|에\\s*대한|에\\s*관한)?\\s*${HOLDING}(?:들)?(?:이|가)?\\s*(?:${IN_LIBRARY}\\s*)?있[가-힣]*$`,
  `^(?:가장|제일)?\\s*(?:최근(?:에)?|마지막(?:으로|에)?|새로)\\s*(?:올라온|올린|등록된|등록한|추가된|추가한|업로드된|업로드한)\\s*(?:문서|자료|파일)(?:들)?(?:은|는|이|가)?\\s*(?:뭐|무엇|어떤)?[가-힣\\s]{0,8}$`,
  `^[가-힣A-Za-z\\s]{0,15}?${HOLDING}(?:들)?(?:은|는|이|가|도)?\\s*(?:어떤\\s*(?:게|것이|것들이|거)|뭐뭐|뭐가|뭐|무엇이|무엇무엇이|몇\\s*(?:개|건|가지))(?:나|가)?\\s*(?:${IN_LIBRARY}\\s*)?(?:있|돼|되)[가-힣]*(?:\\s*(?:어떤|무슨)\\s*(?:거|것)[가-힣]*|\\s*(?:이름|제목)(?:만|을|도)?|\\s*(?:좀\\s*)?(?:알려|보여|말해)\\s*(?:줘요?|주세요|주실래요|줄래요?))*$`,
  `^[가-힣A-Za-z\\s]{0,15}?${HOLDING}(?:들)?(?:은|는|이|가|도)?\\s*(?:여기에?\\s*)?(?:${IN_LIBRARY}\\s*있|볼\\s*수\\s*있|있|찾아볼\\s*수\\s*있)[가-힣]*$`,
  // 등록된 문서 제목 좀 보여줘 · 문서 목록 · 영어 문서도 있어요?
  `^(?:지금|현재)?\\s*(?:등록된|올라온|올린|업로드된|업로드한|저장된|가진|가지고\\s*있는|갖고\\s*있는|참고하는|전체|모든)?\\s*(?:문서|자료|파일)(?:들)?(?:의)?\\s*(?:제목|목록|리스트|이름|종류)(?:들)?(?:을|를|은|이|만|도)?\\s*[가-힣\\s]{0,20}$`,
  `^(?:혹시\\s*)?(?:[가-힣A-Za-z0-9]+\\s*(?:관련|관련된|에\\s*대한|에\\s*관한)?\\s*)?(?:(?:영어|영문|한국어|한글|일본어|중국어|다른|최신)\\s*)?(?:문서|자료|파일)(?:들)?(?:도|은|는|이|가)?\\s*(?:더\\s*)?있(?:어|어요|나요|니|냐|습니까|을까요)?(?:\\s+(?:어떤|무슨)\\s*(?:거|것|게)[가-힣]*)?$`,
  `(?:문서|자료|파일)(?:들)?(?:을|를|로)?\\s*(?:보고|참고해서|참고하고|근거로|바탕으로)\\s*(?:답|대답|말|얘기|알려)[가-힣\\s]*$`,
  // 어떤 규정들이 등록되어 있나요? · 매뉴얼 목록 알려줘 · 답변은 어디서 가져오나요? · 무엇을 근거로 답변해?
  `^(?:여기(?:에|는)?\\s*)?(?:어떤|무슨)\\s*(?:${HOLDING}|[가-힣]{1,6}(?:규정|지침|정책|매뉴얼|규칙|법령)|규정|지침|정책|규칙)(?:들)?(?:이|가)\\s*${IN_LIBRARY}\\s*있[가-힣]*$`,
  `^${HOLDING}(?:들)?(?:의)?\\s*(?:목록|리스트|제목들?|종류)(?:을|를|은|이|만|도)?\\s*(?:좀\\s*)?(?:[가-힣]{0,6}\\s?(?:줘요?|주세요|주실래요|줄래요?|있어요?|있나요|뭐야|뭐예요))?$`,
  `^(?:너는?|넌|네|당신은?|당신의|너의|이\\s*봇은?|챗봇은?)?\\s*(?:그\\s*)?(?:정보|지식|내용|답변?|대답|답변들)(?:은|는|을|를|이|가)?\\s*(?:다\\s*)?(?:어디(?:에)?서|뭘로|무엇으로|어떻게)\\s*(?:가져|나오|나와|얻|찾|구하|구해|오|온|알|배우|배웠|만들)[가-힣]*(?:\\s*(?:거|건)[가-힣]*)?$|^(?:너는?|넌|당신은?)?\\s*어디(?:에)?서\\s*(?:정보|지식|내용|답변?|자료)(?:을|를)?\\s*(?:가져|얻|찾|구하|구해|배우|배웠)[가-힣]*(?:\\s*(?:거|건)[가-힣]*)?$`,
  `^(?:너는?|넌|당신은?)?\\s*(?:무엇을|뭘|무슨|뭐를|어떤\\s*것을|뭐)\\s*(?:근거|바탕|토대|기반|기준|참고|보고)(?:으로|로|해서|하고)?\\s*(?:답|대답|말|얘기|알려)[가-힣\\s]*$|^(?:네|너의|당신의)?\\s*(?:답변|대답)(?:의|은)?\\s*(?:출처|근거)(?:는|가|이)?\\s*(?:뭐|무엇|어디)[가-힣]*$`,
  // What documents do you have? · Which files can I ask about? · Have you got the release notes?
  `^(?:so |and |ok(?:ay)? )?(?:what|which|how many)(?:\\s+(?:kinds?|sorts?|types?)\\s+of)?\\s+${HOLDING_EN}\\s+(?:(?:do|did|can|could|have|are|is|were|has)\\s+(?:you|i|we|there|in|they)\\b(?! need).*|are (?:there|available|loaded|indexed|in).*|have been.*)$`,
  `^(?:(?:can|could) you |please )*(?:show|list|give|tell|name)(?:\\s+me)?\\s+(?:(?:a|the|me|all|your|of|full|complete)\\s+)*(?:list of\\s+|titles of\\s+|names of\\s+)?(?:(?:all|the|your|of)\\s+)*${HOLDING_EN}(?:\\s+(?:titles?|names?|list))?(?:\\s+(?:that |which )?(?:you|i|we|there|are|is|in)\\b.*)?$`,
  `^(?:what|which)\\s+(?:topics?|subjects?|areas?)\\s+(?:do|are|does)\\s+(?:your|the|these|you)\\b.*(?:cover(?:ed)?|about|documents?|files?)$`,
  `^(?:what|which)\\s+(?:is|was|are)\\s+(?:the\\s+)?(?:newest|latest|last|most recent(?:ly uploaded)?)\\s+(?:uploaded\\s+)?(?:documents?|files?)(?:\\s+(?:uploaded|added|you have))?$`,
  `^what (?:are|is) (?:your|the|these|those) (?:documents?|files?|sources?) (?:about|on)$|^what do you (?:have|know) (?:documents|files) (?:about|on)$|^(?:what|which) (?:documents?|files?|sources?) (?:are|is) (?:your|the) (?:answers?|knowledge) (?:based on|from)$|^what (?:are|is) (?:your|the) answers? based on$|^where do(?:es)? (?:your|the) (?:answers?|knowledge|information|data) come from$|^where (?:do|are|did) you (?:get|getting|take|find|pull|have|got) (?:your|the|all (?:your|the|this)|this) (?:answers?|knowledge|information|data|info)(?: from)?$`,
  `^what(?:'s| is| are)\\s+(?:in|inside) (?:your|the|this) (?:library|knowledge base|collection|documents)$`,
  `^(?:do you (?:have|know|hold)|have you got|are there|is there|did (?:you|i) get|have you)\\s+(?:(?:any|the|some|a|an|our|access to|other|more)\\s+)*(?:\\w+\\s+){0,2}${HOLDING_EN}(?:\\s+(?:${ABOUT}|(?:about|on|for)\\s+.+))?$`,
  `^(?:what|which) (?:are|is) your (?:sources?|documents?|files?)$`,
];

/** What holds the documents, or what they are about. Where a message names nothing else, it asks which there are. */
const CORE =
  /문서|자료(?!형)|파일|지식\s*베이스|데이터\s*베이스|라이브러리|(?:어떤|무슨)\s*(?:주제|분야|내용|정보|데이터)|\b(?:documents?|docs?|files?|sources|knowledge base|database|library|(?:what|which) (?:topics?|subjects?)|training data|(?:what|which) (?:data|information|knowledge)|your (?:knowledge|information|data)|sources? of (?:your )?(?:information|knowledge))\b/iu;
/** One document, which the conversation is about. */
const THIS_ONE =
  /(?:^|\s)(?:이|그|저|해당|위|위의|방금)\s*(?:문서|자료|파일)|\b(?:this|that) (?:document|doc|file)\b|하는\s*법|만드는/iu;

const DOCUMENT_LIST = PATTERNS.map((pattern) => new RegExp(pattern, 'iu'));
const MAX_CHARS = 120;

/** Whether a message asks which documents there are, and not for something that stands in one. */
export function asksForDocuments(message: string): boolean {
  if (message.length > MAX_CHARS) return false;
  const text = message
    .normalize('NFC')
    .replaceAll('’', "'")
    .replaceAll(/[?!.,~…？！。]+/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  if (DOCUMENT_LIST.some((pattern) => pattern.test(text))) return true;
  return CORE.test(text) && !THIS_ONE.test(text) && namedWords(text).length === 0;
}

/** The words of a question about the library by which it names certain documents. */
export function namedWords(question: string): string[] {
  return topicWords(question).filter((word) => !GENERAL.test(word));
}
