const EVERY_MS = 5_000;

/**
 * Shows how far a step is, with the time left: a line that changes on a terminal, else a line every few seconds.
 * @returns what to call with the count that is done, and a text for what else is to be said
 */
export function showProgress(step: string, total: number): (done: number, detail?: string) => void {
  const startedAt = performance.now();
  const isTerminal = process.stderr.isTTY;
  let saidAt = 0;
  return (done, detail = '') => {
    const now = performance.now();
    if (!isTerminal && done < total && now - saidAt < EVERY_MS) return;
    if (!isTerminal && done === total && saidAt === Infinity) return;
    saidAt = done === total ? Infinity : now;
    const left = done === 0 ? '' : `, ${formatTime(((now - startedAt) / done) * (total - done))} left`;
    const line = `${step}: ${done} of ${total}${detail}${done < total ? left : ''}`;
    process.stderr.write(isTerminal ? `\r\u001b[K${line}${done === total ? '\n' : ''}` : `${line}\n`);
  };
}

function formatTime(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
