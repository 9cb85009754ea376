import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './ports.ts';

/** The repository's root: where serverless.yml, the functions and the models lie. */
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
} as const;

/** The parts in the order in which they are shown, with their names for people. */
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
};

export type PortName = keyof typeof DEFAULT_PORTS;
export type Ports = Record<PortName, number>;

export type PlatformOptions = {
  /** `free` takes any ports that are free, so that several platforms run side by side. */
  ports?: 'free' | Partial<Ports>;
  /** Where everything is kept between runs. */
  dataDir?: string;
  /** Settings for the platform's processes over those of this process' environment. */
  env?: Record<string, string>;
  /** A serverless.yml other than the repository's. */
  serviceFile?: string;
  /** False for tests: faster, and a power cut may cost the data. */
  durable?: boolean;
  /** False leaves Redis out, as on a machine that has none. */
  redis?: boolean;
  /** How long a failed ingestion message waits, and how often sweep runs. */
  retrySeconds?: number;
  sweepEveryMs?: number;
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

/** Fills in what was left out. */
export async function resolveOptions(options: PlatformOptions): Promise<ResolvedOptions> {
  const { ports = {}, dataDir = path.join(ROOT, '.data') } = options;
  return {
    env: {},
    serviceFile: path.join(ROOT, 'serverless.yml'),
    durable: true,
    watch: false,
    redis: true,
    retrySeconds: 5,
    sweepEveryMs: 5_000,
    onProgress: () => {},
    ...options,
    dataDir: path.resolve(dataDir),
    ports: ports === 'free' ? await anyPorts() : { ...DEFAULT_PORTS, ...ports },
  };
}

/** A port that is free at this moment for every part. */
export async function anyPorts(): Promise<Ports> {
  const names = Object.keys(DEFAULT_PORTS) as PortName[];
  const free = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, free[index]])) as Ports;
}
