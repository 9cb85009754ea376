import type { VectorRecord } from './store.ts';

/** Most records of a batch, however short their vectors are. */
const MAX_RECORDS = 1_000;

/** Splits records of one model into batches of at most so many numbers, so that a body does not grow with dimensions. */
export function* batchesOf(records: VectorRecord[], maxNumbers: number): Generator<VectorRecord[]> {
  const dimensions = records[0]?.vector.length ?? 1;
  const size = Math.min(MAX_RECORDS, Math.max(1, Math.floor(maxNumbers / dimensions)));
  for (let at = 0; at < records.length; at += size) yield records.slice(at, at + size);
}
