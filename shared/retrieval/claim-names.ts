import { type Script, scriptOf, type WordIndex } from './claim-words.ts';
import type { PassageFacts } from './passage-facts.ts';

const TITLE =
  '과장|부장|대리|차장|팀장|실장|이사|대표이사|대표|사장|회장|원장|교수|선생님|박사|위원장|관리소장|소장|주임|책임|수석|선임|매니저|영양사|사감|작가|조리장|기자|변호사|의사|간호사|감독|총장|시장|장관|조교|주무관|사무관|강사|코치';
const PARTICLE =
  '이라는|라는|에게서|에게|께서|한테|에서|으로|로|이며|이고|이|가|은|는|을|를|와|과|의|도|만|입니다|이다|이에요|예요';
const NAME_BEFORE_TITLE = new RegExp(
  `(?<![가-힣])(?<name>[가-힣]{2,4}) (?:${TITLE}|씨|님)(?=(?:${PARTICLE})?(?:[^가-힣]|$))`,
  'gu',
);
const NAME_AFTER_TITLE = new RegExp(
  `(?<![가-힣])(?:${TITLE}|담당자|책임자) (?<name>[가-힣]{2,4}?)(?=(?:${PARTICLE})(?:[^가-힣]|$)|$)`,
  'gu',
);
const ORGANISATION =
  /(?<![가-힣])(?<name>[가-힣]{1,8}(?:팀|센터|위원회|은행|대학교|병원|학교|협회|재단|연구소|사무국|본부|지점|구청|시청))(?![가-힣]{3})/gu;
/** What a Korean sentence says that its subject is: the last words before `입니다`. */
const COMPLEMENT =
  /(?<name>[가-힣]{2,})(?:입니다|이다|이에요|예요|이었습니다|였습니다|이라고 합니다)[.!]?\s*$/u;
/** Complements of meaning rather than of names (`필수입니다`, `무료입니다`). */
const PLAIN_COMPLEMENT =
  /(?:까지|부터|이내|이상|이하|미만|초과|정도|마다|기준|대상|필수|무료|가능|불가|원칙|예정|것|때문|경우|이전|이후|쯤)$/u;

/** Starts and joints of sentences, whose capital says nothing. */
const CAPITAL_WORD = /\p{Lu}[\p{L}\p{M}'’-]*/u;
const NOT_NAMES =
  /^(?:I|I'm|The|A|An|It|This|That|These|Those|There|If|When|In|On|At|By|For|From|To|Of|And|Or|But|No|Not|Yes|You|Your|We|Our|They|Their|He|She|His|Her|Its|All|Any|Each|Every|Some|As|So|However|According|Please|Note|January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mondays|Tuesdays|Wednesdays|Thursdays|Fridays|Saturdays|Sundays|USD|EUR|GBP|KRW|JPY|CNY|CHF|PM|AM|VAT|Dr|Mr|Mrs|Ms|Prof)$/u;

/**
 * The proper names of a claim that are not in a passage, as they are written in the claim. Latin names are looked for
 * in any passage that has Latin names of its own or is in the same script; Korean ones in a Korean passage.
 */
export function missingNames(claim: string, { words: index, script }: PassageFacts): string[] {
  const names = [...latinNames(claim, script), ...(script === 'ko' ? koreanNames(claim) : [])];
  return [...new Set(names)].filter((name) => !index.holds(name) && !holdsParts(name, index));
}

/** A Latin name counts as held when each of its words is, in any order (`Hofstad, Lena`). */
function holdsParts(name: string, index: WordIndex): boolean {
  const parts = name.match(/[\p{L}\p{M}\p{N}]{2,}/gu) ?? [];
  return /^\p{sc=Latin}/u.test(name) && parts.length > 1 && parts.every((part) => index.holds(part));
}

function koreanNames(claim: string): string[] {
  const after = [...claim.matchAll(NAME_AFTER_TITLE)];
  const before = [...claim.matchAll(NAME_BEFORE_TITLE)].filter(
    ({ index, groups, 0: match }) =>
      !/(?:[는를을의고며면서게도만로]|하여|되어)$/u.test(groups?.['name'] ?? '') &&
      !after.some((each) => each.index > index && each.index < index + match.length),
  );
  const found = [...before, ...after, ...claim.matchAll(ORGANISATION)].map(
    ({ groups }) => groups?.['name'] ?? '',
  );
  const complement = COMPLEMENT.exec(claim)?.groups?.['name'];
  return complement && !PLAIN_COMPLEMENT.test(complement) ? [...found, complement] : found;
}

/** Runs of capitalised words inside a sentence. The first word counts only when the second is capitalised too. */
function latinNames(claim: string, passageScript: Script): string[] {
  const isLatin = scriptOf(claim) === 'latin';
  if (isLatin && passageScript !== 'latin') return [];
  const words = [...claim.matchAll(/[\p{sc=Latin}\p{M}][\p{sc=Latin}\p{M}\p{N}'’&.-]*/gu)];
  if (
    words.length > 3 &&
    words.filter(([word]) => CAPITAL_WORD.test(word.slice(0, 1))).length > words.length * 0.6
  )
    return [];
  const names: string[] = [];
  let run: RegExpExecArray[] = [];
  const close = (): void => {
    const [first] = run;
    const last = run.at(-1);
    if (first && last && (run.length > 1 || !startsSentence(claim, first.index)))
      names.push(claim.slice(first.index, last.index + last[0].length).replace(/['’]s$|[.'’-]+$/u, ''));
    run = [];
  };
  for (const word of words) {
    const before = run.at(-1);
    const isNext = before && /^ $/.test(claim.slice(before.index + before[0].length, word.index));
    if (!isNext) close();
    const bare = word[0].replace(/['’]s$|\.$/u, '');
    if (/^\p{Lu}/u.test(bare) && !NOT_NAMES.test(bare)) run.push(word);
    else close();
  }
  close();
  return names;
}

function startsSentence(text: string, at: number): boolean {
  return /(?:^|[.!?:;"“”‘(\n*•-])\s*$/u.test(text.slice(0, at)) && scriptOf(text) === 'latin';
}
