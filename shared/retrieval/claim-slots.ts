import { contentWords, koreanStem, WordIndex } from './claim-words.ts';
import type { PassageFacts } from './passage-facts.ts';

/** Particles after which a noun names a place, a person, a source or a means. It has to be in the passage itself. */
const PLACED =
  /^(?<noun>[가-힣]{2,}?)(?:에서는|에서도|에서만|에서|에게서|에게는|에게만|에게|한테|께서|께|에도|에는|에만|에|으로만|으로도|으로는|으로|로)$/u;
const PLACED_COMMON =
  /(?:적|별도|추가|무료|유료|자동|수동|기준|대상|방법|방식|경우|동안|사이|다음|처음|마지막|전체|이상|이하|이내|기간|시간|시각|의무|필수|우선|실제|순서|사람|덕분|바탕|이유|원칙|정도|위주|포함|나중|최대|최소|평균|그대|제대|스스|수시|때문|이후|이전|이외|이번|번째|하나)$/u;
/** Particles of the subject and the object, whose noun a claim may also say in other words. */
const ROLES: [string, RegExp][] = [
  ['subject', /^(?<noun>[가-힣]{2,})[이가]$/u],
  ['object', /^(?<noun>[가-힣]{2,})[을를]$/u],
  ['and', /^(?<noun>[가-힣]{2,})(?:이며|이고|와|과|나|이나)$/u],
  ['also', /^(?<noun>[가-힣]{2,})[도만]$/u],
];
/** Words that stand before nouns without being one. */
const ADVERB =
  /(?:히|게|시|로|리|서|고|며|니|면|지|던|한|된|할|될|은|는|을|를|의|도|만|간|당|씩|째|약|총|매|각|전|후|내)$|^(?:매년|매월|매주|매일|모든|모두|다시|또한|그리고|반드시|직접|바로|전체|해당|다음|이번|일부|최대|최소|별도|추가|사전|미리|보통|현재|오직|단지|아주|매우|가장|거의)$/u;
const DETERMINERS = new Set(
  'a an the this that these those its their our your his her my any each every'.split(' '),
);
const PREPOSITIONS = new Set('in on at by from to for with of near into'.split(' '));
const START = '^';

/**
 * Words of a claim that stand where a sentence of the passage has another word (`판매자가 부담` for `구매자가 부담`, `the
 * south gate` for `the north gate`), and Korean nouns of place or person that the passage does not have at all.
 */
export function substitutedWords(claim: string, passage: PassageFacts): string[] {
  const sentences = passage.sentences.map(({ text }) => text);
  const index = passage.words;
  return /[가-힣]/u.test(claim)
    ? substitutedKorean(claim, sentences, index)
    : substitutedEnglish(claim, sentences, index);
}

function substitutedKorean(claim: string, sentences: readonly string[], index: WordIndex): string[] {
  const words = claim.match(/[\p{L}\p{N}]+/gu) ?? [];
  const own = new WordIndex(claim);
  return words.flatMap((word, at) => {
    const placed = PLACED.exec(word)?.groups?.['noun'];
    if (placed && !PLACED_COMMON.test(placed)) return isAbsent(placed, index) ? [placed] : [];
    const next = words[at + 1];
    const role = roleOf(word) ?? attributeOf(word, next);
    if (!role || !next || !isAbsent(role.noun, index)) return [];
    const isReplaced = sentences.some((sentence) => holdsOther(sentence, { role: role.name, next }, own));
    return isReplaced ? [role.noun] : [];
  });
}

function isAbsent(noun: string, index: WordIndex): boolean {
  const words = contentWords(noun);
  return words.length > 0 && words.every((word) => index.share(word) === 0);
}

function roleOf(word: string): { name: string; noun: string } | null {
  for (const [name, pattern] of ROLES) {
    const noun = pattern.exec(word)?.groups?.['noun'];
    if (noun) return { name, noun };
  }
  return null;
}

/** Whether giver and receiver are exchanged: `갑이 을에게` for `을은 … 갑에게`. */
export function swapsRoles(claim: string, passage: PassageFacts): boolean {
  const claimed = giverAndReceiver(claim);
  if (!claimed) return false;
  return passage.sentences.some(({ text }) => {
    const stated = giverAndReceiver(text);
    return stated !== null && stated.giver === claimed.receiver && stated.receiver === claimed.giver;
  });
}

