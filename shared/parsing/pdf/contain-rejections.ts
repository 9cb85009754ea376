import { AsyncLocalStorage } from 'node:async_hooks';

const isContained = new AsyncLocalStorage<true>();
let runningCount = 0;
/** The process's listeners before `containRejections` replaced them. */
let replaced: NodeJS.UnhandledRejectionListener[] = [];

/**
 * Runs `work` and ignores the unhandled rejections that it causes. pdf.js prefetches the pages next to the current one
 * without awaiting them. If such a page is damaged, its promise rejects unhandled, and Node and Lambda end the process.
 *
 * While any work runs, one listener replaces all `unhandledRejection` listeners of the process. It recognises
 * rejections of the work by their async context and ignores them; the page's error still reaches the caller when the
 * page is read. It passes all other rejections to the replaced listeners, or throws them if there are none, as Node
 * does. The listeners are restored when the last work has ended.
 * @returns the result of `work`; its own rejection is thrown
 */
export async function containRejections<T>(work: () => Promise<T>): Promise<T> {
  if (runningCount === 0) {
    replaced = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', handleRejection);
  }
  runningCount += 1;
  try {
    return await isContained.run(true, work);
  } finally {
    // Node reports unhandled rejections after the microtasks, so the listener must stay until then.
    await new Promise((resolve) => setImmediate(resolve));
    runningCount -= 1;
    if (runningCount === 0) restoreListeners();
  }
}

function handleRejection(reason: unknown, promise: Promise<unknown>): void {
  if (isContained.getStore() === true) return;
  // As Node does without listeners: the reason becomes an uncaught exception.
  if (replaced.length === 0) throw reason;
  for (const listener of replaced) listener.call(process, reason, promise);
}

function restoreListeners(): void {
  process.off('unhandledRejection', handleRejection);
  for (const listener of replaced) process.on('unhandledRejection', listener);
  replaced = [];
}
