/** The earlier answer, named by the message: `방금 답변`, `그 내용`, `your last answer`, `the above`. */
const REFERENCE =
  /(?:방금|아까|이전|지난|위(?:의|에)?|앞(?:의|에|서)?|그|이|마지막|직전|지금)\s*(?:한\s*)?(?:말|답변|답|대답|내용|글|설명|문장|결과)|(?:방금|아까)\s*(?:거|것|그거|말한\s*(?:거|것))|\b(?:your|the|that|this)\s+(?:(?:last|previous|above|earlier|prior)\s+)?(?:answer|reply|response|message|explanation)\b|(?:지금까지(?:의|\s*나눈|\s*한)?|우리(?:가)?(?:\s*나눈)?)\s*(?:대화|이야기|얘기|채팅)|\b(?:our|this|the)\s+(?:whole\s+|entire\s+)?(?:conversation|discussion|chat)\b|\bthe\s+above\b|\bwhat\s+you\s+(?:just\s+)?(?:said|wrote)\b/iu;

const LANGUAGE =
  '영어|영문|한국어|한글|국문|우리말|일본어|일어|중국어|독일어|프랑스어|불어|스페인어|베트남어|태국어|러시아어';
const LANGUAGE_EN =
  'english|korean|japanese|chinese|german|french|spanish|italian|portuguese|vietnamese|thai|russian|arabic|hindi';
const FORM =
  '표|목록|리스트|불릿|불렛|글머리표|글머리\\s*기호|글머리|기호|번호|메일|이메일|공지|공지문|공지사항|안내문|메시지|문자|카톡|카카오톡|슬랙|보고서|체크리스트|JSON|json|CSV|csv|마크다운|존댓말|존대|해요체|합쇼체|반말|경어|높임말|문어체|구어체';
const FORM_EN =
  'table|list|checklist|bullets?|bullet\\s+points?|numbered\\s+list|slack\\s+message|message|announcement|memo|tweet|haiku|points|email|e-mail|markdown|json|csv|paragraph|sentences?|lines?|words?|steps?';

/** Words that say what to do with an answer. */
const OPERATION = new RegExp(
  [
    `(?:${LANGUAGE})(?:로|으로)|번역|통역|영작|(?:${LANGUAGE})\\s*버전`,
    '요약|간추|줄여|줄이|짧게|짧은|간단(?:히|하게|하게요)|간략(?:히|하게)|쉽게|쉬운|길게|정중하게|공손하게|친절하게|친근하게|딱딱하게',
    `(?:${FORM})(?:로|으로|을|를)?\\s|(?:${FORM})(?:로|으로)|[한두세네\\d]\\s*(?:줄|문장|가지)(?:로|으로)|다시\\s*(?:한\\s*번\\s*)?(?:써|말|설명|정리|작성|얘기|알려|보여|답)|(?:${FORM})\\s*(?:형식|형태|형식|식|버전|양식)(?:으로|로)|(?:표현|말투|어조|톤)(?:으로|로|을|를)|핵심|요점|정리|세\\s*줄|반복|한\\s*번\\s*더|항목|초등학생|어린이|아이|초보자|비전공자|바꿔|바꾸|고쳐|고치|다듬`,
    `\\b(?:in|into|to)\\s+(?:${LANGUAGE_EN})\\b|\\btranslat\\w*|^(?:${LANGUAGE_EN})$`,
    '\\b(?:shorter|shorten|longer|simpler|simplif\\w+|summari[sz]e\\w*|summary|condense\\w*|tl;?dr|rephrase|reword|rewrite|reformat|paraphrase|polite\\w*|formal\\w*|briefly|brief|concise\\w*|plain(?:er)?|friendlier|nicer|clearer|easier|bullets?|bullet points?|eli5|terms|out of (?:it|that)|(?:one|two|three) (?:sentences?|lines?)|short version|repeat|rewrite)\\b|\\blike (?:i.m|i am) (?:five|5|a (?:child|kid|beginner))\\b|\\b(?:say|write|put) (?:it|that) (?:again|differently|another way)\\b|\\bagain in\\b|^(?:one more time|again)(?: please)?$',
    `\\b(?:as|in|into|to)\\s+(?:an?\\s+)?(?:\\w+\\s+)?(?:${FORM_EN})\\b`,
  ].join('|'),
  'iu',
);

