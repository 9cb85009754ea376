/** Interactive requests run before bulk ones, because a person waits for them. */
export type Priority = 'interactive' | 'bulk';
/** When a request was queued, begun and ended, in `performance.now()`. The batcher fills it in. */
export type BatchTiming = { queuedAt: number; startedAt: number; endedAt: number };

/** A text's token ids, and the number of tokens that count for the queue. */
export type TokenizedText = { ids: Int32Array; tokens: number };
/** One request to the batcher, until all of its vectors are computed. */
export type Job = {
  priority: Priority;
  timing: BatchTiming;
  vectors: Float32Array[];
  missing: number;
  settled: boolean;
  resolve: (vectors: Float32Array[]) => void;
  reject: (error: unknown) => void;
};
/** One text of a job. Texts that arrived later have a higher `order`. */
export type Item = TokenizedText & { job: Job; at: number; order: number };

/** Creates a job and the promise of its vectors. */
export function createJob(options: { priority: Priority; timing: BatchTiming | undefined; texts: number }) {
  const { priority, timing = startTiming(), texts } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
  const job: Job = { priority, timing, vectors: [], missing: texts, settled: false, resolve, reject };
  return { job, promise };
}

/** Starts a timing, which the caller passes along with a job and reads when it is done. */
export function startTiming(): BatchTiming {
  return { queuedAt: performance.now(), startedAt: 0, endedAt: 0 };
}

/** Hands a text's vector to its job. The last one resolves the job. */
export function deliver(item: Item | undefined, vector: Float32Array): void {
  if (!item) return;
  const { job, at } = item;
  job.vectors[at] = vector;
  job.missing -= 1;
  if (job.missing > 0 || job.settled) return;
  job.settled = true;
  job.timing.endedAt = performance.now();
  job.resolve(job.vectors);
}
