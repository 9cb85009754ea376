import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once `holds` does. @throws after `deadlineMs` */
export async function until(holds: () => boolean, deadlineMs = 5_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Not within ${deadlineMs} ms: ${holds.toString()}`);
    await sleep(5);
  }
}

/** Runs `assert` again and again until it passes. @throws its last failure after `deadlineMs` */
export async function eventually(assert: () => Promise<void>, deadlineMs = 10_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await assert();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(50);
  }
}
