import type { ModelManifest } from '#embedder/download/manifest.ts';
import { startEmbedder } from '#embedder/server.ts';
import { loadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';

/** The product as it is, with the benchmark's model: `our-server.ts <manifest as JSON>`. */
log.setLogLevel('ERROR');
await loadConfig('embedder_server', 'auth');
const manifest = JSON.parse(process.argv[2] ?? '') as ModelManifest;
const embedder = await startEmbedder({ manifest, host: '127.0.0.1', port: 0 });
await embedder.ready;

// From one message to the next the event loop is watched: at each turn of a short timer, what it computed since the
// last one. CPU time, because with more threads than cores a loop also stands still while another thread has its core.
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
