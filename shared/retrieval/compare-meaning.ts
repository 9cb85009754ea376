import { log } from '#shared/observability/log.ts';
import { isKorean } from '#shared/text/korean-share.ts';
import { embed, findLanguageAxis } from './embedder-client.ts';
import { asksInKorean } from './language-correction.ts';
import { dot, levelQuery } from './level-languages.ts';

/** The built-in stand-in compares spelling, which the words have told already. */
const BY_SPELLING = 'builtin/';
/** A slower answer would cost the reader more than it improves. */
const TIMEOUT_MS = 1_000;

/**
 * The cosine similarity of each text to a question, on one scale for both languages; null where the embedder compares spelling only, or cannot answer
 * in time: the caller then goes by the words.
 */
export async function compareMeaning(
  question: string,
  texts: string[],
  signal: AbortSignal,
): Promise<number[] | null> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const [asked, compared] = await Promise.all([
      embed({ inputs: [question], kind: 'query', signal: limited }),
      embed({ inputs: texts, kind: 'passage', signal: limited }),
    ]);
    if (compared.identity.startsWith(BY_SPELLING)) return null;
    const [query = []] = asked.embeddings;
    const axis = await findLanguageAxis(compared.identity);
    const inKorean = asksInKorean(question);
    const levelled = axis && levelQuery(query, axis, inKorean ? 'ko' : 'en');
    return compared.embeddings.map((vector, at) =>
      levelled && isInOtherLanguage(texts[at] ?? '', inKorean)
        ? levelled.similarityTo(vector)
        : dot(query, vector),
    );
  } catch (error) {
    signal.throwIfAborted();
    log.warn('Sentences were chosen by words alone', { reason: String(error) });
    return null;
  }
}

/** Labels and codes of few letters stand in documents of any language. */
const MIN_LETTERS = 15;

function isInOtherLanguage(text: string, inKorean: boolean): boolean {
  return isKorean(text) !== inKorean && (text.match(/\p{L}/gu)?.length ?? 0) >= MIN_LETTERS;
}
