import { findFigures } from './figures.ts';
import { lexicalTokens } from './lexical.ts';

/**
 * Particles and the copula that follow a Korean noun of one syllable (약은, 차에서, 물입니다). With a noun they make
 * a word of two to four syllables, of which bigrams never give the noun itself.
 */
const AFTER_SYLLABLE =
  '은|는|이|가|을|를|에|의|도|로|와|과|만|나|랑|엔|에서|에서는|에는|에도|에만|부터|까지|으로|으로는|로는|이나|이랑|하고|에게|보다|처럼|마다|밖에|이다|이며|이고|인데|인가요|입니다|이에요|예요|이란|이라|들은|들이|들을';
const ONE_SYLLABLE_NOUN = new RegExp(`(?<![가-힣\\d])([가-힣])(?:${AFTER_SYLLABLE})(?![가-힣])`, 'gu');

/** Words of Latin letters and digits with a change of case, or from letters to digits, inside (`getUserName`). */
const JOINED_WORD =
  /(?<![\p{L}\p{N}])(?=[A-Za-z0-9]*(?:[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Za-z]\d))[A-Za-z0-9]{3,64}(?![\p{L}\p{N}])/gu;
const WORD_PARTS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/gu;
/** It starts where a run of its letters starts: from each of them the pattern would be quadratic. */
const EMAIL = /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu;

/**
 * The text of a chunk that both indexes and the reranker read. It includes the heading: a passage often names its
 * subject only there.
 */
export function indexedText({ heading, text }: { heading: string | null; text: string }): string {
  return heading ? `${heading}\n${text}` : text;
}

/** The noun of one syllable in each word that is one with a particle: `약은` gives `약`. */
export function oneSyllableNouns(text: string): string[] {
  return [...text.matchAll(ONE_SYLLABLE_NOUN)].map(([, noun]) => noun ?? '');
}

/** The parts of identifiers and codes that are written as one word: `getUserName` gives `get user name`. */
export function identifierParts(text: string): string[] {
  return [...text.matchAll(JOINED_WORD)]
    .flatMap(([word]) => word.match(WORD_PARTS) ?? [])
    .filter((part) => part.length > 1)
    .flatMap((part) => lexicalTokens(part));
}

/** The e-mail addresses of a text, in lower case. */
export function emailAddresses(text: string): string[] {
  return [...text.matchAll(EMAIL)].map(([address]) => address.toLowerCase());
}

/**
 * The terms under which a passage is found, with repetitions: those of `lexicalTokens`, and further forms of what it
 * says. These are nouns of one syllable without their particle, the parts of identifiers, e-mail addresses, and
 * figures in one notation.
 */
export function passageTerms(text: string): string[] {
  const plain = text.normalize('NFKC');
  return [
    ...lexicalTokens(plain),
    ...oneSyllableNouns(plain),
    ...identifierParts(plain),
    ...emailAddresses(plain),
    ...findFigures(plain).flatMap(({ terms }) => terms),
  ];
}

/**
 * The distinct terms of a document's title and file name. The name is read without its extension, as it stands and
 * divided at `_`, `-` and `.`: `2024_휴가-규정.pdf` has the terms of `2024 휴가 규정`.
 */
export function titleTerms(title: string, filename: string): string[] {
  const stem = fileStem(filename);
  return [...new Set(passageTerms(`${title}\n${stem}\n${stem.replaceAll(/[_.-]+/gu, ' ')}`))];
}

/** The title of a document that has none: its file name without the extension, with blanks for `_`. */
export function titleOfFilename(filename: string): string {
  return fileStem(filename).normalize('NFC').replaceAll('_', ' ').trim() || filename;
}

function fileStem(filename: string): string {
  return filename.replace(/(?<=.)\.[^.\s]{1,8}$/u, '');
}
