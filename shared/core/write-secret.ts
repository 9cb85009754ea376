import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

type Values = Record<string, unknown>;

let client: SecretsManagerClient | undefined;

function secretsManager(): SecretsManagerClient {
  client ??= new SecretsManagerClient({ maxAttempts: 3, requestHandler: { requestTimeout: 5_000 } });
  return client;
}

/** Replaces all fields of a secret in AWS Secrets Manager. @throws Error of the SDK, which quotes no value */
export async function writeSecret(id: string, values: Values): Promise<void> {
  const SecretString = JSON.stringify(values);
  await secretsManager().send(new PutSecretValueCommand({ SecretId: id, SecretString }));
}

/** The fields of a secret. @throws Error of the SDK, or when it is no JSON; neither quotes a value */
export async function readFields(id: string): Promise<Values> {
  const { SecretString } = await secretsManager().send(new GetSecretValueCommand({ SecretId: id }));
  return parseFields(id, SecretString ?? '{}');
}

/**
 * Changes the fields of a secret in AWS Secrets Manager. For the function that deploys and for an operator's commands:
 * no other process may write secrets.
 * @param change gets the present fields and returns the new ones
 * @throws Error of the SDK, or SyntaxError when the secret is no JSON; neither quotes a value
 */
export async function changeSecret(id: string, change: (values: Values) => Values): Promise<void> {
  await writeSecret(id, change(await readFields(id)));
}

function parseFields(id: string, text: string): Values {
  try {
    return JSON.parse(text) as Values;
  } catch {
    // Without the parser's error, whose message would quote the secret.
    throw new Error(`Secret ${id} is not a JSON object; store it as {"field":"value"}.`);
  }
}
