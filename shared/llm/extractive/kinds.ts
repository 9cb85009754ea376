import { asksList } from './question.ts';

/** How a question asks for a kind of fact, and how such a fact appears in a text. */
type FactKind = { asks: RegExp; appears: RegExp };

/** Factors of a sentence that contains the kind of fact asked for. */
const RIGHT_KIND = 1.5;
/** A number with the unit asked for: `몇 권`, `how many people`. */
const RIGHT_UNIT = 1.8;
/** The question asks for an amount, and the sentence contains a number. */
const HAS_NUMBER = 1.15;
const RIGHT_RELATION = 1.4;
/** The question asks for an exception or a prohibition, and the sentence or its list's lead-in is negative. */
const DENIES = 1.2;

const NUMBER = String.raw`(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)`;
const KOREAN_NUMBER = String.raw`(?:\d[\d,.]*\s*[십백천만억]*|(?<![가-힣])(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열))`;

const NATIVE_DAYS = '(?:하루|이틀|사흘|나흘|닷새|열흘|보름|일주일)';

/** Excludes `한 달에` (per month), which is a rate and not a duration. */
const DURATION = new RegExp(
  String.raw`${KOREAN_NUMBER}\s*(?:영업일|일|주|개월|달|년|해|시간|분|초)(?!에(?!서))|${NATIVE_DAYS}|\b${NUMBER}[\s-]+(?:\w+ )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b`,
  'iu',
);
const TIME =
  /\d\s*(?:월|시|am\b|pm\b|:\d|st\b|nd\b|rd\b|th\b)|[월화수목금토일]요일|매[일주월년달]|\b(?:january|february|april|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:march|may) \d|\d (?:march|may)|first|second|third|fourth|fifth|daily)\b/iu;
const MONEY =
  /\d\s*[십백천만억]*\s*(?:원|달러|유로|엔|dollars?|usd|krw|won|euros?|円|元)|[$₩€£¥]\s*\d|무료|\bfree\b/iu;
const FREQUENCY =
  /매[일주월년달]|마다|[\d한두세네]\s*[번회]|\b(?:every|per|once|twice|daily|weekly|monthly|yearly)\b/iu;
const PERSON =
  /에게|한테|(?<!함)께|[가-힣]팀|부서|담당|위원회|[팀소원점실]장|센터|\b(?:team|department|manager|officer|administrators?|operators?|customers?|support|lead)\b/iu;
/** An English clause that begins with a verb: `Open the valve`, `If it is low, press the button`. */
const IMPERATIVE =
  /(?:^|[,;:] )(?!(?:and|as|at|but|by|for|from|if|in|of|on|once|only|or|than|that|the|then|to|when|with)\b)[a-z]+ (?:the|your|it|them|a|an|all|any|this|that|us|our)\b/iu;
const STEP = new RegExp(`${IMPERATIVE.source}|^(?:to|by) \\w+|려면|십시오|세요|면 된다|면 됩니다`, 'iu');

const REASON =
  /때문|위해|위하여|이므로|하므로|으므로|원인은|이유는|까닭은|느라|덕분|탓|어서 |아서 |니까|\b(?:because|since|so that|due to|as a result|therefore|the cause|the reason|in order to|thanks to)\b/iu;

/** `A, B and C`. */
const ENUMERATION = /(?:,[^,]+){2}/u;

