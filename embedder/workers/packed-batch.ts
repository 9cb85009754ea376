/** The token ids of several texts in one array: one buffer moves to another thread instead of many. */
export type PackedBatch = { ids: Int32Array<ArrayBuffer>; lengths: Int32Array<ArrayBuffer> };

/** Copies the ids of texts into one array. */
export function packBatch(texts: readonly Int32Array[]): PackedBatch {
  const lengths = Int32Array.from(texts, ({ length }) => length);
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const text of texts) {
    ids.set(text, at);
    at += text.length;
  }
  return { ids, lengths };
}

/** The ids of each text, as views into the array. */
export function unpackBatch({ ids, lengths }: PackedBatch): Int32Array<ArrayBuffer>[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    at += length;
    return ids.subarray(at - length, at);
  });
}
