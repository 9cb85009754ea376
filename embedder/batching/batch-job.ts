/** Queries go before passages: somebody waits for them. */
export type Priority = 'query' | 'passage';
/** When a request's texts began and ended, in `performance.now()`; filled in while it runs. */
export type BatchTiming = { queuedAt: number; startedAt: number; endedAt: number };

/** One request to the batcher, until all of its vectors are there. */
export type Job = {
  priority: Priority;
  timing: BatchTiming;
  vectors: Float32Array[];
  missing: number;
  settled: boolean;
  resolve: (vectors: Float32Array[]) => void;
  reject: (error: unknown) => void;
};
/** One text of a job. `order` grows with the time of arrival. */
export type Item = { job: Job; at: number; ids: Int32Array; tokens: number; order: number };

/** A job and the promise of its vectors. */
export function newJob(options: { priority: Priority; timing: BatchTiming | undefined; texts: number }) {
  const { priority, timing = newTiming(), texts } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
  const job: Job = { priority, timing, vectors: [], missing: texts, settled: false, resolve, reject };
  return { job, promise };
}

/** A timing to pass along with a job, to be read when it is done. */
export function newTiming(): BatchTiming {
  return { queuedAt: performance.now(), startedAt: 0, endedAt: 0 };
}

/** Hands a text's vector to its job, which is done with the last one. */
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
