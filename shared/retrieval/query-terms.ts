import { lexicalTokens } from './lexical.ts';

/**
 * What people wrap their questions in. It says nothing of what they look for, but as bigrams it would match every
 * polite sentence ("…인가요?", "알려 주세요"), so it is taken out of queries, never out of documents.
 */
const KOREAN_WRAPPING =
  /(?:무엇|어떻게|어떤|언제|어디서|어디|누가|왜|얼마나|얼마|며칠|몇)|(?:알려|가르쳐|설명해|말해)\s*(?:줘요|줘|주세요|주십시오|주시겠어요)|(?:인가요|인지요|인가|한가요|하나요|되나요|있나요|없나요|나요|까요|습니까|입니까|됩니까|합니까|이에요|예요|주세요)(?=[\s?？.!]|$)/gu;

const ENGLISH_WRAPPING = new Set(
  'a an the is are was were be do does did can could should would will what which who whom when where why how many much of in on at to for from by with and or not i we you it this that there my our your me us please tell about'.split(
    ' ',
  ),
);

/** The distinct terms to look for, the question's own wrapping taken out; all of it when nothing else is left. */
export function queryTerms(query: string): string[] {
  const bare = query
    .normalize('NFC')
    .replaceAll(KOREAN_WRAPPING, ' ')
    .split(/\s+/)
    .filter((word) => !ENGLISH_WRAPPING.has(word.toLowerCase().replaceAll(/[^a-z]/g, '')))
    .join(' ');
  const terms = new Set(lexicalTokens(bare));
  return terms.size > 0 ? [...terms] : [...new Set(lexicalTokens(query))];
}
