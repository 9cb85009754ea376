import { AsyncLocalStorage } from 'node:async_hooks';

const contained = new AsyncLocalStorage<true>();
let running = 0;
let displaced: NodeJS.UnhandledRejectionListener[] = [];

/**
 * Runs work whose forgotten promises must not end the process. pdf.js fetches the neighbours of a page ahead
 * without waiting for them; where one is damaged, nobody catches it, and Node and Lambda exit on that.
 * Rejections from inside of the work, told by their async context, are dropped: what matters comes out of
 * the promise that is awaited. All others go where they went before.
 */
export async function containRejections<T>(work: () => Promise<T>): Promise<T> {
  if (running === 0) {
    displaced = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', sortOut);
  }
  running += 1;
  try {
    return await contained.run(true, work);
  } finally {
    // Node reports rejections once the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (running === 0) restore();
  }
}

function sortOut(reason: unknown, promise: Promise<unknown>): void {
  if (contained.getStore() === true) return;
  // What Node does when nobody listens: the reason becomes an uncaught exception.
  if (displaced.length === 0) throw reason;
  for (const listener of displaced) listener.call(process, reason, promise);
}

function restore(): void {
  process.off('unhandledRejection', sortOut);
  for (const listener of displaced) process.on('unhandledRejection', listener);
  displaced = [];
}
