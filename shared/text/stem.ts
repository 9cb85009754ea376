const VOWEL = /[aeiouy]/u;

/**
 * Light English stemming: steps 1a, 1b, 1c and 5 of M. F. Porter, "An algorithm for suffix stripping" (1980).
 * They unite the inflections of a word (request, requests, requested, requesting). Steps 2 to 4 are left out: they
 * would unite words of different meaning (university, universe). Expects lower-case a–z; words of fewer than four
 * letters are returned unchanged.
 */
export function stem(word: string): string {
  if (word.length < 4) return word;
  const singular = stripPlural(word);
  const base = stripPastAndProgressive(singular);
  const withI = base.endsWith('y') && VOWEL.test(base.slice(0, -1)) ? `${base.slice(0, -1)}i` : base;
  return stripFinalLetters(withI);
}

function stripPlural(word: string): string {
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') && !word.endsWith('us') ? word.slice(0, -1) : word;
}

function stripPastAndProgressive(word: string): string {
  if (word.endsWith('eed')) return countSyllables(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const ending = /(ed|ing)$/u.exec(word);
  if (!ending) return word;
  const rest = word.slice(0, ending.index);
  if (!VOWEL.test(rest)) return word;
  if (/(at|bl|iz)$/u.test(rest)) return `${rest}e`;
  if (/([^aeiouylsz])\1$/u.test(rest)) return rest.slice(0, -1);
  return countSyllables(rest) === 1 && endsShort(rest) ? `${rest}e` : rest;
}

function stripFinalLetters(word: string): string {
  let result = word;
  if (result.endsWith('e')) {
    const rest = result.slice(0, -1);
    const m = countSyllables(rest);
    if (m > 1 || (m === 1 && !endsShort(rest))) result = rest;
  }
  return result.endsWith('ll') && countSyllables(result.slice(0, -1)) > 1 ? result.slice(0, -1) : result;
}

/** Porter's m: how often consonants follow vowels. A `y` is a vowel after a consonant. */
function countSyllables(word: string): number {
  return vowelPattern(word).match(/v+c+/gu)?.length ?? 0;
}

/** Porter's *o: consonant, vowel, consonant, the last not w, x or y. */
function endsShort(word: string): boolean {
  return vowelPattern(word).endsWith('cvc') && !/[wxy]$/u.test(word);
}

/** One letter per letter of the word: `v` for vowels, `c` for consonants. */
function vowelPattern(word: string): string {
  let out = '';
  for (const letter of word) {
    const vowel = /[aeiou]/u.test(letter) || (letter === 'y' && out.endsWith('c'));
    out += vowel ? 'v' : 'c';
  }
  return out;
}
