/** A unit in one spelling: its dimension, and how many of the dimension's base unit it is. */
export type Unit = { dimension: string; factor: number };

/**
 * Spellings of units with what they measure, in the form `dimension factor: spelling|spelling`. Spellings are regular
 * expressions. Counters of Korean have the dimension `count:<group>`, because `3호기` is not `3개`.
 */
const UNITS = `
percent 0.1: ‰|퍼밀|permille
percent 1: %|퍼센트|프로(?!그|젝|세|필|모|토)|percent|per cent|pct
points 1: %p|퍼센트포인트|percentage points?
krw 1: 원|won|krw
usd 1: 달러|불(?!편|가|법|이|꽃|량)|dollars?|usd|us\\$
eur 1: 유로|euros?|eur
gbp 1: 파운드|gbp|pounds? sterling
pound 1: pounds?|lbs?
jpy 1: 엔(?!진|드)|yen|jpy
cny 1: 위안|yuan|cny|rmb
chf 1: 프랑|francs?|chf
crown 1: 크로나|크로네|crowns?
cent 1: 센트|cents?
second 1: 초|seconds?|secs?
second 0.001: 밀리초|milliseconds?|ms
second 60: 분(?!기|의|야|류|할|량)|minutes?|mins?
second 3600: 시간|hours?|hrs?
day 1: 일(?!차|련|호)|날|days?|business days?|working days?
day 7: 주일|주(?!년|차|택)|weeks?
month 1: 개월|달(?!러|걀)|months?
month 3: 분기|quarters?
month 12: 년(?!도|차)|해(?!당|외|지|결|석|제)|years?|yrs?
gram 1: 그램|grams?|g
gram 1000: 킬로그램|킬로(?!미터|와트|바이트)|kilograms?|kilos?|kgs?
gram 0.001: 밀리그램|milligrams?|mg
gram 1000000: 톤|tonnes?|tons?
metre 1: 미터|metres?|meters?|m
metre 1000: 킬로미터|kilometres?|kilometers?|km
metre 0.01: 센티미터|센티|centimetres?|centimeters?|cm
metre 0.001: 밀리미터|millimetres?|millimeters?|mm
foot 1: 피트|feet|foot|ft
foot 0.0833333333333: 인치|inch(?:es)?
mile 1: 마일|miles?
nautical 1: 해리|nautical miles?
nautical-inch 1: nautical inch(?:es)?
metre 0.9144: 야드|yards?|yd
metre-square 10000: 헥타르|hectares?|ha
metre-square 4046.86: 에이커|acres?
speed 1: 시속|km/h|kmh|kph
speed 1.609344: mph
speed 3.6: m/s
revolution 1: rpm
gallon 1: 갤런|gallons?|gal
gallon 0.125: 파인트|pints?
ounce 1: 온스|ounces?|oz
cup 1: cups?
spoon 1: 작은술|티스푼|teaspoons?|tsp
spoon 3: 큰술|테이블스푼|tablespoons?|tbsp
pascal 1: 파스칼|pascals?|pa
pascal 1000: kpa|킬로파스칼
pascal 1000000: mpa|메가파스칼
psi 1: psi
lux 1: 럭스|lux|lx
lumen 1: 루멘|lumens?|lm
newton 1: 뉴턴|newtons?
joule 1: 줄(?![가-힣])|joules?
kelvin 1: 켈빈|kelvins?
ppm 1: ppm|피피엠
pixel 1: 픽셀|pixels?|px|화소
month 120: decades?
month 1200: 세기|centur(?:y|ies)
knot 1: 노트(?!북)|knots?
litre 1: 리터|litres?|liters?|l
litre 0.001: 밀리리터|millilitres?|milliliters?|ml|cc
area 1: 제곱미터|평방미터|square met(?:re|er)s?|m²|㎡|m2
area 3.305785: 평(?!가|균|일|소|점)
celsius 1: °c|℃|degrees celsius|degrees?|도(?!시|서|구|로|착|움|전)
fahrenheit 1: °f|℉|degrees fahrenheit
byte 1: 바이트|bytes?
byte 1000: kb|킬로바이트|kilobytes?
byte 1000000: mb|메가바이트|megabytes?|메가(?![가-힣])
byte 1000000000: gb|기가바이트|gigabytes?|기가(?![가-힣])
byte 1000000000000: tb|테라바이트|terabytes?
watt 0.001: mw|밀리와트
watt 1000000: 메가와트|megawatts?
watt 1: 와트|watts?|w
watt 1000: 킬로와트|kilowatts?|kw
watthour 1000: 킬로와트시|kwh
watthour 1: 와트시|wh
volt 1: 볼트|volts?|v
ampere 1: 암페어|amperes?|amps?
milliampere-hour 1: mah
hertz 1: 헤르츠|hertz|hz
hertz 1000: khz
hertz 1000000: mhz
hertz 1000000000: ghz
bar 1: 바(?![가-힣])|bars?
decibel 1: 데시벨|db
calorie 1: kcal|킬로칼로리|칼로리|calories
count:person 1: 명|사람|인(?!증|터|원|사|하|상|치|간|도|용|접|쇄|기)
count:time 1: 번째|번(?!호)|회(?!사|의|원)|차례
count:age 1: 세(?!금|트|로|계|대|상|부사)|살
count:floor 1: 층
count:unit 1: 호기
count:article 1: 조(?!원|직|건|사|정|항|치|합|금|회)
count:clause 1: 항(?!목|공|상|의|구)
count:page 1: 쪽|페이지|pages?
count:seat 1: 석(?!유|사|방|탄|고|상|재)
count:thing 1: 개(?!월|년|국)|가지|곳|군데|대(?!표|상|회|금|비)
`;

