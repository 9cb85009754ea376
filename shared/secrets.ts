import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { tracedClient } from './sight/trace.ts';

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

let client: SecretsManagerClient | undefined;
const cache = new Map<SecretName, Promise<Record<string, string>>>();

/**
 * The settings held by one secret of AWS Secrets Manager, as setting name → value. Fetched once and cached;
 * `forgetSecret` makes the next call fetch again.
 * @throws Error naming the secret (never a value) when it cannot be read or is not a JSON object
 */
export function readSecret(prefix: string, name: SecretName): Promise<Record<string, string>> {
  let found = cache.get(name);
  if (!found) {
    found = fetchSecret(`${prefix}${name}`, FIELDS[name]);
    cache.set(name, found);
    found.catch(() => cache.delete(name));
  }
  return found;
}

/** Drops a cached secret, for a client whose credentials were just refused (the secret was rotated). */
export function forgetSecret(name: SecretName): void {
  cache.delete(name);
}

async function fetchSecret(
  secretId: string,
  fields: Record<string, string>,
): Promise<Record<string, string>> {
  client ??= tracedClient(
    'SecretsManager',
    new SecretsManagerClient({ maxAttempts: 3, requestHandler: { requestTimeout: 3_000 } }),
  );
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: secretId }))
    .catch((cause: unknown) => {
      throw new Error(`Secret ${secretId} could not be read: ${reasonOf(cause)}`, { cause });
    });
  const values = parseObject(secretId, SecretString ?? '');
  const settings: Record<string, string> = {};
  for (const [field, setting] of Object.entries(fields)) {
    const value = values[field];
    if (value !== undefined && value !== null && value !== '') settings[setting] = String(value);
  }
  return settings;
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
