import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Secrets } from './data-directory.ts';
import { BUCKET, QUEUE } from './environment.ts';
import { publicKeysFile } from './key-files.ts';
import { type ResolvedOptions, ROOT } from './options.ts';
import { databaseIsReady, preparePostgres } from './postgres.ts';
import type { Command, ManagedProcess, ProcessGroup } from './processes.ts';
import { respondsWith } from './responds.ts';

export type PartsContext = {
  options: ResolvedOptions;
  secrets: Secrets;
  env: Record<string, string>;
  group: ProcessGroup;
};

const VISIBILITY_SECONDS = 60;

/** PostgreSQL 16 with the platform's database. */
export function postgres({ options, secrets }: PartsContext): ManagedProcess {
  const { dataDir, durable, ports } = options;
  const settings = { dataDir, durable, port: ports.postgres, password: secrets.databasePassword };
  return {
    name: 'postgres',
    prepare: () => preparePostgres(settings),
    isReady: () => databaseIsReady(settings),
  };
}

/** Chroma's Rust server, from its npm package. */
export function chroma({ options, env }: PartsContext): ManagedProcess {
  const { dataDir, ports } = options;
  const cli = path.join(path.dirname(fileURLToPath(import.meta.resolve('chromadb'))), 'cli.mjs');
  const where = [
    '--path',
    path.join(dataDir, 'chroma'),
    '--host',
    '127.0.0.1',
    '--port',
    String(ports.chroma),
  ];
  return {
    name: 'chroma',
    // Without `node: true`: the Rust server blocks the main thread, so it could not react to the end of its parent.
    prepare: async () => ({
      file: process.execPath,
      args: [cli, 'run', ...where],
      env,
      stopSignal: 'SIGTERM',
    }),
    isReady: () => respondsWith(`http://127.0.0.1:${ports.chroma}/api/v2/heartbeat`),
  };
}

/** SQS with the ingestion queue and its dead-letter queue. */
export function sqs(context: PartsContext): ManagedProcess {
  const { dataDir, ports } = context.options;
  const args = flags({
    port: ports.sqs,
    directory: path.join(dataDir, 'sqs'),
    visibility: VISIBILITY_SECONDS,
  });
  return {
    name: 'sqs',
    prepare: async () => script('local/sqs/main.ts', args, context),
    isReady: () => respondsWith(`http://127.0.0.1:${ports.sqs}/health`),
  };
}

/** S3 with the bucket of the documents; it sends a message to the queue for each new object. */
export function s3(context: PartsContext): ManagedProcess {
  const { options, env } = context;
  const { dataDir, ports } = options;
  const args = flags({
    port: ports.s3,
    directory: path.join(dataDir, 's3'),
    bucket: env.DOCUMENTS_BUCKET ?? BUCKET,
    queue: env.INGEST_QUEUE_URL ?? QUEUE,
    scan: env.MALWARE_SCAN ?? 'false',
    origin: [env.API_URL ?? '', ...(env.CORS_ORIGINS ?? '').split(',')].filter(Boolean),
  });
  return {
    name: 's3',
    prepare: async () => script('local/s3/main.ts', args, context),
    // An unsigned request is refused with 403; that shows that the server runs.
    isReady: () => respondsWith(`http://127.0.0.1:${ports.s3}/`, 403),
  };
}

/** The OpenID Connect issuer that stands in for Google. */
export function oidc(context: PartsContext): ManagedProcess {
  const { options, env } = context;
  const { dataDir, ports } = options;
  const args = flags({
    port: ports.oidc,
    issuer: `http://localhost:${ports.oidc}`,
    keys: path.join(dataDir, 'oidc-keys.json'),
    redirect: `${env.API_URL}/v1/auth/google/callback`,
  });
  return {
    name: 'oidc',
    prepare: async () => script('local/oidc/main.ts', args, context),
    isReady: () => respondsWith(`http://127.0.0.1:${ports.oidc}/.well-known/openid-configuration`),
  };
}

