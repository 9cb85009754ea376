/** How both chat routes treat an `Idempotency-Key`. */
export const WHOLE_ANSWERS = {
  /** Longer than the function may run, which is 300 s (serverless.yml). */
  idempotent: { heldSeconds: 310 },
  description:
    'An `Idempotency-Key` repeats complete answers only: after an answer that failed or was interrupted, even in mid-stream, the same key asks the bot again.',
} as const;
