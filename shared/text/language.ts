import { isStopWord } from './lexical.ts';

/** Languages that a short question shows by its script. All in Latin script count as `en`. */
export type Language = 'ko' | 'ja' | 'zh' | 'ru' | 'ar' | 'th' | 'hi' | 'en';

const SCRIPTS: [Language, RegExp][] = [
  ['ko', /[\uac00-\ud7af\u1100-\u11ff\u3130-\u318f]/],
  ['ja', /[\u3040-\u30ff]/],
  ['zh', /[\u3400-\u9fff\uf900-\ufaff]/],
  ['ru', /[\u0400-\u04ff]/],
  ['ar', /[\u0600-\u06ff]/],
  ['th', /[\u0e00-\u0e7f]/],
  ['hi', /[\u0900-\u097f]/],
  ['en', /[A-Za-z\u00c0-\u024f]/],
];

/** Scripts written without spaces: two characters count as a word. */
const UNSPACED = new Set<Language>(['ja', 'zh', 'th']);

/** What a Latin word counts that may be a name or a term in any language: three are as much as one word of Korean. */
const NAME_WEIGHT = 1 / 3;

/**
 * The language of a question, by the number of words in each script. Words and not letters are counted, because
 * Korean and Japanese questions often hold Latin product names. English shows by its function words (what, is, the);
 * other Latin words count less. On a draw a function word at the beginning decides, else the last word: Korean and
 * Japanese end with the verb. Han next to kana is Japanese.
 */
export function detectLanguage(text: string): Language {
  const words = text.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const counts = new Map<Language, number>();
  let last: Language = 'en';
  for (const word of words) {
    const script = scriptOf(word);
    if (!script) continue;
    last = script;
    counts.set(script, (counts.get(script) ?? 0) + weightOf(word, script));
  }
  const japanese = counts.get('ja');
  if (japanese) {
    counts.set('ja', japanese + (counts.get('zh') ?? 0));
    counts.delete('zh');
    if (last === 'zh') last = 'ja';
  }
  if (isFunctionWord(words[0] ?? '')) last = 'en';
  const most = Math.max(0, ...counts.values());
  if (counts.get(last) === most) return last;
  return [...counts].find(([, count]) => count === most)?.[0] ?? 'en';
}

function weightOf(word: string, script: Language): number {
  if (script === 'en') return isFunctionWord(word) ? 1 : NAME_WEIGHT;
  return UNSPACED.has(script) ? Math.ceil(word.length / 2) : 1;
}

/** `IT`, `AS` and `US` in capitals are names. */
function isFunctionWord(word: string): boolean {
  return isStopWord(word.toLowerCase()) && (word.length === 1 || word !== word.toUpperCase());
}

/** The first language of the list with a letter in the word: `API를` is Korean, `食べる` Japanese. */
function scriptOf(word: string): Language | undefined {
  return SCRIPTS.find(([, letters]) => letters.test(word))?.[0];
}

/** The English name of a language code, for prompts: `ko` → `Korean`. Unknown codes are returned unchanged. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** What is written in several languages, by their codes. */
export type InLanguages<Words> = Record<string, Words> & { en: Words };

/** The words for a language code such as `ko-KR`; the English ones where there are none. */
export function inLanguage<Words>(words: InLanguages<Words>, language: string): Words {
  return words[language.slice(0, 2).toLowerCase()] ?? words.en;
}

const REFUSALS: InLanguages<string> = {
  ko: '죄송합니다. 제공된 문서에서 질문과 관련된 내용을 찾지 못해 답변드릴 수 없습니다. 다른 표현으로 다시 질문하시거나 관련 문서를 추가해 주세요.',
  en: "I'm sorry, but I could not find anything about this in the documents, so I cannot answer. Please try other words, or add a document that covers it.",
  ja: '申し訳ありません。文書の中にご質問に関する内容が見つからなかったため、お答えできません。別の言葉でお試しいただくか、関連する文書を追加してください。',
  zh: '抱歉，我在文档中没有找到与您的问题相关的内容，因此无法回答。请换一种说法，或添加相关文档。',
};

/** The answer when nothing was found: in Korean, Japanese or Chinese, for other codes in English. */
export function refusal(language: string): string {
  return inLanguage(REFUSALS, language);
}

/** Whether a text is the answer when nothing was found, in any language. */
export function isRefusal(text: string): boolean {
  return Object.values(REFUSALS).includes(text.trim());
}
