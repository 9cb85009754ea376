/** The embedder's tokenizer: the number of tokens of each text, in the same order. */
export type CountTokens = (texts: string[]) => Promise<number[]>;

/** One request's worth: small enough for a JSON body, large enough that a long document needs few. */
const MAX_TEXTS = 1_000;
const MAX_CHARS = 200_000;

/** Counts any number of texts with as few calls as their sizes allow; equal texts are counted once. */
export async function countInBatches(texts: string[], countTokens: CountTokens): Promise<number[]> {
  const distinct = [...new Set(texts)];
  const counts = new Map<string, number>();
  let batch: string[] = [];
  let chars = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const tokens = await countTokens(batch);
    if (tokens.length !== batch.length) {
      throw new Error(`Asked for the tokens of ${batch.length} texts, got ${tokens.length} counts`);
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
