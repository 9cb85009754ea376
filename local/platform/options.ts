import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './ports.ts';

/** The repository's root, with serverless.yml, the functions and the models. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Where each part listens by default. */
export const DEFAULT_PORTS = {
  api: 8000,
  embedder: 8001,
  postgres: 5433,
  chroma: 8100,
  s3: 4568,
  sqs: 4569,
  oidc: 9000,
  redis: 6380,
  console: 8010,
} as const;

/** The titles of the parts, in the order in which they are shown. */
export const PART_TITLES: Record<string, string> = {
  settings: 'Settings',
  postgres: 'PostgreSQL',
  migrations: 'Migrations',
  redis: 'Redis',
  chroma: 'Chroma (vectors)',
  sqs: 'SQS (queue)',
  s3: 'S3 (documents)',
  oidc: 'OIDC issuer (sign-in)',
  embedder: 'Embedder',
  api: 'API gateway',
  worker: 'Ingestion worker',
  console: 'Console',
};

export type PortName = keyof typeof DEFAULT_PORTS;
export type Ports = Record<PortName, number>;

export type PlatformOptions = {
  /** `free` chooses free ports, so that several platforms can run at once. */
  ports?: 'free' | Partial<Ports>;
  /** Directory of all data that is kept between runs. */
  dataDir?: string;
  /** Settings for the platform's processes. They override the environment of this process. */
  env?: Record<string, string>;
  /** A serverless.yml other than the repository's. */
  serviceFile?: string;
  /** False is faster, for tests: a power cut may then lose data. */
  durable?: boolean;
  /** False starts no Redis, as on a machine without one. */
  redis?: boolean;
  /** Seconds after which a failed ingestion message is delivered again; at least 1. */
  retrySeconds?: number;
  /** Pause between two runs of the functions that have a schedule. */
  sweepEveryMs?: number;
  /** False neither builds nor serves the console, for tests of the API. */
  console?: boolean;
  /** Restarts a part when its source changes. */
  watch?: boolean;
  /** Aborting it stops the platform while it is starting. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
};

/**
 * What happens to a part. `given`: a URL in the environment replaces it; `absent`: the platform does without.
 * After a change of its source: `restarted`, `broken` (it does not start) or, for the platform itself, `outdated`.
 */
export type Progress = {
  part: string;
  state:
    | 'starting'
    | 'ready'
    | 'given'
    | 'absent'
    | 'failed'
    | 'restarting'
    | 'restarted'
    | 'broken'
    | 'outdated';
  detail?: string;
};

export type ResolvedOptions = Required<Omit<PlatformOptions, 'ports' | 'signal'>> & {
  ports: Ports;
  signal?: AbortSignal;
};

/** Adds the defaults. */
export async function resolveOptions(options: PlatformOptions): Promise<ResolvedOptions> {
  const { ports = {}, dataDir = path.join(ROOT, '.data') } = options;
  return {
    env: {},
    serviceFile: path.join(ROOT, 'serverless.yml'),
    durable: true,
    watch: false,
    redis: true,
    console: true,
    retrySeconds: 5,
    sweepEveryMs: 5_000,
    onProgress: () => {},
    ...options,
    dataDir: path.resolve(dataDir),
    ports: ports === 'free' ? await chooseFreePorts() : { ...DEFAULT_PORTS, ...ports },
  };
}

/** A port for every part; each is free at this moment. */
export async function chooseFreePorts(): Promise<Ports> {
  const names = Object.keys(DEFAULT_PORTS) as PortName[];
  const free = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, free[index]])) as Ports;
}
