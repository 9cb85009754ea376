import type { ModelManifest } from '#embedder/download/manifest.ts';
import { startEmbedder } from '#embedder/server.ts';
import { loadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';

/** Starts the embedder with the benchmark's model: `our-server.ts <manifest as JSON>`. */
log.setLogLevel('ERROR');
await loadConfig('embedder_server', 'service_keys');
const manifest = JSON.parse(process.argv[2] ?? '') as ModelManifest;
const embedder = await startEmbedder({ manifest, host: '127.0.0.1', port: 0 });
await embedder.ready;

// Watches the event loop from one message to the next: a short timer measures the loop's CPU time since its last turn.
// Wall time would include the time when other threads hold the core.
const TURN_MS = 2;
let watch: NodeJS.Timeout | undefined;
let blockedMs = 0;
process.on('message', () => {
  process.send?.({ blockedMs });
  blockedMs = 0;
  clearInterval(watch);
  if (watch) {
    watch = undefined;
    return;
  }
  let before = process.threadCpuUsage();
  let at = performance.now();
  watch = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    const now = performance.now();
    blockedMs = Math.max(blockedMs, Math.min((user + system) / 1_000, now - at));
    before = process.threadCpuUsage();
    at = now;
  }, TURN_MS);
});
process.once('SIGTERM', () => void embedder.close().then(() => process.exit(0)));
process.send?.({ url: embedder.url });
