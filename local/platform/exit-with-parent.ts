/**
 * Preloaded into each Node process of the platform: ends it when the platform has ended, even by SIGKILL. The IPC
 * channel between the two is closed then.
 */
const GRACE_MS = 2_000;

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});
// Without this the open channel would keep a process alive that has nothing left to do.
process.channel?.unref();
