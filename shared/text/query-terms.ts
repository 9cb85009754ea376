import { stripEndings, stripQuestionPhrases } from './korean-words.ts';
import { lexicalTokens } from './lexical.ts';

/** Words of English questions on any topic. */
const QUESTION_WORDS = wordSet(
  'a an the is are was were be do does did can could should would will what which who whom when where why how many much of in on at to for from by with and or not i we you it this that there my our your me us please tell about',
);

/** Words that fit any topic. They count in ranking, but do not show that a text is about the query's topic. */
const COMMONPLACE = wordSet(
  'long often soon fast take takes took mean means meant happen happens happened work works use used uses using need needs needed must may might get gets got make makes made give gives go goes want know find show explain describe recommend say says way ways best better good some any very also here today now time day days period type kind people thing things first second third last next end',
);

/**
 * The distinct search terms of a query, without question phrases; with them when no other term is left. Documents
 * keep such phrases.
 */
export function queryTerms(query: string): string[] {
  const terms = new Set(lexicalTokens(stripQuestion(query)));
  return terms.size > 0 ? [...terms] : [...new Set(lexicalTokens(query))];
}

/**
 * The query's terms that name its topic: without inflection, single syllables and commonplace words. A passage
 * without any of them is unrelated to the query. Falls back to all of the query's terms.
 */
export function topicTerms(query: string): string[] {
  const bare = removeWords(stripEndings(stripQuestion(query)), COMMONPLACE);
  const topic = new Set(lexicalTokens(bare).filter((term) => !/^[가-힣]$/u.test(term)));
  return topic.size > 0 ? [...topic] : queryTerms(query);
}

/**
 * The topic terms of a single word, single syllables included; none when the word is commonplace.
 * @param word of a query without question phrases
 */
export function topicTermsOfWord(word: string): string[] {
  return [...new Set(lexicalTokens(removeWords(stripEndings(word), COMMONPLACE)))];
}

/** A query without question phrases and question words. */
export function stripQuestion(query: string): string {
  return removeWords(stripQuestionPhrases(query.normalize('NFC')), QUESTION_WORDS);
}

/** Keeps words with a digit: `A7` is a name, not the word `a`. */
function removeWords(text: string, words: ReadonlySet<string>): string {
  return text
    .split(/\s+/)
    .filter((word) => /\d/.test(word) || !words.has(word.toLowerCase().replaceAll(/[^a-z]/g, '')))
    .join(' ');
}

function wordSet(words: string): Set<string> {
  return new Set(words.split(' '));
}
