import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/** Resolves once `holds` returns true. @throws Error with the condition after `deadlineMs` */
export async function until(holds: () => boolean | Promise<boolean>, deadlineMs = 5_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${deadlineMs} ms: ${holds.toString()}`);
    await delay(POLL_MS);
  }
}

/** Reads repeatedly until the value is as wanted. @throws Error with the last value after `deadlineMs` */
export async function readUntil<T>(
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

/** Runs `assert` repeatedly until it passes. @throws its last failure after `deadlineMs` */
export async function untilPasses(assert: () => Promise<void>, deadlineMs = 10_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await assert();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(POLL_MS);
  }
}
