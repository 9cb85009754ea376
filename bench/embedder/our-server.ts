import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ModelManifest } from '#embedder/manifest.ts';
import { startEmbedder } from '#embedder/server.ts';
import { loadConfig } from '#shared/config.ts';
import { log } from '#shared/log.ts';

/** The product as it is, with the benchmark's model: `our-server.ts <manifest as JSON>`. */
log.setLogLevel('ERROR');
await loadConfig('embedder_server', 'auth');
const manifest = JSON.parse(process.argv[2] ?? '') as ModelManifest;
const embedder = await startEmbedder({ manifest, host: '127.0.0.1', port: 0 });
await embedder.ready;

// The instrument costs 3 % of a core itself, so it runs from one message to the next only.
const RESOLUTION_MS = 1;
let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;
process.on('message', () => {
  delay?.disable();
  process.send?.({ blockedMs: delay ? Math.max(delay.max / 1e6 - RESOLUTION_MS, 0) : 0 });
  delay = delay ? undefined : monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay?.enable();
});
process.once('SIGTERM', () => void embedder.close().then(() => process.exit(0)));
process.send?.({ url: embedder.url });
