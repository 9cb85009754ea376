import { splitSentences } from '#shared/text/sentences.ts';

/** How a sentence asks for something, for messages without a question mark. */
const ASKS =
  /(?:나요|까요|가요|니까|는지|인지|을지|죠|지요|주세요|알려.{0,6}|궁금.{0,6})[.!~ㅠㅎ\s]*$|얼마|언제|어디|누구|며칠|몇 |\b(?:what|which|who|whom|whose|when|where|why|how|may i|can i|is there|are there)\b/iu;
const QUESTION_MARK = /[?？]/u;
/** A message of fewer characters is one question, with all its words. */
const MIN_LONG_MESSAGE = 60;
/** Fewer words that do not say what they ask, such as `Next step?`, ask about the sentences before them. */
const MIN_ASKED_WORDS = 4;

/**
 * Divides a message into what it asks and the story around it, which names the topic only by chance. In a short
 * message, and in one that asks nothing, all of it is asked. A rewritten follow-up has its topic on a line above it.
 */
export function divideMessage(message: string): { asked: string; story: string } {
  const [topic = '', ...lines] = message.split('\n');
  const isTopic = lines.length === 1 && !QUESTION_MARK.test(topic) && !ASKS.test(topic);
  if (isTopic) return { asked: lines.join(), story: topic };
  const sentences = splitSentences(message).map(({ start, end }) => message.slice(start, end));
  const marked = sentences.filter((sentence) => QUESTION_MARK.test(sentence));
  const asking = marked.length > 0 ? marked : sentences.filter((sentence) => ASKS.test(sentence));
  if (message.length < MIN_LONG_MESSAGE || asking.length === 0 || sentences.length === 1) {
    return { asked: message, story: '' };
  }
  if (asking.join(' ').split(/\s+/u).length < MIN_ASKED_WORDS && !ASKS.test(asking.join(' '))) {
    return { asked: message, story: '' };
  }
  const story = sentences.filter((sentence) => !asking.includes(sentence));
  return { asked: asking.join(' '), story: story.join(' ') };
}

