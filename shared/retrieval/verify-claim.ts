import { type Figure, figuresIn, isSameFigure } from '#shared/text/stated-figures.ts';
import { isMeasure } from '#shared/text/units.ts';
import { missingMembers } from './claim-lists.ts';
import { missingNames } from './claim-names.ts';
import { substitutedWords, swapsRoles } from './claim-slots.ts';
import { contentWords, scriptOf } from './claim-words.ts';
import { PassageFacts } from './passage-facts.ts';
import { hasOtherPolarity } from './polarity.ts';
import { findQuotation, type Quotation, quotationsIn } from './quotations.ts';

/** The share of a claim's content words that the passage must hold, fitted on the `tune` half of bench/answers. */
const MIN_COVERAGE = 0.4;
/** A shared figure or quotation is evidence too. */
const MIN_COVERAGE_BESIDE_FIGURES = 0.25;

export type Verification = {
  /** Whether the passage proves the claim: nothing is missing, polarity is the same, the words overlap. */
  verified: boolean;
  /** Figures, quotations, names and list members that are not in the passage, as the claim writes them. */
  missing: string[];
  /** False when passage and claim share nothing at all; such a claim is not to be cited. */
  supported: boolean;
};

/** Checks a claim against the passage that it cites, by rules. Markers and markup are not part of the claim. */
export function verifyClaim(passage: PassageFacts, claim: string): Verification {
  const text = claim.replace(/\*\*|__|`/g, '');
  const index = passage.words;
  const quotations = quotationsIn(text);
  const lost = quotations.filter(({ text: quoted }) => !findQuotation(passage.text, quoted));
  // What is quoted is checked word for word, and not again by its parts.
  const plain = quotations.reduce(blank, text);
  const blanked = figuresIn(plain).reduce(blank, plain);
  const isForeign = scriptOf(text) !== passage.script;
  const figures = checkFigures(plain, passage, isForeign);
  const missing = [
    ...lost.map(({ text: quoted }) => quoted),
    ...figures.missing,
    ...missingNames(blanked, passage),
    ...(isForeign ? [] : missingMembers(plain, index)),
    ...(isForeign ? [] : substitutedWords(blanked, passage)),
  ];
  const words = contentWords(text);
  const found = quotations.length - lost.length + figures.found;
  const isCovered = isForeign
    ? found > 0 || words.some((word) => index.share(word) === 1)
    : isEnough(index.coverage(words), words.length, found);
  const denies =
    isCovered && !isForeign && (deniesPassage(plain, passage, quotations) || swapsRoles(plain, passage));
  return {
    verified: missing.length === 0 && isCovered && !denies,
    missing: [...new Set(missing)],
    supported: found > 0 || isForeign || words.length < 2 || index.coverage(words) > 0,
  };
}

function isEnough(coverage: number, words: number, found: number): boolean {
  if (found > 0) return coverage >= MIN_COVERAGE_BESIDE_FIGURES;
  return words > 0 && coverage >= MIN_COVERAGE;
}

/** The polarity of what is quoted is checked with the words. */
function deniesPassage(claim: string, passage: PassageFacts, quotations: Quotation[]): boolean {
  const places = quotations
    .map(({ text }) => findQuotation(passage.text, text))
    .filter((place) => place !== null);
  const stated =
    places.length > 0 ? new PassageFacts(places.reduce(blank, passage.text)).stated : passage.stated;
  return hasOtherPolarity(claim, stated);
}

function blank(text: string, { start, end }: { start: number; end: number }): string {
  return text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
}

function checkFigures(
  claim: string,
  passage: PassageFacts,
  isForeign: boolean,
): { missing: string[]; found: number } {
  const claimed = figuresIn(claim);
  const missing = claimed.filter((figure) => {
    if (isOptional(figure, isForeign)) return false;
    const same = passage.figures.filter((each) => isSameFigure(figure, each));
    return (
      same.length === 0 || (!isForeign && same.every((each) => isOtherNoun([claim, figure], [passage, each])))
    );
  });
  return { missing: missing.map(({ text }) => text), found: claimed.length - missing.length };
}

/** `one` and `한 번` are often no figure, nor is `하루` across languages (`per day`, `daily`). */
function isOptional(figure: Figure, isForeign: boolean): boolean {
  if (figure.kind !== 'number' || figure.written !== 1) return false;
  return isForeign || /^(?:one|한 ?번|한 ?편|하나)$/iu.test(figure.text);
}

/** A unit that no table knows: `12 sheets` and `12 rolls`, or `5 barrels` and `5 litres`. */
function isOtherNoun([claim, claimed]: [string, Figure], [passage, stated]: [PassageFacts, Figure]): boolean {
  if (claimed.kind !== 'number' || stated.kind !== 'number' || claimed.dimension !== '') return false;
  const noun = /^ ([a-z]{3,})/.exec(claim.slice(claimed.end))?.[1];
  if (!noun || contentWords(noun).length === 0 || passage.words.coverage(contentWords(noun)) > 0)
    return false;
  const other = /^ ([a-z]{3,})/.exec(passage.text.slice(stated.end))?.[1];
  return isMeasure(stated.dimension) || (other !== undefined && contentWords(other).length > 0);
}
