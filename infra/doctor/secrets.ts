import type { Aws } from './aws.ts';
import { type Checks, type Finding, failed, Inconclusive, type Lesson, ok, skipped } from './check.ts';
import type { Stage } from './stage.ts';

type Values = Record<string, unknown>;
type Shape = {
  required: string[];
  optional?: string[];
  /** The problem, without a value; null if there is none. */
  refuse?: (values: Values) => string | null;
  lesson?: Lesson;
};

/** A login of the database. The attachment to the cluster adds the optional fields. */
const LOGIN: Shape = {
  required: ['username', 'password', 'host', 'port', 'dbname'],
  optional: ['engine', 'dbClusterIdentifier', 'dbInstanceIdentifier', 'masterarn'],
};

/** The fields of each secret. Reports name fields and never print a value. */
const SHAPES: Record<string, Shape> = {
  database: LOGIN,
  'database-app': LOGIN,
  'database-worker': LOGIN,
  redis: { required: ['password'], optional: ['host', 'port'], refuse: refuseUrl, lesson: 1 },
  jwt: { required: ['secret_key'], optional: ['signing_keys'], refuse: refuseShort },
  'api-key-pepper': { required: ['secret_key'], optional: ['peppers'], refuse: refuseShort },
  'service-public-keys': { required: ['public_keys'] },
};
/** Secrets that may stay empty: the platform works without them. */
const OPTIONAL: Record<string, string[]> = {
  openai: ['api_key'],
  anthropic: ['api_key'],
  'google-oauth': ['client_id', 'client_secret'],
};

export function secretChecks(aws: Aws, stage: Stage): Checks {
  const required = Object.entries(SHAPES).map(([name, shape]) => [
    `secret ${name}`,
    async () => checkFields(await valuesOf(aws, stage.secretsPrefix + name), shape),
  ]);
  const optional = Object.entries(OPTIONAL).map(([name, fields]) => [
    `secret ${name}`,
    async () => checkFilled(await valuesOf(aws, stage.secretsPrefix + name), fields),
  ]);
  return {
    ...Object.fromEntries([...required, ...optional]),
    'Redis settings of the functions': () => redisSettings(aws, stage),
  };
}

async function valuesOf(aws: Aws, id: string): Promise<Values | null> {
  const { SecretString } = await aws<{ SecretString?: string }>(
    'secretsmanager',
    'get-secret-value',
    '--secret-id',
    id,
  );
  try {
    const values: unknown = JSON.parse(SecretString ?? '');
    return values !== null && typeof values === 'object' && !Array.isArray(values)
      ? (values as Values)
      : null;
  } catch {
    // Drop the parser's error: its message would quote the secret.
    return null;
  }
}

function checkFields(values: Values | null, { required, optional = [], refuse, lesson }: Shape): Finding {
  if (!values) return failed('is not a JSON object', 'Store it as {"field":"value"}.', lesson);
  const missing = required.filter((field) => values[field] === undefined || values[field] === '');
  if (missing.length > 0)
    return failed(`lacks ${missing.join(', ')}`, 'Add the fields with put-secret-value.');
  const problem = refuse?.(values);
  if (problem)
    return failed(
      problem,
      'Correct it with put-secret-value; options are settings of the functions.',
      lesson,
    );
  const unknown = Object.keys(values).filter((field) => ![...required, ...optional].includes(field));
  if (unknown.length > 0)
    return failed(`has unused fields: ${unknown.join(', ')}`, 'Remove them with put-secret-value.', lesson);
  return ok('has its fields');
}

function refuseShort({ secret_key: key }: Values): string | null {
  return String(key).length < 32 ? 'secret_key is shorter than 32' : null;
}

function refuseUrl(values: Values): string | null {
  const urls = Object.entries(values).filter(([, value]) => /^rediss?:\/\//.test(String(value)));
  if (urls.length > 0) return `${urls[0]?.[0]} is a URL; store host, port and password in separate fields`;
  return String(values.host ?? '').match(/[?/:]/)
    ? 'host is not just a name: options in it are ignored'
    : null;
}

function checkFilled(values: Values | null, fields: string[]): Finding {
  if (!values) return failed('is not a JSON object', 'Store it as {"field":"value"}.');
  const empty = fields.filter((field) => !values[field]);
  return empty.length === 0 ? ok('has its fields') : skipped(`not configured: ${empty.join(', ')} empty`);
}

type Configuration = { Environment?: { Variables?: Record<string, string> } };

/** Finds settings that were changed by hand: functions do not start with them. */
async function redisSettings(aws: Aws, { stack }: Stage): Promise<Finding> {
  const of = ['--function-name', `${stack}-chat`];
  const { Environment } = await aws<Configuration>('lambda', 'get-function-configuration', ...of);
  const { REDIS_URL: url, REDIS_TLS: tls, REDIS_HOST: host } = Environment?.Variables ?? {};
  const next = 'It was changed by hand: deploy the stack.';
  if (url?.includes('?')) return failed('REDIS_URL has a query', next, 1);
  if (tls !== undefined && !/^(true|1|yes|on|y|enabled)$/i.test(tls))
    return failed('REDIS_TLS is off', next, 1);
  if (!host && !url) throw new Inconclusive('no Redis is configured');
  return ok('a host, and TLS');
}
