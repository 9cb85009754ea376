import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { traceClient } from '#shared/observability/trace.ts';

const ADDRESS = { host: 'DATABASE_HOST', port: 'DATABASE_PORT', dbname: 'DATABASE_NAME' } as const;

/** The setting that each field of a secret holds: secret → field → setting. */
const FIELDS = {
  // The owner of the tables.
  database: { username: 'DATABASE_OWNER_USER', password: 'DATABASE_OWNER_PASSWORD', ...ADDRESS },
  'database-app': { username: 'DATABASE_USER', password: 'DATABASE_PASSWORD', ...ADDRESS },
  'database-worker': { username: 'DATABASE_WORKER_USER', password: 'DATABASE_WORKER_PASSWORD', ...ADDRESS },
  redis: { host: 'REDIS_HOST', password: 'REDIS_PASSWORD', port: 'REDIS_PORT' },
  openai: { api_key: 'OPENAI_API_KEY' },
  anthropic: { api_key: 'ANTHROPIC_API_KEY' },
  jwt: { secret_key: 'JWT_SECRET', signing_keys: 'SIGNING_KEYS' },
  'api-key-pepper': { secret_key: 'API_KEY_PEPPER', peppers: 'API_KEY_PEPPERS' },
  'service-public-keys': { public_keys: 'SERVICE_PUBLIC_KEYS' },
  'google-oauth': { client_id: 'GOOGLE_CLIENT_ID', client_secret: 'GOOGLE_CLIENT_SECRET' },
  downloads: { private_key: 'DOWNLOADS_PRIVATE_KEY' },
} as const satisfies Record<string, Record<string, string>>;

export type SecretName = keyof typeof FIELDS;

/** Keys are rotated while processes run. A new key signs a quarter of an hour after all of these may have read it. */
const ROTATED: SecretName[] = ['jwt', 'api-key-pepper', 'service-public-keys'];
const ROTATION_REREAD_MS = 300_000;

/** Re-read interval for a secret that still has an empty field, or could not be read. */
const REREAD_MS = 60_000;

let client: SecretsManagerClient | undefined;
const cache = new Map<SecretName, Promise<Record<string, string>>>();
/** When to re-read a secret that had an empty field or could not be read (epoch milliseconds). */
const rereadAt = new Map<SecretName, number>();

/**
 * The settings held by one secret of AWS Secrets Manager: setting → value. The secret is fetched once and cached. It
 * is fetched again after `forgetSecret`, and a minute after one of its fields was empty or the fetch failed.
 * @throws Error naming the secret (never a value) when it cannot be read or is not a JSON object
 */
export function readSecret(prefix: string, name: SecretName): Promise<Record<string, string>> {
  if (isDueForReread(name)) forgetSecret(name);
  let found = cache.get(name);
  if (!found) {
    found = fetchSecret(prefix, name);
    cache.set(name, found);
    found.catch(() => {
      cache.delete(name);
      rereadAt.set(name, Date.now() + REREAD_MS);
    });
  }
  return found;
}

/** Whether a secret had an empty field or could not be read, at least a minute ago. */
export function isDueForReread(name: SecretName): boolean {
  return Date.now() >= (rereadAt.get(name) ?? Number.POSITIVE_INFINITY);
}

/** Drops a cached secret. For a client whose credentials were refused: the secret was probably rotated. */
export function forgetSecret(name: SecretName): void {
  cache.delete(name);
  rereadAt.delete(name);
}

async function fetchSecret(prefix: string, name: SecretName): Promise<Record<string, string>> {
  const values = await fetchValues(`${prefix}${name}`);
  const settings: Record<string, string> = {};
  rereadAt.delete(name);
  if (ROTATED.includes(name)) rereadAt.set(name, Date.now() + ROTATION_REREAD_MS);
  for (const [field, setting] of Object.entries(FIELDS[name])) {
    const value = values[field];
    if (value !== undefined && value !== null && value !== '') settings[setting] = textOf(value);
    else if (field in values) rereadAt.set(name, Date.now() + REREAD_MS);
  }
  return settings;
}

/** A list, such as a ring of keys, as JSON. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function fetchValues(secretId: string): Promise<Record<string, unknown>> {
  client ??= traceClient(
    'SecretsManager',
    new SecretsManagerClient({ maxAttempts: 3, requestHandler: { requestTimeout: 3_000 } }),
  );
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: secretId }))
    .catch((cause: unknown) => {
      throw new Error(`Secret ${secretId} could not be read: ${reasonOf(cause)}`, { cause });
    });
  return parseObject(secretId, SecretString ?? '');
}

function parseObject(secretId: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Without the parser's error, whose message would quote the secret.
  }
  throw new Error(`Secret ${secretId} is not a JSON object; store it as {"field":"value"}.`);
}

/** The name of an AWS error; for network errors, which have none, the message. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown error';
  return cause.name === 'Error' ? cause.message : cause.name;
}
