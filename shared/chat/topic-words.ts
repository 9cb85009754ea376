import { stripEndings, stripQuestionPhrases } from '#shared/text/korean-words.ts';
import { lexicalTokens } from '#shared/text/lexical.ts';

/** Words of English questions and answers on any topic. */
const GENERAL = new Set(
  'a an the is are was were be been being do does did done can could should would will shall may might must have has had what which who whom whose when where why how much many of in on at to for from by with about into over under after before between and or but if then than so as not no yes i we you he she it they me us him her them my our your his its their this that these those there here please tell give show know want need like get got just also only any some all one more most very too ok okay now again ever long often soon'.split(
    ' ',
  ),
);
/** Pronouns, connectives and predicates that remain of a Korean sentence without its endings. */
const GENERAL_KO =
  /^(?:그|이|저|그것|이것|저것|그건|이건|그거|이거|그게|이게|거기|여기|저기|그때|이때|그럼|그러면|그런데|근데|그리고|그래서|그중|그분|그쪽|네|아|어|예|음|혹시|제가|저는|나는|내가|우리|있|없|하|되|됩니|합니|입니|있습니|없습니|주세|알려|궁금해|궁금합|같은|대해|대한|관련|또|더|좀|잘|안|못|수|것|거|건|게|때|중|쪽|등|몇|개|가요|나요|인데|이면|이고|하나|먼저|그렇군|나|드|쯤|들|봅니다|됩니|됩니다|에요|였죠|하죠|개지|돼요|돼|해요|되요|쪽은|다른|각각)$/u;

/**
 * The words of a text that name its topic, each once, in order: mostly nouns, numbers and names as they are written,
 * without particles. They serve as a title, as tags, and as the context of a follow-up question.
 */
export function topicWords(text: string): string[] {
  const bare = stripEndings(stripQuestionPhrases(text.normalize('NFC')).replaceAll(/\[\d{1,3}\]/g, ' '));
  const words = bare.match(/[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}.,&@/_+#-]*/gu) ?? [];
  const kept = words
    .map((word) =>
      word
        .replace(/[.,&@/_-]+$/u, '')
        .replace(/(?<=[가-힣\d])(?:입니다|이었습니다|였습니다|이에요|예요)$/u, ''),
    )
    .filter((word) => word && !GENERAL.has(word.toLowerCase()) && !GENERAL_KO.test(word))
    .filter((word) => lexicalTokens(word).length > 0);
  return [...new Map(kept.map((word) => [word.toLowerCase(), word])).values()];
}
