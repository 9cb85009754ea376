/** Nouns for what a library holds. */
const HOLDING =
  '(?:문서|자료|파일|서류|문서들|자료들|파일들|계약서|합의서|회의록|규정집|매뉴얼|설명서|안내서|가이드|보고서|공지사항|공지문|메일|가격표|연락처|명단|일정표|책자|노트|릴리스\\s*노트|FAQ|pdf|PDF)';
const HOLDING_EN =
  '(?:documents?|docs?|files?|sources?|materials?|papers?|manuals?|guides?|contracts?|agreements?|(?:meeting\\s+)?minutes|release\\s+notes|notes|price\\s+lists?|directory|reports?|handbooks?|e-?mails?|FAQs?|pdfs?)';
const IN_LIBRARY =
  '(?:들어|올라와|올라가|등록(?:되어|돼)?|저장(?:되어|돼)?|업로드(?:되어|돼)?|갖고|가지고|보유하고)';
const ABOUT =
  '(?:in (?:your|the|this) (?:library|knowledge(?: base)?|collection|system|index|database)|on file|available|loaded|uploaded|indexed|here|in there)';

const PATTERNS = [
  // 어떤 문서가 있어? · 여기 무슨 자료들이 올라와 있어? · 회의록은 어떤 게 있어요?
  `^(?:여기(?:에|는)?|지금|현재|혹시|너는?|네가|당신은?)?\\s*(?:여기(?:에|는)?\\s*)?(?:어떤|무슨|어느)\\s*${HOLDING}(?:들)?(?:이|가|을|를|은|는)?\\s*(?:${IN_LIBRARY}\\s*)?(?:있|알고|보고|읽|참고|근거|사용|이용|검색|다루|기반)[가-힣\\s]*$`,
  `^(?:여기(?:에|는)?\\s*)?(?:어떤|무슨)\\s*(?:내용|주제|종류|분야)(?:의|에\\s*대한|에\\s*관한)?\\s*${HOLDING}(?:들)?(?:이|가)?\\s*(?:${IN_LIBRARY}\\s*)?있[가-힣]*$`,
  `^(?:가장|제일)?\\s*(?:최근(?:에)?|마지막(?:으로|에)?|새로)\\s*(?:올라온|올린|등록된|등록한|추가된|추가한|업로드된|업로드한)\\s*(?:문서|자료|파일)(?:들)?(?:은|는|이|가)?\\s*(?:뭐|무엇|어떤)?[가-힣\\s]{0,8}$`,
  `^[가-힣A-Za-z\\s]{0,15}?${HOLDING}(?:들)?(?:은|는|이|가|도)?\\s*(?:어떤\\s*(?:게|것이|것들이|거)|뭐가|뭐|무엇이|몇\\s*(?:개|건|가지))(?:나|가)?\\s*(?:${IN_LIBRARY}\\s*)?(?:있|돼|되)[가-힣]*(?:\\s*(?:어떤|무슨)\\s*(?:거|것)[가-힣]*)?$`,
  `^[가-힣A-Za-z\\s]{0,15}?${HOLDING}(?:들)?(?:은|는|이|가|도)?\\s*(?:여기에?\\s*)?(?:${IN_LIBRARY}\\s*있|볼\\s*수\\s*있|있|찾아볼\\s*수\\s*있)[가-힣]*$`,
  // 등록된 문서 제목 좀 보여줘 · 문서 목록 · 영어 문서도 있어요?
  `^(?:지금|현재)?\\s*(?:등록된|올라온|올린|업로드된|업로드한|저장된|가진|가지고\\s*있는|갖고\\s*있는|참고하는|전체|모든)?\\s*(?:문서|자료|파일)(?:들)?(?:의)?\\s*(?:제목|목록|리스트|이름|종류)(?:들)?(?:을|를|은|이|만|도)?\\s*[가-힣\\s]{0,20}$`,
  `^(?:혹시\\s*)?(?:[가-힣A-Za-z0-9]+\\s*(?:관련|관련된|에\\s*대한|에\\s*관한)?\\s*)?(?:(?:영어|영문|한국어|한글|일본어|중국어|다른|최신)\\s*)?(?:문서|자료|파일)(?:들)?(?:도|은|는|이|가)?\\s*(?:더\\s*)?있(?:어|어요|나요|니|냐|습니까|을까요)?(?:\\s+(?:어떤|무슨)\\s*(?:거|것|게)[가-힣]*)?$`,
  `(?:문서|자료|파일)(?:들)?(?:을|를|로)?\\s*(?:보고|참고해서|참고하고|근거로|바탕으로)\\s*(?:답|대답|말|얘기|알려)[가-힣\\s]*$`,
  // What documents do you have? · Which files can I ask about? · Have you got the release notes?
  `^(?:so |and |ok(?:ay)? )?(?:what|which|how many)(?:\\s+(?:kinds?|sorts?|types?)\\s+of)?\\s+${HOLDING_EN}\\s+(?:(?:do|did|can|could|have|are|is|were|has)\\s+(?:you|i|we|there|in|they)\\b.*|are (?:there|available|loaded|indexed|in).*|have been.*)$`,
  `^(?:(?:can|could) you |please )*(?:show|list|give|tell|name)(?:\\s+me)?\\s+(?:(?:a|the|me|all|your|of|full|complete)\\s+)*(?:list of\\s+|titles of\\s+|names of\\s+)?(?:(?:all|the|your|of)\\s+)*${HOLDING_EN}(?:\\s+(?:titles?|names?|list))?(?:\\s+(?:that |which )?(?:you|i|we|there|are|is|in)\\b.*)?$`,
  `^(?:what|which)\\s+(?:topics?|subjects?|areas?)\\s+(?:do|are|does)\\s+(?:your|the|these|you)\\b.*(?:cover(?:ed)?|about|documents?|files?)$`,
  `^(?:what|which)\\s+(?:is|was|are)\\s+(?:the\\s+)?(?:newest|latest|last|most recent(?:ly uploaded)?)\\s+(?:uploaded\\s+)?(?:documents?|files?)(?:\\s+(?:uploaded|added|you have))?$`,
  `^what (?:are|is) (?:your|the|these|those) (?:documents?|files?|sources?) (?:about|on)$|^what do you (?:have|know) (?:documents|files) (?:about|on)$|^(?:what|which) (?:documents?|files?|sources?) (?:are|is) (?:your|the) (?:answers?|knowledge) (?:based on|from)$|^what (?:are|is) (?:your|the) answers? based on$|^where do(?:es)? your (?:answers?|knowledge|information) come from$`,
  `^what(?:'s| is| are)\\s+(?:in|inside) (?:your|the|this) (?:library|knowledge base|collection|documents)$`,
  `^(?:do you have|have you got|are there|is there|did (?:you|i) get|have you)\\s+(?:(?:any|the|some|a|an|our|access to|other|more)\\s+)*(?:\\w+\\s+){0,2}${HOLDING_EN}(?:\\s+(?:${ABOUT}|(?:about|on|for)\\s+.+))?$`,
  `^(?:what|which) (?:are|is) your (?:sources?|documents?|files?)$`,
];

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
  return DOCUMENT_LIST.some((pattern) => pattern.test(text));
}
