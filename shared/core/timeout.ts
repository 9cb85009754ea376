/**
 * Settles as `work` does, or rejects with `late` after `timeoutMs`. The work itself is not cancelled.
 */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number, late: Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late), timeoutMs);
  return await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