/** How a question asks for every item. */
const LIST =
  /모두|전부|목록|(?<![가-힣])리스트|종류|누구누구|뭐\s?뭐|무엇무엇|(?<![가-힣])다 (?:알려|말해|보여)|들(?:을|은|이)? (?:좀 )?(?:알려|보여|말해|뭐|무엇|있)|(?:어떤|무슨) (?:게|거|것|것들|때|경우|서류|기능|모드)[가이를들은]*(?= ?(?:있|되|돼|나오|나와|받|필요|내|포함))|(?:뭐|뭐가|무엇이|뭐뭐가) (?:있|필요|들어|포함|나오|나와|돼|되)|순서|단계|절차|[두세네]\s?가지|\blist\b|\ball\b|\bwhat are\b|\bevery (?!\d|day|week|month|year|time)|\bwhich (?:\w+ ){1,3}(?:are|exist|come|need|have|is for)\b|\bwhat (?:\w+ ){0,2}(?:kinds|types|steps|options|things)\b|\bsteps\b|\bwhat(?:'s| is) in\b|\bsummar|요약/iu;
const WHOLE_LIST =
  /모두|전부|목록|(?<![가-힣])리스트|종류|순서|단계|절차|\blist\b|\ball\b|\bsteps\b|\bsummar|요약/iu;
/** `순서를 바꾼 이유`: it asks why, whatever it asks about. */
const WHY = /왜(?![가-힣])|이유|까닭|\bwhy\b/iu;
const WHICH = /뭐|뭘|무엇|누구|어떤|어느|\b(?:which|what|who)\b/iu;

/** Whether a question asks for all items of a list. */
export function asksList(question: string): boolean {
  return LIST.test(question) && !WHY.test(question) && !/몇 [개명번가]|how (?:many|much)/iu.test(question);
}

/** Whether it asks for a list without saying which of its items. */
export function asksWholeList(question: string): boolean {
  return WHOLE_LIST.test(question) && !WHY.test(question) && !/몇|how (?:many|much)/iu.test(question);
}

/** Whether it asks which one or which ones. */
export function asksWhich(question: string): boolean {
  return WHICH.test(question);
}

const HOW = /어떻게|어떡|방법|\bhow (?:do|can|should|to|must)\b|what (?:should|do|must) (?:i|we) do\b/iu;

/** Whether it asks how something is done. */
export function asksHow(question: string): boolean {
  return HOW.test(question);
}

const AMOUNT = /(?<![가-힣])(?:얼마|몇|며칠)/u;
const SUBJECT = /^(?<noun>[\p{L}\p{N}-]{2,}?)(?:은|(?<![하되있없])는|이|가)$/u;
/** A noun without particle directly before the question word; not an adverb, a rate or a verb's form. */
const BARE_SUBJECT =
  /^(?!최|보통|대략|평균|도대체|하루|매|전부|모두|혹시|각각|앞으로|그럼|근데|그런데|거기|여기|그거|이거|지금)[가-힣]{2,}(?<![에서로고면도만당씩마다지까부터데게은는이가을를와과의제후전뒤안])$/u;
const MAX_WORDS_BETWEEN = 3;
/** `How loud is it in decibels?`, `Which chip …?`, `What percentage of ethanol …?` */
const ENGLISH_SUBJECT =
  /\bhow \w+ .*\bin (?<unit>decibels|[a-z]{3,}s)\b|\b(?:which|what) (?<noun>[a-z]{3,}) of (?:the )?(?<of>[a-z]{4,})|\bwhich (?<which>[a-z]{4,})\b/iu;
const NO_SUBJECT =
  /^(?:kind|type|sort|part|thing|feature|option|item|step|time|date|days?|month|year|place|person|people|version|document|rule|case|one|ones|words|general|days|hours|weeks|months|years)$/iu;

/**
 * The word for what a question asks the amount of, or which one: `야식비` in `야식비는 한 끼에 얼마`, `충전기` in
 * `충전기 몇 대`, `chip` in `which chip`. Null where none stands there.
 */
export function askedSubject(question: string): string | null {
  const at = question.search(AMOUNT);
  if (at < 0) return englishSubject(question);
  const words = question
    .slice(0, at)
    .trim()
    .split(/\s+/u)
    .slice(-1 - MAX_WORDS_BETWEEN);
  const bare = words.at(-1) ?? '';
  if (BARE_SUBJECT.test(bare)) return bare;
  const subject = words.findLast((word) => SUBJECT.test(word));
  return subject ? (SUBJECT.exec(subject)?.groups?.['noun'] ?? null) : null;
}

function englishSubject(question: string): string | null {
  const { unit, of, which } = ENGLISH_SUBJECT.exec(question)?.groups ?? {};
  const subject = of ?? which ?? unit ?? '';
  return subject === '' || NO_SUBJECT.test(subject) ? null : subject;
}

/** Codes and names of parts of programs: `e-52`, `bn4013`, `led_quiet`. */
const CODE = /(?<![\w-])(?:[A-Za-z]+[-_.]?\d[\w-]*|\d+[-_]?[A-Za-z][\w-]*|[a-z]+[A-Z]\w*|\w+_\w+)/gu;

/** The codes in a question, as it writes them. */
export function codesIn(question: string): string[] {
  return [...question.matchAll(CODE)].map(([code]) => code);
}

/** What a question says it is not about: `red, not blinking`, `other than the lamp`, `택배 말고`. */
const EXCLUDES =
  /(?:,|\bbut) not (?:an? |the )?(?<after>[\p{sc=Latin}\d-]{3,})|\b(?:other|rather) than (?:an? |the )?(?<than>[\p{sc=Latin}\d-]{3,})|(?<korean>[가-힣\p{sc=Latin}\d]{2,}?)(?:이|가)? ?(?:말고|아니라|아니고)(?![가-힣])/giu;

/** The words that a question sets aside, and the question without them. */
export function setAside(question: string): { words: string[]; rest: string } {
  const found = [...question.matchAll(EXCLUDES)];
  const words = found.flatMap(
    ({ groups }) => groups?.['after'] ?? groups?.['than'] ?? groups?.['korean'] ?? [],
  );
  return { words: words.map((word) => word.toLowerCase()), rest: question.replace(EXCLUDES, ' ') };
}

const ASKS_CONDITION =
  /(?:경우|때)(?:는|가|은)?\s*(?:언제|뭐|무엇|어떤|어느|있|[?？]|$)|예외|\bexceptions?\b|\b(?:which|what) cases?\b/iu;

/** Whether it asks under which condition something holds, or what is excepted. */
export function asksCondition(question: string): boolean {
  return ASKS_CONDITION.test(question);
}
