import { loadConfig, type Section } from '#shared/core/config.ts';

/** All sections: a wrong setting is then reported at the start, not by the first request that needs it. */
const SECTIONS: Record<Section, true> = {
  http: true,
  rate_limits: true,
  database: true,
  database_worker: true,
  database_owner: true,
  redis: true,
  auth: true,
  pepper: true,
  service_keys: true,
  google: true,
  sign_up: true,
  sign_in: true,
  spending: true,
  vectors: true,
  embedder: true,
  embedder_server: true,
  storage: true,
  downloads: true,
  audit: true,
  webhooks: true,
  queue: true,
  readers: true,
  llm: true,
};

await loadConfig(...(Object.keys(SECTIONS) as Section[])).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