function giverAndReceiver(sentence: string): { giver: string; receiver: string } | null {
  const receiver = /(?<![가-힣])(?<noun>[가-힣]{1,6}?)(?:에게|한테|께)(?:는|도)?(?![가-힣])/u.exec(sentence);
  const giver = /(?<![가-힣])(?<noun>[가-힣]{1,6}?)(?:은|는|이|가)(?![가-힣])/u.exec(sentence);
  if (!giver?.groups?.['noun'] || !receiver?.groups?.['noun']) return null;
  return { giver: giver.groups['noun'], receiver: receiver.groups['noun'] };
}

/** A noun without a particle before another noun: `본부장 승인이`, `서초구 테헤란로에`. */
function attributeOf(word: string, next = ''): { name: string; noun: string } | null {
  const isNoun = /^[가-힣]{2,5}$/u.test(word) && !ADVERB.test(word) && koreanStem(word)[0] === word;
  return isNoun && /^[가-힣]{2,}(?:이|가|을|를|은|는|에|의|과|와|로|도|만)$/u.test(next)
    ? { name: 'attribute', noun: word }
    : null;
}

/** Whether a sentence has another noun in the same role before the same word. */
function holdsOther(
  sentence: string,
  { role, next }: { role: string; next: string },
  claim: WordIndex,
): boolean {
  const words = sentence.match(/[\p{L}\p{N}]+/gu) ?? [];
  const stem = koreanStem(next)[0] ?? next.slice(0, 1);
  return words.some((word, at) => {
    const other = roleOf(word) ?? attributeOf(word, words[at + 1]);
    const isBefore = words[at + 1]?.startsWith(stem.slice(0, 2)) ?? false;
    return isBefore && other?.name === role && isAbsent(other.noun, claim);
  });
}

function substitutedEnglish(claim: string, sentences: readonly string[], index: WordIndex): string[] {
  const own = new WordIndex(claim);
  const words = englishWords(claim);
  const stated = sentences.map(englishWords);
  return words.flatMap((word, at) => {
    if (!isNounPlace(words, at) || !isAbsent(word.text, index)) return [];
    const isReplaced = stated.some((sentence) =>
      sentence.some(
        (other, i) => isOther(other.text, own) && isSamePlace({ words, at }, { words: sentence, at: i }),
      ),
    );
    return isReplaced ? [word.text] : [];
  });
}

/** `afterDeterminer` tells nouns from verbs, for which claims use synonyms. */
type English = { text: string; afterDeterminer: boolean };

function englishWords(text: string): English[] {
  const words: English[] = [{ text: START, afterDeterminer: false }];
  let afterDeterminer = false;
  for (const word of text.toLowerCase().match(/[\p{L}\p{M}\p{N}'’-]+/gu) ?? []) {
    const isDeterminer = DETERMINERS.has(word);
    if (!isDeterminer) words.push({ text: PREPOSITIONS.has(word) ? 'in' : word, afterDeterminer });
    afterDeterminer = isDeterminer;
  }
  return [...words, { text: START, afterDeterminer: false }];
}

/** After `the` or a preposition, or last in the sentence; also first, before a form of `be`. */
function isNounPlace(words: English[], at: number): boolean {
  const word = words[at];
  if (!word || word.text === START) return false;
  if (words[at - 1]?.text === START && /^(?:is|are|was|were)$/u.test(words[at + 1]?.text ?? '')) return true;
  return word.afterDeterminer || words[at - 1]?.text === 'in' || words[at + 1]?.text === START;
}

function isOther(word: string, claim: WordIndex): boolean {
  const words = contentWords(word);
  return word !== START && words.length > 0 && claim.coverage(words) === 0;
}

type Place = { words: English[]; at: number };

/** Same neighbours on both sides, or the same two words before it. */
function isSamePlace(claim: Place, stated: Place): boolean {
  const neighbour = ({ words, at }: Place, step: number): string => words[at + step]?.text ?? START;
  const same = (step: number): boolean => stemOf(neighbour(claim, step)) === stemOf(neighbour(stated, step));
  return same(-1) && (same(1) || (neighbour(claim, -1) !== START && same(-2)));
}

function stemOf(word: string): string {
  return contentWords(word)[0] ?? word;
}