/** Korean counters that stand for no group of their own: `네 알`, `열 자리`. */
const OTHER_COUNTERS =
  '권|장|면|알|자리|마리|시|병|잔|벌|켤레|채|배|칸|줄|통|건|팀|나라|개국|국가|기관|방|끼|편|단계|그루|쌍|조각|방울|봉지|상자|컵|종류|종|부서|항목|문항|문제|과목|학기|등급|등|차|호|기|표|박|주년|년차|일차|분의|개소|점|벌|척|정|구|본|모금|숟갈|사람|집|회선|줄기|세트|박스|묶음|팩|포|매|필|가구|세대|교시|코스|레인|번';

type Spelling = Unit & { initial: string; pattern: RegExp };

/** By their first letter: to try each of some 250 at every number took three quarters of the time of a text. */
const SPELLINGS: ReadonlyMap<string, Spelling[]> = Map.groupBy(listSpellings(), ({ initial }) => initial);

function listSpellings(): Spelling[] {
  return UNITS.trim()
    .split('\n')
    .flatMap((line) => {
      const [, dimension = '', factor = '', spellings = ''] = /^(\S+) (\S+): (.*)$/.exec(line) ?? [];
      return spellings
        .split(/\|(?![^(]*\))/)
        .map((spelling) => ({ dimension, factor: Number(factor), spelling }));
    })
    .sort((a, b) => plainLength(b.spelling) - plainLength(a.spelling))
    .map(({ spelling, ...unit }) => ({
      ...unit,
      initial: spelling.charAt(0),
      // A Latin unit ends before the next letter. After a Korean one a particle may follow.
      pattern: new RegExp(
        `^[ \\u00a0-]?(?:${spelling})${/[a-z²]$|\)\??$|\?$/.test(spelling) ? '(?![A-Za-z])' : ''}`,
        'iu',
      ),
    }));
}

const COUNTER = new RegExp(`^ ?(?:${OTHER_COUNTERS})(?![A-Za-z])`, 'u');

function plainLength(spelling: string): number {
  return spelling.replace(/\(\?[!:][^)]*\)/g, '').length;
}

/** The unit with which `text` begins, with its length; null where there is none. A space may stand before it. */
export function readUnit(text: string): (Unit & { length: number }) | null {
  const initial = /^[ \u00a0-]?(.)/u.exec(text)?.[1]?.toLowerCase() ?? '';
  for (const { pattern, dimension, factor } of SPELLINGS.get(initial) ?? []) {
    const match = pattern.exec(text);
    if (match) return { dimension, factor, length: match[0].length };
  }
  const counter = COUNTER.exec(text);
  return counter ? { dimension: 'count', factor: 1, length: counter[0].length } : null;
}

/** Whether a dimension measures something, so that a figure of another dimension is another figure. */
export function isMeasure(dimension: string): boolean {
  return dimension !== '' && !dimension.startsWith('count');
}

const CURRENCIES = new Set(['krw', 'usd', 'eur', 'gbp', 'jpy', 'cny', 'chf', 'crown', 'cent']);

export function isCurrency(dimension: string): boolean {
  return CURRENCIES.has(dimension);
}

const SIGNS: Record<string, string> = { $: 'usd', '₩': 'krw', '€': 'eur', '£': 'gbp', '¥': 'jpy' };

/** The currency of a sign or code before an amount (`$`, `USD`); null for other text. */
export function currencyBefore(text: string): string | null {
  const sign = SIGNS[text.slice(-1)];
  if (sign) return sign;
  const code = /^(?:USD|KRW|EUR|GBP|JPY|CNY|CHF)$/.exec(text)?.[0];
  return code ? code.toLowerCase() : null;
}
