/** How both chat routes treat an `Idempotency-Key`. */
export const WHOLE_ANSWERS = {
  /** Longer than the function may run, which is 300 s (serverless.yml). */
  idempotent: { heldSeconds: 310, fromDocuments: true },
  description:
    'An `Idempotency-Key` repeats complete answers only: after an answer that failed or was interrupted, even in mid-stream, the same key asks the bot again. An answer whose documents the caller no longer sees is not repeated: 409.',
} as const;
