import { log } from '#shared/observability/log.ts';
import { embed } from './embedder-client.ts';

/** The built-in stand-in compares spelling, which the words have told already. */
const BY_SPELLING = 'builtin/';
/** A slower answer would cost the reader more than it improves. */
const TIMEOUT_MS = 1_000;

/**
 * The cosine similarity of each text to a question; null where the embedder compares spelling only, or cannot answer
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
    return compared.embeddings.map((vector) => dot(query, vector));
  } catch (error) {
    signal.throwIfAborted();
    log.warn('Sentences were chosen by words alone', { reason: String(error) });
    return null;
  }
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
