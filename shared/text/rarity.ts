/** Inverse document frequency over a small set of token sets, in BM25's form, which is never negative. */
export function rarity(documents: ReadonlySet<string>[]): (token: string) => number {
  const frequency = new Map<string, number>();
  for (const tokens of documents) {
    for (const token of tokens) frequency.set(token, (frequency.get(token) ?? 0) + 1);
  }
  return (token) => {
    const count = frequency.get(token) ?? 0;
    return Math.log(1 + (documents.length - count + 0.5) / (count + 0.5));
  };
}
