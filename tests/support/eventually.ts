import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 30;

/** Reads again and again until it is as wanted. @throws Error with what was read last, after `deadlineMs` */
export async function eventually<T>(
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
  deadlineMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not within ${deadlineMs} ms; last: ${JSON.stringify(value)}`);
    await delay(POLL_MS);
  }
}
