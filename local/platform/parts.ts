import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { replacedParts } from './environment.ts';
import { type ResolvedOptions, ROOT } from './options.ts';
import {
  chroma,
  embedder,
  gateway,
  oidc,
  type PartsContext,
  postgres,
  s3,
  sqs,
  vite,
  worker,
} from './part-processes.ts';
import type { ManagedProcess } from './processes.ts';
import { findRedisServer, INSTALL_REDIS, redisProcess } from './redis.ts';

/** One step of the start: a process that has to be ready, or a script that has to end. */
export type Part = {
  name: string;
  /** Parts that must have started before. */
  after: string[];
  /** Resolves when the part is ready, or when the platform runs without it. */
  start(): Promise<Outcome>;
};

type Outcome = { state: 'ready' | 'given' | 'absent'; detail?: string };

const run = promisify(execFile);

/** Every part of the platform. A part comes later in the list than all parts of its `after`. */
export function allParts(context: PartsContext): Part[] {
  const { env } = context;
  return [
    task('settings', { script: 'local/settings.ts', after: [], env }),
    replaceable('postgres', postgres(context), context),
    task('migrations', { script: 'local/platform/migrate.ts', after: ['postgres'], env }),
    redis(context),
    replaceable('chroma', chroma(context), context),
    replaceable('sqs', sqs(context), context),
    { ...replaceable('s3', s3(context), context), after: ['sqs'] },
    replaceable('oidc', oidc(context), context),
    embeddings(context),
    ...(context.options.console ? [consoleFiles(context)] : []),
    { name: 'api', after: [], start: () => startProcess(gateway(context), context) },
    { name: 'worker', after: ['migrations', 'sqs'], start: () => startProcess(worker(context), context) },
  ];
}

/** Whether the platform will have a Redis; known before one is started. */
export function willHaveRedis(options: ResolvedOptions): boolean {
  return replacedParts(options).redis !== undefined || (options.redis && findRedisServer() !== null);
}

/** The console's files, or Vite's server of them while its sources are watched. */
function consoleFiles(context: PartsContext): Part {
  if (context.options.watch)
    return { name: 'console', after: [], start: () => startProcess(vite(context), context) };
  return task('console', { script: 'local/console/build.ts', after: [], env: context.env });
}

/** A process that is not started when a URL in the environment replaces it. */
function replaceable(
  name: 'postgres' | 'chroma' | 's3' | 'sqs' | 'oidc',
  managed: ManagedProcess,
  context: PartsContext,
): Part {
  const url = replacedParts(context.options)[name];
  return {
    name,
    after: [],
    start: async () => (url ? replacedBy(url) : await startProcess(managed, context)),
  };
}

/** A script that runs to its end. Its last line of output becomes the detail; an error contains its stderr. */
function task(name: string, of: { script: string; after: string[]; env: Record<string, string> }): Part {
  return {
    name,
    after: of.after,
    async start() {
      const file = path.join(ROOT, of.script);
      const { stdout } = await run(process.execPath, [file], { env: of.env, cwd: ROOT }).catch(
        (error: unknown) => {
          const { stderr } = error as { stderr?: string };
          throw new Error(stderr?.trim() || `${of.script} failed: ${String(error)}`);
        },
      );
      return { state: 'ready', detail: stdout.trim().split('\n').at(-1) || 'ready' };
    },
  };
}

function redis(context: PartsContext): Part {
  const { ports, dataDir, redis: wanted } = context.options;
  const url = replacedParts(context.options).redis;
  const binary = wanted ? findRedisServer() : null;
  const detail = `no redis-server on this machine; PostgreSQL counts the limits instead (${INSTALL_REDIS})`;
  return {
    name: 'redis',
    after: [],
    async start() {
      if (url) return replacedBy(url);
      if (!binary) return { state: 'absent', detail };
      return await startProcess(redisProcess(binary, ports.redis, dataDir), context);
    },
  };
}

function embeddings(context: PartsContext): Part {
  const url = replacedParts(context.options).embedder;
  return {
    name: 'embedder',
    after: [],
    async start() {
      if (url) return replacedBy(url);
      await startProcess(embedder(context), context);
      return { state: 'ready', detail: await describeModel(context) };
    },
  };
}

/** Name of the embedding model that is served, with a hint when it is only the stand-in. */
async function describeModel({ env }: PartsContext): Promise<string> {
  const headers = { Authorization: `Bearer ${env.EMBEDDER_METRICS_TOKEN ?? ''}` };
  const response = await fetch(`${env.EMBEDDER_URL}/info`, { headers });
  const { model } = (await response.json()) as { model: string };
  if (model !== 'builtin/hashing' || env.EMBEDDING_MODEL === model) return model;
  return `${model}: no model on this machine, so search compares spelling, not meaning (npm run model downloads one)`;
}

async function startProcess(managed: ManagedProcess, { group }: PartsContext): Promise<Outcome> {
  await group.start(managed);
  return { state: 'ready' };
}

/** The outcome for a replaced part. Its URL is shown without user and password. */
function replacedBy(url: string): Outcome {
  const parsed = URL.parse(url);
  return { state: 'given', detail: parsed ? `${parsed.protocol}//${parsed.host}` : 'set' };
}
