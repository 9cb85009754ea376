import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { traceClient } from '#shared/observability/trace.ts';

/** Where each secret puts its fields: secret field → setting name. */
const FIELDS = {
  database: {
    username: 'DATABASE_USER',
    password: 'DATABASE_PASSWORD',
    host: 'DATABASE_HOST',
    port: 'DATABASE_PORT',
    dbname: 'DATABASE_NAME',
  },
  redis: { host: 'REDIS_HOST', password: 'REDIS_PASSWORD', port: 'REDIS_PORT' },
  openai: { api_key: 'OPENAI_API_KEY' },
  anthropic: { api_key: 'ANTHROPIC_API_KEY' },
  jwt: { secret_key: 'JWT_SECRET' },
  'google-oauth': { client_id: 'GOOGLE_CLIENT_ID', client_secret: 'GOOGLE_CLIENT_SECRET' },
  downloads: { private_key: 'DOWNLOADS_PRIVATE_KEY' },
} as const satisfies Record<string, Record<string, string>>;

export type SecretName = keyof typeof FIELDS;

/** A secret with an empty field is one that its owner has still to fill in: so often it is looked at again. */
const LOOK_AGAIN_MS = 60_000;

let client: SecretsManagerClient | undefined;
const cache = new Map<SecretName, Promise<Record<string, string>>>();
/** When to look again at those that were not filled in, or could not be read. */
const lookAgainAt = new Map<SecretName, number>();

/**
 * The settings held by one secret of AWS Secrets Manager, as setting name → value. Fetched once and cached;
 * `forgetSecret` makes the next call fetch again, and one that was empty is fetched again after a minute.
 * @throws Error naming the secret (never a value) when it cannot be read or is not a JSON object
 */
export function readSecret(prefix: string, name: SecretName): Promise<Record<string, string>> {
  if (wasEmpty(name)) forgetSecret(name);
  let found = cache.get(name);
  if (!found) {
    found = fetchSecret(prefix, name);
    cache.set(name, found);
    found.catch(() => {
      cache.delete(name);
      lookAgainAt.set(name, Date.now() + LOOK_AGAIN_MS);
    });
  }
  return found;
}

/** Whether a secret was not filled in when it was last looked at, and that is a minute ago. */
export function wasEmpty(name: SecretName): boolean {
  return Date.now() >= (lookAgainAt.get(name) ?? Number.POSITIVE_INFINITY);
}

/** Drops a cached secret, for a client whose credentials were just refused (the secret was rotated). */
export function forgetSecret(name: SecretName): void {
  cache.delete(name);
  lookAgainAt.delete(name);
}

async function fetchSecret(prefix: string, name: SecretName): Promise<Record<string, string>> {
  const values = await fetchValues(`${prefix}${name}`);
  const settings: Record<string, string> = {};
  lookAgainAt.delete(name);
  for (const [field, setting] of Object.entries(FIELDS[name])) {
    const value = values[field];
    if (value !== undefined && value !== null && value !== '') settings[setting] = String(value);
    else if (field in values) lookAgainAt.set(name, Date.now() + LOOK_AGAIN_MS);
  }
  return settings;
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
    // Falls through: the parser's message would quote the secret.
  }
  throw new Error(`Secret ${secretId} is not a JSON object; store it as {"field":"value"}.`);
}

/** AWS names its errors; what the network says is in the message alone. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown error';
  return cause.name === 'Error' ? cause.message : cause.name;
}
