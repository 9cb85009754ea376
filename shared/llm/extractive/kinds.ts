/** A question for a kind of fact, and what such a fact looks like in a text. */
type Kind = { asks: RegExp; looks: RegExp };

/** What the question asks for and the sentence has. */
const RIGHT_KIND = 1.5;
/** The very unit that was asked for: `몇 권`, `how many people`. */
const RIGHT_UNIT = 1.8;
/** Asked for some amount, the sentence has some number. */
const HAS_NUMBER = 1.15;
const RIGHT_RELATION = 1.4;
/** Asked what is not so, the sentence or the lead-in of its list denies something. */
const DENIES = 1.2;

const NUMBER = String.raw`(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)`;
const KOREAN_NUMBER = String.raw`(?:\d[\d,.]*\s*[십백천만억]*|(?<![가-힣])(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열))`;

const NATIVE_DAYS = '(?:하루|이틀|사흘|나흘|닷새|열흘|보름|일주일)';

/** `한 달에` is no duration but what something is counted by. */
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
const STEP = /^(?:to|by) \w+|려면|십시오|세요|면 된다|면 됩니다/iu;

const KINDS: Kind[] = [
  {
    asks: /며칠|기간|얼마 ?동안|얼마 ?만에|얼마나 ?(?:오래|걸|기다)|how (?:long|soon)/iu,
    looks: DURATION,
  },
  { asks: /얼마|금액|비용|요금|가격|연봉|how much|price|cost|salary|fees?\b/iu, looks: MONEY },
  {
    asks: /언제|날짜|시각|\bwhen\b|what (?:time|date|year|day)|deadline|いつ/iu,
    looks: new RegExp(`${TIME.source}|${DURATION.source}`, 'iu'),
  },
  { asks: /얼마나 ?자주|how often/iu, looks: FREQUENCY },
  { asks: /누구|누가|\bwho(?:m|se)?\b/iu, looks: PERSON },
  { asks: /어떻게|방법|how (?:do|does|can|could|should|to)\b/iu, looks: STEP },
];

/** Different names of one unit. */
const SAME_UNIT: [asked: RegExp, units: string][] = [
  [/^(?:번|회|차례|times?)/iu, String.raw`(?:번|회|차례|times?|once|twice)`],
  [/^(?:명|분|사람|인|people|persons?|employees?)/iu, String.raw`(?:명|인|사람|people|persons?|employees?)`],
  [/^(?:퍼센트|프로|%|percent)/iu, String.raw`(?:퍼센트|프로|%|percent)`],
  [/^시(?!간)/u, String.raw`(?:시(?!간)|:\d)`],
];

const ASKS_AMOUNT =
  /몇|얼마|한도|최대|최소|길이|높이|너비|크기|무게|속도|온도|how (?!do|does|can|could|should|to\b)\w+|maximum|minimum|limit|number of|何|いくら|多少|几|幾/iu;

/** `며칠 전`, `몇 시간 안`: whence or until when the number counts, and other words for it. */
const RELATION = /(?:며칠|몇\s*[가-힣]{1,3}|얼마)\s*(?<relation>전|안|이내|동안|뒤|후|마다)/u;
const SAME_RELATION: [relation: RegExp, words: string][] = [
  [/안|이내/u, '(?:안|이내|내에)'],
  [/동안/u, '(?:동안|간)'],
  [/뒤|후/u, '(?:뒤|후)'],
];

const ASKS_DENIAL =
  /안 ?되|못|않|없|제외|금지|\b(?:not|cannot|except|excluded|forbidden|prohibited)\b|n['’]t\b/iu;
const DENIAL =
  /않|못|없|제외|금지|아니|\b(?:no|not|never|cannot|except|excluded|forbidden|prohibited)\b|n['’]t\b/iu;

/**
 * How much a text's figures and names speak for it as an answer: 1 for nothing special, more when it has what
 * the question asks for (a duration for `며칠` and `how long`, an amount of the very unit for `몇 권`). `intro` is
 * what leads into the list that the text is a part of.
 */
export function answerFit(question: string): (text: string, intro: string) => number {
  const units = counted(question);
  const looks = KINDS.filter(({ asks }) => asks.test(question)).map((kind) => kind.looks);
  const related = relation(question);
  const asksAmount = units.length === 0 && ASKS_AMOUNT.test(question);
  const asksDenial = ASKS_DENIAL.test(question);
  const figures = (text: string): number => {
    const has = (look: RegExp): boolean => look.test(text);
    if (units.some(has)) return RIGHT_UNIT * (related?.test(text) ? RIGHT_RELATION : 1);
    if (looks.some(has)) return RIGHT_KIND * (related?.test(text) ? RIGHT_RELATION : 1);
    return asksAmount && /\d/u.test(text) ? HAS_NUMBER : 1;
  };
  return (text, intro) => figures(text) * (asksDenial && DENIAL.test(`${text} ${intro}`) ? DENIES : 1);
}

function relation(question: string): RegExp | null {
  const asked = RELATION.exec(question)?.groups?.['relation'];
  if (asked === undefined) return null;
  const words = SAME_RELATION.find(([some]) => some.test(asked))?.[1] ?? asked;
  return new RegExp(`(?:${KOREAN_NUMBER}\\s*[가-힣]{1,3}|${NATIVE_DAYS})\\s*${words}`, 'u');
}

/** `몇 권`, `how many books`: a number with that unit. */
function counted(question: string): RegExp[] {
  const korean = [...question.matchAll(/몇\s*([가-힣]{1,3})/gu)].map(([, unit = '']) => {
    return new RegExp(`${KOREAN_NUMBER}\\s*${sameUnit(unit, unit.slice(0, 1))}`, 'iu');
  });
  const english = [...question.matchAll(/how many (\w+)/giu)].map(([, unit = '']) => {
    return new RegExp(`\\b${NUMBER}\\s+(?:\\w+\\s+){0,2}?${sameUnit(unit, unit.slice(0, 5))}`, 'iu');
  });
  return [...korean, ...english];
}

function sameUnit(unit: string, otherwise: string): string {
  return SAME_UNIT.find(([asked]) => asked.test(unit))?.[1] ?? otherwise;
}
