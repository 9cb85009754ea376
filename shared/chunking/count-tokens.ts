/** Returns the number of tokens of each text, in the same order, by the embedder's tokenizer. */
export type CountTokens = (texts: string[]) => Promise<number[]>;

/** Size of one call: small enough for a JSON body, large enough for a long document to need few calls. */
const MAX_TEXTS = 1_000;
const MAX_CHARS = 200_000;

/**
 * Counts any number of texts in as few calls as the limits above allow. Equal texts are counted once.
 * @throws Error when `countTokens` returns another number of counts than it got texts
 */
export async function countInBatches(texts: string[], countTokens: CountTokens): Promise<number[]> {
  const distinct = [...new Set(texts)];
  const counts = new Map<string, number>();
  let batch: string[] = [];
  let chars = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const tokens = await countTokens(batch);
    if (tokens.length !== batch.length) {
      throw new Error(`Requested token counts of ${batch.length} texts, received ${tokens.length}`);
    }
    batch.forEach((text, i) => counts.set(text, tokens[i] ?? 0));
    batch = [];
    chars = 0;
  };
  for (const text of distinct) {
    if (batch.length === MAX_TEXTS || (batch.length > 0 && chars + text.length > MAX_CHARS)) await flush();
    batch.push(text);
    chars += text.length;
  }
  await flush();
  return texts.map((text) => counts.get(text) ?? 0);
}