/** Words that a request to change the last answer may hold besides; any other word names a topic of its own. */
const FILLER_KO = new RegExp(
  `^(?:(?:방금|아까|이전|위|앞|그|이|그거|그걸|그것|이거|이걸|이것|마지막|직전|지금|한|말|말한|한국어|모두|조금만|이해|항목별|알아듣기|보기|읽기|형식|형태|버전|양식|식|표현|말투|어조|톤|정중한|공손한|친근한|쉬운|짧은|간단한|초등학생|어린이|아이|초보자|비전공자|수준|했던|답변|답|대답|내용|글|설명|문장|결과|것|거|걸|전체|다|모두|전부|좀|조금|더|다시|한번|한|번|그냥|혹시|제발|이번엔|이번에는|${LANGUAGE}|${FORM}|핵심|핵심만|요점|요점만)(?:만|도|을|를|은|는|이|가|의|로|으로|까지)?|있게|[한두세네]|(?:번역|통역|영작|반복|요약|정리|작성|설명|말|변환|표현|수정|부탁|간단히|간단하게|간략히|간략하게|짧게|쉽게|길게|정중하게|공손하게|친절하게|친근하게|바꿔|바꿔서|고쳐|고쳐서|만들어|써|줄여|줄여서|다듬어|다듬어서|보여|답|답해|대답|대답해|답변|답변해|얘기|얘기해|말해|알려|설명해|출력|출력해|이해할|알아들을|보낼|올릴|쓸|바꾸|고치|옮겨|옮겨서|해|줘|봐)?(?:하|해|해서|해줘|줘|줘요|주세요|주실|주실래요|주시겠어요|주시면|주십시오|하면|하면은|게|수|뭐라고|어떻게|줄래|줄래요|줄|드려요|드립니다|드릴게요|합니다|해요|할|수|있어|있어요|있나요|있을까요|있니|될까|될까요|되나요|되|돼|돼요|요)?|[한두세네\\d]*(?:줄|문장|가지)(?:로|으로)?)$`,
  'iu',
);
const FILLER_EN = new RegExp(
  `^(?:can|could|would|will|be|are|am|i'm|i|m|here|five|child|kid|beginner|again|once|time|five-year-old|repeat|explain|format|friendlier|nicer|clearer|easier|formal|less|points|point|differently|another|out|terms|simple|how|what|would|its|reading|read|understand|reader|short|output|print|show|display|rather|please|you|please|pls|i|me|us|it|that|this|the|a|an|to|in|into|as|of|for|and|or|just|now|again|bit|little|more|much|make|made|turn|put|say|said|write|give|get|do|have|want|need|like|convert|change|version|version\\?|your|last|previous|above|earlier|answer|reply|response|message|text|all|only|one|two|three|four|five|\\d+|than|way|kind|instead|so|ok|okay|then|simple|short|language|tone|style|${LANGUAGE_EN}|${FORM_EN}|bullet)$`,
  'iu',
);

const MAX_WORDS = 25;

/**
 * Whether a message asks for another form of the last answer: translated, shortened, reformatted. Either it names
 * that answer, or it holds no word that could name another topic ("더 짧게", "in Korean?").
 */
export function asksToTransform(message: string): boolean {
  const text = message.normalize('NFC').trim();
  const words = text.split(/[\s.,!?~…:"'“”()]+/u).filter(Boolean);
  if (words.length === 0 || words.length > MAX_WORDS || !OPERATION.test(text.replace(/[?!.~]+$/u, '')))
    return false;
  return REFERENCE.test(text) || words.every(isFiller);
}

function isFiller(word: string): boolean {
  return FILLER_KO.test(word) || FILLER_EN.test(word) || OPERATION.test(word);
}

/** Whether the request is to shorten, which `builtin/extractive` can do. */
export function asksToShorten(message: string): boolean {
  return /요약|간추|줄여|줄이|짧게|간단(?:히|하게)|간략|핵심|요점|[한두세]\s*(?:줄|문장)(?:로|으로)|\b(?:short\w*|summar\w+|condense\w*|tl;?dr|brief\w*|concise\w*|(?:one|two|a)\s+(?:sentence|line))\b/iu.test(
    message,
  );
}
