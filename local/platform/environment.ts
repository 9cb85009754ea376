import { createHmac } from 'node:crypto';
import path from 'node:path';
import { LOCAL_CREDENTIALS, queueUrl, REGION } from './aws-account.ts';
import type { Secrets } from './data-directory.ts';
import { keysFile } from './key-files.ts';
import type { ResolvedOptions } from './options.ts';
import { DATABASE_NAME, DATABASE_USER } from './postgres.ts';

export const BUCKET = 'rag-documents';
export const QUEUE = 'ingest';

/** Parts, each with the setting that replaces it by a server elsewhere. */
export const REPLACED_BY = {
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  chroma: 'CHROMA_URL',
  embedder: 'EMBEDDER_URL',
  oidc: 'OIDC_ISSUER',
  s3: 'AWS_ENDPOINT_URL_S3',
  sqs: 'AWS_ENDPOINT_URL_SQS',
} as const;

/**
 * Variables that would make the SDK use real AWS, the configuration read its secrets, or Node load other code.
 * REDIS_URL is set only where a Redis runs.
 */
const NOT_INHERITED = ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'SECRETS_PREFIX', 'NODE_OPTIONS', 'REDIS_URL'];

/** All requests come from one address and few credentials: a script would exceed the limits of a deployment. */
const LIMITS = {
  RATE_LIMIT_PER_MINUTE: '6000',
  SIGN_IN_LIMIT_PER_MINUTE: '6000',
  ADDRESS_LIMIT_PER_MINUTE: '6000',
  TEAM_CONCURRENT_ANSWERS: '200',
  // Receivers of webhooks under development run on this machine.
  WEBHOOKS_REACH: 'loopback',
};

/**
 * The settings of shared/core/settings.ts for one machine. The environment and `options.env` take precedence; every other
 * setting points at a local part. The AWS credentials are the local ones unless S3 is replaced.
 */
export function platformEnvironment(options: ResolvedOptions, secrets: Secrets): Record<string, string> {
  const { ports, dataDir, env } = options;
  const replaced = replacedParts(options);
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name, value]) => value && !NOT_INHERITED.includes(name)),
  ) as Record<string, string>;
  const api = `http://localhost:${ports.api}`;
  return {
    API_URL: api,
    CORS_ORIGINS: 'http://localhost:3000,http://localhost:5173',
    RETURN_TO_URLS: `${api}/,${api}/docs,http://localhost:3000,http://localhost:5173`,
    ...LIMITS,
    ...(replaced.postgres ? {} : databaseLogins(ports.postgres, secrets)),
    CHROMA_URL: `http://127.0.0.1:${ports.chroma}`,
    EMBEDDER_URL: `http://127.0.0.1:${ports.embedder}`,
    EMBEDDER_HOST: '127.0.0.1',
    EMBEDDER_PORT: String(ports.embedder),
    EMBEDDER_METRICS_TOKEN: createHmac('sha256', secrets.jwtSecret).update('embedder metrics').digest('hex'),
    OIDC_ISSUER: `http://localhost:${ports.oidc}`,
    ...signInSettings(dataDir),
    GOOGLE_CLIENT_ID: 'rag-platform-local',
    GOOGLE_CLIENT_SECRET: secrets.googleClientSecret,
    JWT_SECRET: secrets.jwtSecret,
    API_KEY_PEPPER: secrets.pepper,
    KEYS_FILE: keysFile(dataDir),
    ...bucketSettings(ports.s3, replaced.s3),
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${ports.sqs}`,
    INGEST_QUEUE_URL: queueUrl(replaced.sqs ?? `http://127.0.0.1:${ports.sqs}`, QUEUE),
    // Metrics are lines on standard output; nothing collects them here.
    POWERTOOLS_METRICS_DISABLED: 'true',
    NODE_COMPILE_CACHE: path.join(dataDir, 'compile-cache'),
    ...inherited,
    ...(replaced.redis ? { REDIS_URL: replaced.redis } : {}),
    ...(replaced.s3 ? {} : localCredentials()),
    ...env,
  };
}

/** A login for each role, as in a deployment. A server elsewhere has the login of `DATABASE_URL` for all of them. */
function databaseLogins(port: number, secrets: Secrets): Record<string, string> {
  const url = (user: string, password: string) =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${DATABASE_NAME}`;
  return {
    DATABASE_URL: url('rag_app_login', secrets.appPassword),
    DATABASE_WORKER_URL: url('rag_worker_login', secrets.workerPassword),
    DATABASE_OWNER_URL: url(DATABASE_USER, secrets.databasePassword),
  };
}

/** Everybody may come in; a team's own issuer may run on this machine, whose domains nobody can prove. */
function signInSettings(dataDir: string) {
  return {
    SIGN_UP: 'open',
    MAIL_DIRECTORY: path.join(dataDir, 'mail'),
    SIGN_IN_LINKS_PER_ADDRESS: '1000',
    OIDC_ALLOW_LOOPBACK: 'true',
    DOMAIN_PROOF: 'none',
  };
}

/** The local S3 stands in for a malware scanner too, unless another S3 takes its place. */
function bucketSettings(port: number, elsewhere: string | undefined): Record<string, string> {
  return {
    DOCUMENTS_BUCKET: BUCKET,
    S3_FORCE_PATH_STYLE: 'true',
    AWS_ENDPOINT_URL_S3: `http://localhost:${port}`,
    ...(elsewhere ? {} : { MALWARE_SCAN: 'true' }),
  };
}

/** The parts that a URL in the environment replaces, each with that URL. */
export function replacedParts({
  env,
}: Pick<ResolvedOptions, 'env'>): Partial<Record<keyof typeof REPLACED_BY, string>> {
  const entries = Object.entries(REPLACED_BY).map(([part, name]) => [part, env[name] || process.env[name]]);
  return Object.fromEntries(entries.filter(([, url]) => url)) as Partial<
    Record<keyof typeof REPLACED_BY, string>
  >;
}

function localCredentials() {
  return {
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
}
