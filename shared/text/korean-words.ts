/** Particles of two or more syllables, the longest first. Hardly any noun ends with one of them. */
const PARTICLES =
  '에서는|에서도|에서|에게서|에게|한테|으로는|으로서|으로써|으로|까지는|까지도|까지|부터|보다|처럼|마다|이나|이란|에는|에도|에만|께서|와의|과의|이라도|라도|밖에|만큼|대로';

/** Endings of verbs, also of nouns that become verbs by 하다 or 되다 (신고해야, 퇴직하려면). */
const VERB_ENDINGS =
  '하려면|되려면|려면|하면|되면|으면|해도|돼도|되어도|아도|어도|여도|해야|돼야|되어야|아야|어야|여야|려야|해서|돼서|아서|어서|여서|하고|되고|하는|되는|하여|하게|하기|했을|하지|는데|은데|지만|려고|도록|어요|아요|여요|려요|세요|는지|을지|할지|은|을|는|를|에';

const QUESTION_WORDS =
  '무엇|무슨|무얼|뭐|뭘|뭔|누구|누가|어떻게|어떤|어느|어때|언제|어디서|어디|왜(?![가-힣])|얼마나|얼마|며칠|몇';

const QUESTION_ENDINGS =
  '인가요|인지요|인가|한가요|하나요|되나요|있나요|없나요|나요|할까요|될까요|을까요|까요|습니까|입니까|됩니까|합니까|이에요|예요|주세요';

/**
 * Phrases that make a sentence a question ("…인가요?", "알려 주세요"). They do not name its topic, and their
 * bigrams would match every polite sentence.
 */
const QUESTION_PHRASE = new RegExp(
  [
    `(?<![가-힣])(?:${QUESTION_WORDS})(?:${PARTICLES}|을|를|이|가|은|는|에|의|나|로)?`,
    '(?:알려|가르쳐|설명해|말해|보여)\\s*(?:줘요|줘|주세요|주십시오|주시겠어요|줄래요|줄래)',
    '궁금(?:합니다|해요|한데요)|알고\\s*싶(?:습니다|어요)',
    `(?:${QUESTION_ENDINGS})(?=[\\s?？.!]|$)`,
  ].join('|'),
  'gu',
);

/** Function words, words of time and degree, and words that fit any topic (방법, 절차, 이유). */
const COMMONPLACE =
  /(?<![가-힣])(?:걸리|나오|기간|기한|방법|절차|종류|이유|경우|정도|해야|하면|되면|하려면|있는|없는|하는|되는|만한|까지|부터|에서|그리고|그러면|그럼|혹시|만약|지금|요즘|모두|많이|정말|아주|매우|가장|제일|다시|자주|자꾸|있어|있어요|있나|있습니다|있죠|없어|없어요|없나|해요|하죠|하면|돼요|되죠|됩니다|필요해요|필요한|가능해요|가능한|주나|줘요|그냥|혹은|이거|그거|저희|제가|우리)(?![가-힣])/gu;

const LONG_ENDING = new RegExp(`(?<=[가-힣])(?:${PARTICLES}|${VERB_ENDINGS})(?![가-힣])`, 'gu');
/** Endings of one syllable, which end many nouns too (휴가, 회의): removed only after two other syllables. */
const SHORT_ENDING = /(?<=[가-힣]{2})[이가와과로도만의나면고며해한할된될](?![가-힣])/gu;

/** Removes the question phrases of a Korean question. Other languages stay unchanged. */
export function stripQuestionPhrases(query: string): string {
  return query.replaceAll(QUESTION_PHRASE, ' ');
}

/**
 * Replaces particles, verb endings and commonplace words of Korean by spaces; mostly nouns remain. Uses rules, no
 * dictionary, so that a noun sometimes loses its last syllable.
 */
export function stripEndings(text: string): string {
  const named = text.replaceAll(COMMONPLACE, ' ');
  const stems = named.replaceAll(LONG_ENDING, ' ').replaceAll(SHORT_ENDING, ' ');
  return stems.replaceAll(COMMONPLACE, ' ');
}
