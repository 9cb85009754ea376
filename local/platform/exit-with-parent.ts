/**
 * Loaded before each Node process of the platform: without its parent it has no reason to live. The parent may
 * have been killed without a chance to say goodbye; then the channel between the two is closed.
 */
const GRACE_MS = 2_000;

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});
// The channel alone does not keep a process alive that has nothing else to do.
process.channel?.unref();