const KINDS: FactKind[] = [
  { asks: /왜(?![가-힣])|이유|까닭|원인|\bwhy\b|\breason|\bcause/iu, appears: REASON },
  {
    asks: /며칠|기간|얼마 ?동안|얼마 ?만에|얼마나 ?(?:오래|걸|기다)|how (?:long|soon)/iu,
    appears: DURATION,
  },
  {
    asks: /얼마(?!나| ?동안| ?만에| ?간)|금액|비용|요금|가격|연봉|how much|price|cost|salary|fees?\b/iu,
    appears: MONEY,
  },
  {
    asks: /언제|날짜|시각|\bwhen\b|what (?:time|date|year|day)|deadline|いつ/iu,
    appears: new RegExp(`${TIME.source}|${DURATION.source}`, 'iu'),
  },
  { asks: /얼마나 ?자주|how often/iu, appears: FREQUENCY },
  { asks: /누구|누가|\bwho(?:m|se)?\b/iu, appears: PERSON },
  {
    asks: /어떻게|어떡|뭘 해야|무엇을 해야|방법|how (?:do|does|can|could|should|to)\b|what (?:should|do|must|can) (?:i|we) do\b/iu,
    appears: STEP,
  },
];

/** Names of the same unit. */
const SAME_UNIT: [asked: RegExp, units: string][] = [
  [/^(?:번|회|차례|times?)/iu, String.raw`(?:번|회|차례|times?|once|twice)`],
  [/^(?:명|분|사람|인|people|persons?|employees?)/iu, String.raw`(?:명|인|사람|people|persons?|employees?)`],
  [/^(?:퍼센트|프로|%|percent)/iu, String.raw`(?:퍼센트|프로|%|percent)`],
  [/^(?:살|세)/u, '(?:살|세)'],
  [/^시(?!간)/u, String.raw`(?:시(?!간)|:\d)`],
];

const ASKS_AMOUNT =
  /몇|얼마|한도|최대|최소|길이|높이|너비|크기|무게|속도|온도|how (?!do|does|can|could|should|to\b)\w+|maximum|minimum|limit|number of|何|いくら|多少|几|幾/iu;

/** The direction of a number, as in `며칠 전` (days before) and `몇 시간 안` (within hours), and its synonyms. */
const RELATION = /(?:며칠|몇\s*[가-힣]{1,3}|얼마|언제)\s*(?<relation>전|안|이내|동안|뒤|후|마다|까지)/u;
const SAME_RELATION: [relation: RegExp, words: string][] = [
  [/안|이내/u, '(?:안|이내|내에)'],
  [/동안/u, '(?:동안|간)'],
  [/뒤|후/u, '(?:뒤|후)'],
  [/까지/u, '(?:[가-힣]{0,2}까지|안에|이내)'],
];

