import { type Figure, figuresIn, isSameFigure } from '#shared/text/stated-figures.ts';
import { contentWords, WordIndex } from './claim-words.ts';

/**
 * A negation that decides what a clause says. Left out: `없이` and `without` (they belong to a noun), `뿐 아니라`,
 * `no later than`, `no more than`.
 */
const NEGATION =
  /않|없(?!이)|못(?=[하한할했 ]|되|쓰|쓴|$)|아니(?!라)|아닙|(?<![가-힣])안 (?=[가-힣])|(?<![가-힣])안(?:돼|된|됩|되)|불가(?!피)|금지|금합|금한|말아야|마십시오|마세요|말 것|말것|미포함|\b(?:not(?! only| more than| less than| later than)|never|nobody|none|nothing|neither|cannot|no(?! later| more than| less than|\.)|forbid(?:den|s)?|prohibit(?:ed|s)?|banned|ban|impossible|unable)\b|n['’]t\b/giu;
/** Verbs of a limit, which is also stated without negation (`넘지 못한다`, `160 cm까지`). */
const LIMIT = /넘(?:지|기지|을 수|길 수)|초과(?:하지|할 수)|\bexceed|\blonger than|\bmore than/iu;
const FREE = /무료|면제|공짜|\bfree\b|\bwaived\b/iu;

const CLAUSE_END =
  /(?<=[가-힣](?:고|며|면|지만|는데|은데|인데|으나|아도|어도|해도|여도|거나|아서|어서|해서|니까|므로|려면|되|라도))[ ,]+|[,;:]\s+|\s+(?=(?:and|but|or|unless|that|which|who|although|though|except)\b)/giu;

/** Words of opposite meaning: a claim with one side where the passage has only the other says something else. */
const OPPOSITES: [RegExp, RegExp][] = [
  [/이상/u, /이하|미만/u],
  [/초과/u, /이하|미만/u],
  [/무료|공짜/u, /유료|[\d천만억] ?원/u],
  [/전액|전부|100 ?%/u, /[\d.] ?(?:%|퍼센트)|절반|일부/u],
  [/문을? ?(?:엽|여|열)|개관|개장|영업/u, /휴관|휴무|휴업|휴장|쉽니다|쉰다|쉽|문을? ?닫/u],
  [/누구나|모든 |아무나/u, /[가-힣]만 (?!원)/u],
  [/무급/u, /유급/u],
  [/무상/u, /유상/u],
  [/국내/u, /해외|국외/u],
  [/내부/u, /외부/u],
  [/(?:[월화수목금]요일|평일)/u, /(?:[토일]요일|주말|휴일)/u],
  [/왼쪽|좌측/u, /오른쪽|우측/u],
  [/상반기/u, /하반기/u],
  [/(?<![가-힣])(?:연|매년|연간|1년에) /u, /(?<![가-힣])(?:월|매월|매달|월간|한 달에) /u],
  [/혼자|단독/u, /동반|동행|함께/u],
  [/필수|의무/u, /선택|임의|자율/u],
  [/편도/u, /왕복/u],
  [/최대|까지/u, /최소|이상/u],
  [/늘(?:었|어|린|리|어난)|증가|상승/u, /줄(?:었|어|인|이)|감소|하락/u],
  [/(?<!불)가능/u, /불가/u],
  [/오전/u, /오후/u],
  [/\bopen(?:s|ed)?\b/i, /\bclose[sd]?\b/i],
  [/\bincrease[sd]?|\brose\b|\bgrew\b/i, /\bdecrease[sd]?|\bfell\b|\bdropped\b/i],
  [/\bbefore\b/i, /\bafter\b/i],
  [/\binclude[sd]?\b|\bcovers?(?:ed)?\b|\bcovered\b/i, /\bexclude[sd]?\b/i],
  [
    /\bfree\b|\bno (?:charge|cost|fee)\b/i,
    /\bcosts?\b|\bcharged\b|\bfees?\b|[$€£] ?\d|\d (?:euros?|dollars?|pounds?|won)\b/i,
  ],
  [/\b(?:any|every|all)(?:one|body)?\b/i, /\bonly\b/i],
  [/\bin front of\b/i, /\bbehind\b/i],
  [/\binside\b|\bindoors?\b/i, /\boutside\b|\boutdoors?\b/i],
  [/\bleft\b/i, /\bright\b/i],
  [/\balone\b|\bunaccompanied\b/i, /\baccompanied\b|\btogether\b/i],
  [/\b(?:mandatory|required|compulsory)\b/i, /\b(?:optional|voluntary)\b/i],
  [/\bweekdays?\b/i, /\bweekends?\b/i],
  [/\bunpaid\b/i, /\bpaid\b/i],
  [/\bat least\b|\bminimum\b/i, /\bat most\b|\bmaximum\b|\bup to\b/i],
];

type Clause = { text: string; words: string[]; figures: Figure[]; negations: number };
/** A sentence of a passage, read once for many claims. */
export type StatedSentence = { clauses: StatedClause[]; index: WordIndex };
type StatedClause = Clause & { index: WordIndex };

/** What stands last in a Korean sentence says whether something can be done. */
const ABILITY = /수(?:는|도|가)? ?(?:있|없)/u;
/** A shared figure says more about the topic than a word. */
const FIGURE_WEIGHT = 2;

/** Whether a claim denies what a passage states, or states what it denies, clause by clause; same language only. */
export function hasOtherPolarity(claim: string, stated: readonly StatedSentence[]): boolean {
  const clauses = clausesOf(claim);
  const matches = clauses.map((clause) => closest(clause, stated));
  return clauses.some((clause, at) => {
    const denied = deniedPart(clause, stated);
    if (denied && !denied.isLimit) return clause.negations % 2 === 0;
    const match = matches[at] ?? lastClauseLike(clause, matches[at - 1]);
    if (match === null) return false;
    // `excluded` is `not covered`: the opposite word and the negation cancel each other out.
    const isTurned = isOpposite(clause.text, match.clause.text);
    const isOther = isOtherPolarity(clause, match.clause);
    return isTurned ? !isOther : isOther;
  });
}

/**
 * A negated clause of the passage, all of whose words the clause has: it decides, however much more the clause shares
 * with another one (`covers parts, but not labour`).
 */
function deniedPart(clause: Clause, stated: readonly StatedSentence[]): { isLimit: boolean } | null {
  const index = new WordIndex(clause.text);
  for (const { words, negations, text } of stated.flatMap(({ clauses }) => clauses)) {
    if (negations % 2 === 1 && words.length > 0 && words.every((word) => index.share(word) === 1))
      return { isLimit: LIMIT.test(text) || FREE.test(clause.text) };
  }
  return null;
}

/** The clauses of a sentence, with an index of the words of each. */
export function readSentence(text: string): StatedSentence {
  const clauses = clausesOf(text).map((clause) => ({ ...clause, index: new WordIndex(clause.text) }));
  return { clauses, index: new WordIndex(text) };
}

function clausesOf(text: string): Clause[] {
  return text
    .split(CLAUSE_END)
    .filter((part) => part?.trim())
    .map((part) => ({
      text: part,
      words: contentWords(part),
      figures: figuresIn(part),
      negations: countNegations(part),
    }));
}

function countNegations(text: string): number {
  return text.replace(/뿐(?:만)? 아니라|neither\b(.*)\bnor/giu, '$1').match(NEGATION)?.length ?? 0;
}

type Match = { clause: Clause; sentence: StatedSentence; score: number };

/** The stated clause that shares most with a clause. Rare words count more, and the last: the predicate is there. */
function closest(clause: Clause, stated: readonly StatedSentence[]): Match | null {
  const rarity = clause.words.map(
    (word) => 1 / Math.max(1, stated.filter(({ index }) => index.share(word) > 0).length),
  );
  let best: Match | null = null;
  for (const sentence of stated) {
    for (const candidate of sentence.clauses) {
      const score = closeness(clause, candidate, rarity);
      if (score > (best?.score ?? 0)) best = { clause: candidate, sentence, score };
    }
  }
  return best;
}

function closeness(clause: Clause, candidate: StatedClause, rarity: number[]): number {
  let sum = 0;
  clause.words.forEach((word, at) => {
    sum += candidate.index.share(word) * (rarity[at] ?? 1) * (1 + at / clause.words.length);
  });
  const figures = clause.figures.filter((figure) =>
    candidate.figures.some((each) => isSameFigure(figure, each)),
  );
  return (sum + figures.length * FIGURE_WEIGHT) / Math.sqrt(candidate.words.length + 1);
}

/** For a clause that shares no word: the end of the sentence in which the clause before it was found. */
function lastClauseLike(clause: Clause, before: Match | null | undefined): Match | null {
  const last = before?.sentence.clauses.at(-1);
  if (!before || !last || !ABILITY.test(clause.text) || !ABILITY.test(last.text)) return null;
  return { ...before, clause: last };
}

function isOtherPolarity(clause: Clause, stated: Clause): boolean {
  if (clause.negations % 2 === stated.negations % 2) return false;
  const [negative, positive] = clause.negations % 2 === 1 ? [clause, stated] : [stated, clause];
  if (LIMIT.test(negative.text) && !LIMIT.test(positive.text)) return false;
  return !FREE.test(positive.text);
}

function isOpposite(claim: string, stated: string): boolean {
  return OPPOSITES.some(
    ([one, other]) =>
      (isOnly(claim, one, other) && isOnly(stated, other, one)) ||
      (isOnly(claim, other, one) && isOnly(stated, one, other)),
  );
}

function isOnly(text: string, one: RegExp, other: RegExp): boolean {
  return one.test(text) && !other.test(text);
}
