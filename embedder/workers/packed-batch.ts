/** The token ids of several texts in one array, so that one buffer crosses to another thread instead of many. */
export type PackedBatch = { ids: Int32Array<ArrayBuffer>; lengths: Int32Array<ArrayBuffer> };

/** Copies the ids of texts, once, into one array. */
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

/** The ids of each text again, as views. */
export function unpackBatch({ ids, lengths }: PackedBatch): Int32Array<ArrayBuffer>[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    at += length;
    return ids.subarray(at - length, at);
  });
}