const ASKS_DENIAL =
  /안 (?:해도|하는|내도|가도|써도|받아도)|안 ?되|못|않|없|제외|금지|\b(?:not|cannot|except|excluded|forbidden|prohibited)\b|n['’]t\b/iu;
const DENIAL =
  /않|못|없|제외|금지|아니|\b(?:no|not|never|cannot|except|excluded|forbidden|prohibited)\b|n['’]t\b/iu;

/**
 * Rates how well a text's figures and names answer the question: 1 without a match, more when it contains the kind
 * of fact asked for (a duration for `며칠` and `how long`, a number with the unit for `몇 권`). `intro` is the text that
 * introduces the list of which the text is a part.
 */
export function answerFit(question: string): (text: string, intro: string) => number {
  const units = unitPatterns(question);
  const facts = KINDS.filter(({ asks }) => asks.test(question)).map(({ appears }) => appears);
  if (asksList(question)) facts.push(ENUMERATION);
  const related = relationPattern(question);
  const asksAmount = units.length === 0 && ASKS_AMOUNT.test(question);
  const asksDenial = ASKS_DENIAL.test(question);
  const rateFigures = (text: string): number => {
    const has = (pattern: RegExp): boolean => pattern.test(text);
    if (units.some(has)) return RIGHT_UNIT * (related?.test(text) ? RIGHT_RELATION : 1);
    if (facts.some(has)) return RIGHT_KIND * (related?.test(text) ? RIGHT_RELATION : 1);
    return asksAmount && /\d/u.test(text) ? HAS_NUMBER : 1;
  };
  return (text, intro) => rateFigures(text) * (asksDenial && DENIAL.test(`${text} ${intro}`) ? DENIES : 1);
}

/** How the kinds of fact that a question asks for look: a duration, an amount of money, a name. */
export function answerKinds(question: string): RegExp[] {
  const facts = KINDS.filter(({ asks }) => asks.test(question)).map(({ appears }) => appears);
  return [...unitPatterns(question), ...facts];
}

const ANY_NUMBER = new RegExp(
  `\\d|${NATIVE_DAYS}|${KOREAN_NUMBER}|\\b${NUMBER}\\b|없|무료|\\b(?:no|free|unlimited|never|daily|weekly|monthly|always)\\b|매[일주월년달]|언제든`,
  'iu',
);
const ASKS_MONEY =
  /얼마(?:예요|인가요|야|죠|지|입니까|이에요)?\s*[?？]|얼마를|연봉|(?:가격|비용|요금|금액|수리비|배송비)[은는이가]?\s*(?:얼마|[?？]|$)|how much (?:does|do|did|is|are|will|can i (?:spend|get|claim))|\b(?:salary|price)\b/iu;
const ANY_MONEY = new RegExp(
  `${MONEY.source}|%|무상|부담|없|[(]원[)]|가격|단가|price|cost|\\b(?:GBP|EUR|JPY|USD|KRW)\\b`,
  'iu',
);
/** Other things that an answer must show: a telephone number, a mobile one, an address of e-mail or of the web. */
const SHOWN: FactKind[] = [
  {
    asks: /휴대 ?전화 ?번호|휴대폰 ?번호|핸드폰 ?번호|mobile (?:phone )?number|cell(?:phone)? number/iu,
    appears: /\b01\d\D?\d/u,
  },
  { asks: /(?<!휴대 ?)전화 ?번호|phone number/iu, appears: /\d{3,4}/u },
  { asks: /이메일 ?주소|메일 ?주소|e-?mail address/iu, appears: /@/u },
];

/**
 * The figures that an answer to a question cannot do without: an amount of money, or any number. Patterns are wider
 * than those that rank statements, because here a miss hides an answer.
 */
export function figureKinds(question: string): RegExp[] {
  const shown = SHOWN.filter(({ asks }) => asks.test(question)).map(({ appears }) => appears);
  if (ASKS_MONEY.test(question)) return [...shown, ANY_MONEY];
  const asksNumber =
    /며칠|(?<![가-힣])몇|언제|how (?:many|long|often|soon)|\bwhen\b|what (?:time|date|year)/iu;
  return asksNumber.test(question) ? [...shown, ANY_NUMBER] : shown;
}

/** Matches a number with the direction that the question asks for. */
function relationPattern(question: string): RegExp | null {
  const asked = RELATION.exec(question)?.groups?.['relation'];
  if (asked === undefined) return null;
  const words = SAME_RELATION.find(([some]) => some.test(asked))?.[1] ?? asked;
  return new RegExp(`(?:${KOREAN_NUMBER}\\s*[가-힣]{1,3}|${NATIVE_DAYS})\\s*${words}`, 'u');
}

/** Match a number with a unit that the question names: `몇 권`, `how many books`. */
function unitPatterns(question: string): RegExp[] {
  const korean = [...question.matchAll(/몇\s*([가-힣]{1,3})/gu)].map(([, unit = '']) => {
    return new RegExp(`${KOREAN_NUMBER}\\s*${sameUnit(unit, unit.slice(0, 1))}`, 'iu');
  });
  const english = [...question.matchAll(/how many (\w+)/giu)].map(([, unit = '']) => {
    return new RegExp(`\\b${NUMBER}\\s+(?:\\w+\\s+){0,2}?${sameUnit(unit, unit.slice(0, 5))}`, 'iu');
  });
  return [...korean, ...english];
}

function sameUnit(unit: string, fallback: string): string {
  return SAME_UNIT.find(([asked]) => asked.test(unit))?.[1] ?? fallback;
}