/** The embedding server, started as on Fargate. */
export function embedder(context: PartsContext): ManagedProcess {
  const { embedder: port } = context.options.ports;
  return {
    name: 'embedder',
    prepare: async () => script('embedder/server.ts', [], context),
    isReady: () => respondsWith(`http://127.0.0.1:${port}/ready`),
  };
}

/** Vite's server of the console: a changed source is loaded into the open page. Only for `npm run dev`. */
export function vite(context: PartsContext): ManagedProcess {
  const { console: port } = context.options.ports;
  const args = ['--port', String(port), '--strictPort', '--host', '127.0.0.1'];
  return {
    name: 'console',
    prepare: async () => script('node_modules/vite/bin/vite.js', ['console', ...args], context),
    isReady: () => respondsWith(`http://127.0.0.1:${port}/`),
  };
}

/** The emulated API Gateway, with the Lambda handlers in its process. */
export function gateway(context: PartsContext): ManagedProcess {
  const { ports, serviceFile, watch } = context.options;
  const args = flags({
    port: ports.api,
    service: serviceFile,
    'public-url': context.env.API_URL ?? '',
    bucket: new URL(context.env.AWS_ENDPOINT_URL_S3 ?? `http://localhost:${ports.s3}`).origin,
    ...(watch ? { vite: `http://127.0.0.1:${ports.console}` } : {}),
  });
  return {
    name: 'api',
    prepare: async () => script('local/gateway/main.ts', args, context),
    isReady: () => respondsWith(`http://127.0.0.1:${ports.api}/health`),
  };
}

/** Invokes the functions that SQS and EventBridge invoke in a deployment: ingestion and sweep. */
export function worker(context: PartsContext): ManagedProcess {
  const { options, env } = context;
  const ready = new Set<number>();
  const args = flags({
    service: options.serviceFile,
    queue: env.INGEST_QUEUE_URL ?? QUEUE,
    visibility: VISIBILITY_SECONDS,
    retry: options.retrySeconds,
    every: options.sweepEveryMs,
  });
  return {
    name: 'worker',
    prepare: async () => script('local/worker/main.ts', args, context),
    async isReady(child) {
      const pid = child.pid ?? 0;
      if (child.listenerCount('message') === 0) child.on('message', () => ready.add(pid));
      return ready.has(pid);
    },
  };
}

const LOGINS = ['DATABASE_URL', 'DATABASE_WORKER_URL', 'DATABASE_OWNER_URL'];
const OTHER_SECRETS = [
  'JWT_SECRET',
  'SIGNING_KEYS',
  'API_KEY_PEPPER',
  'API_KEY_PEPPERS',
  'GOOGLE_CLIENT_SECRET',
];
const CLOUD_SECRETS = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

/** Settings that a part does not get: no process holds a secret that it does not use, as in a deployment. */
const WITHHELD: Record<string, string[]> = {
  'embedder/server.ts': [...LOGINS, ...OTHER_SECRETS, ...CLOUD_SECRETS],
  'local/gateway/main.ts': ['DATABASE_WORKER_URL', 'DATABASE_OWNER_URL'],
  'local/worker/main.ts': ['DATABASE_OWNER_URL'],
};

function script(file: string, args: string[], { env, options }: PartsContext): Command {
  const withheld = WITHHELD[file] ?? [];
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.includes(name)));
  // The embedder has a file of its own, without the secrets of the other.
  const keysFile = file === 'embedder/server.ts' ? { KEYS_FILE: publicKeysFile(options.dataDir) } : {};
  return commandOf(file, args, { ...own, ...keysFile });
}

function commandOf(file: string, args: string[], env: Record<string, string>): Command {
  const all = [path.join(ROOT, file), ...args];
  return { file: process.execPath, args: all, env, node: true, stopSignal: 'SIGTERM' };
}

/** `{ port: 1, origin: ['a', 'b'] }` as `--port 1 --origin a --origin b`. */
function flags(values: Record<string, string | number | string[]>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().flatMap((each) => [`--${name}`, String(each)]),
  );
}
