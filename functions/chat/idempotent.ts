/** How both chat routes treat an `Idempotency-Key`. */
export const WHOLE_ANSWERS = {
  /** Longer than the function may run, which is 300 s (serverless.yml). */
  idempotent: { heldSeconds: 310 },
  description:
    'Only a whole answer is kept for its `Idempotency-Key`: after one that failed or was broken off, in the middle of a stream too, the same key asks anew.',
} as const;
