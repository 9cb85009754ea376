import { withoutEndings, withoutFrame } from './korean-words.ts';
import { lexicalTokens } from './lexical.ts';

/** What English questions are made with, whatever they are about. */
const ENGLISH_FRAME = wordSet(
  'a an the is are was were be do does did can could should would will what which who whom when where why how many much of in on at to for from by with and or not i we you it this that there my our your me us please tell about',
);

/** Words that any text may share with any question: worth ranking by, no sign that the two have a topic in common. */
const COMMONPLACE = wordSet(
  'long often soon fast take takes took mean means meant happen happens happened work works use used uses using need needs needed must may might get gets got make makes made give gives go goes want know find show explain describe recommend say says way ways best better good some any very also here today now time day days period type kind people thing things first second third last next end',
);

/**
 * The distinct terms to look for, the question's own wrapping taken out; all of it when nothing else is left.
 * Wrapping is taken out of queries, never out of documents.
 */
export function queryTerms(query: string): string[] {
  const terms = new Set(lexicalTokens(unframed(query)));
  return terms.size > 0 ? [...terms] : [...new Set(lexicalTokens(query))];
}

/**
 * Those of the query's terms that name what it is about: without inflection, single syllables and commonplace words.
 * A passage that holds none of them has nothing to do with the query. All terms when no such term is there.
 */
export function topicTerms(query: string): string[] {
  const bare = withoutWords(withoutEndings(unframed(query)), COMMONPLACE);
  const topic = new Set(lexicalTokens(bare).filter((term) => !/^[가-힣]$/u.test(term)));
  return topic.size > 0 ? [...topic] : queryTerms(query);
}

function unframed(query: string): string {
  return withoutWords(withoutFrame(query.normalize('NFC')), ENGLISH_FRAME);
}

function withoutWords(text: string, words: ReadonlySet<string>): string {
  return text
    .split(/\s+/)
    .filter((word) => !words.has(word.toLowerCase().replaceAll(/[^a-z]/g, '')))
    .join(' ');
}

function wordSet(words: string): Set<string> {
  return new Set(words.split(' '));
}
