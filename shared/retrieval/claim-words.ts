import { stripEndings } from '#shared/text/korean-words.ts';
import { lexicalTokens } from '#shared/text/lexical.ts';
import { maskSpans } from '#shared/text/mask.ts';
import { figuresIn } from '#shared/text/stated-figures.ts';

/** Endings of verbs and of the copula, the longest first. What is left is the stem. */
const VERB_ENDING =
  /(?:하|되|시키)?(?:였습니다|었습니다|았습니다|했습니다|됐습니다|습니다|합니다|됩니다|입니다|십니다|십시오|하세요|세요|이에요|예요|어요|아요|해요|돼요|였다|었다|았다|했다|됐다|한다|된다|는다|이다|이며|이고|하며|되며|하여|되어|해서|어서|아서|야|고|며|면|지|게|도록|려면|으면|거나|는지|던|는|은|을|ㄴ다)$/u;
/** Words that fit any claim. */
const COMMON_KO =
  /^(?:있|없|하|되|않|못|수|것|등|및|또는|그리고|그러나|하지만|다만|또한|때|경우|대해|대한|관한|관해|따라|따르|위해|위한|통해|모두|각각|매우|그중|가운데|문서|규정|자료|내용|다음|해당|관련|가능|필요|해야|합니|됩니|입니|습니|이상|이하|이내|까지|부터|라고|있습|없습|됩|안에|동안|이후|이전|정도)$/u;
const COMMON_EN = new Set(
  lexicalTokens(
    'also must may might need use used get got take taken per within about than more most less least only just any all each every other some such after before while during until since once over under up down out off not no never cannot nobody nothing somebody does done having been being very there here one two but nor yet both either whether still even too only already says say said states document documents passage passages according following',
  ),
);

export type Script = 'ko' | 'latin' | 'other';

/** The script of most of a text's letters. Texts in different scripts share figures and names only. */
export function scriptOf(text: string): Script {
  const hangul = text.match(/[가-힣]/gu)?.length ?? 0;
  const latin = text.match(/\p{sc=Latin}/gu)?.length ?? 0;
  const all = text.match(/\p{L}/gu)?.length ?? 0;
  // A Hangul syllable is two or three letters.
  if (hangul * 2.5 >= latin && hangul * 2 >= all - latin) return hangul > 0 ? 'ko' : 'latin';
  return latin * 2 >= all ? 'latin' : 'other';
}

/** The words of a claim that carry its content, in order: Korean stems of two syllables or more, stemmed English. */
export function contentWords(text: string): string[] {
  const composed = text.normalize('NFKC');
  const plain = maskSpans(composed, figuresIn(composed), ' ');
  const words = plain.match(/[가-힣]+|[\p{L}\p{M}\p{N}'’.+#-]+/gu) ?? [];
  return words.flatMap((word) => (/^[가-힣]/u.test(word) ? koreanStem(word) : englishWords(word)));
}

function englishWords(word: string): string[] {
  return lexicalTokens(word).filter((token) => token.length > 1 && !COMMON_EN.has(token));
}

/** The stem of a Korean word, [] where fewer than two syllables remain or the word fits any claim. */
export function koreanStem(word: string): string[] {
  const verb = word.replace(VERB_ENDING, '');
  const stem = (verb.length > 1 ? stripEndings(verb) : verb).trim().split(/\s+/)[0] ?? '';
  const kept = stem.length > 1 ? stem : word.length > 2 ? word.slice(0, 2) : '';
  return kept.length < 2 || COMMON_KO.test(kept) ? [] : [kept];
}

/** Finds content words in one text. */
export class WordIndex {
  readonly #spaceless: string;
  readonly #tokens: Set<string>;
  readonly #stems: Set<string>;

  constructor(text: string) {
    const plain = text.normalize('NFKC').toLowerCase();
    this.#spaceless = plain.replace(/[^\p{L}\p{N}]/gu, '');
    this.#tokens = new Set(lexicalTokens(plain));
    this.#stems = new Set(
      [...this.#tokens].filter((token) => token.length >= 5).map((token) => token.slice(0, 5)),
    );
  }

  /** How far the text holds a word: 1 whole, less for its first two syllables, the last two of a compound, or five letters. */
  share(word: string): number {
    const lower = word.toLowerCase();
    if (/^[가-힣]/u.test(word)) {
      if (this.#spaceless.includes(lower)) return 1;
      if (this.#tokens.has(lower.slice(0, 2))) return 0.8;
      return lower.length >= 4 && this.#spaceless.includes(lower.slice(-2)) ? 0.5 : 0;
    }
    if (this.#tokens.has(lower)) return 1;
    return lower.length >= 5 && this.#stems.has(lower.slice(0, 5)) ? 0.8 : 0;
  }

  /** Whether the text holds these letters and digits in a row, whatever stands between them. */
  holds(text: string): boolean {
    const wanted = text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '');
    return wanted !== '' && this.#spaceless.includes(wanted);
  }

  /** The mean share of words; 1 for none. */
  coverage(words: readonly string[]): number {
    if (words.length === 0) return 1;
    return words.reduce((sum, word) => sum + this.share(word), 0) / words.length;
  }
}
