import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

type Values = Record<string, unknown>;

/**
 * Changes the fields of a secret in AWS Secrets Manager. For the function that deploys and for an operator's commands:
 * no other process may write secrets.
 * @param change gets the present fields and returns the new ones; null leaves the secret as it is
 * @throws Error of the SDK, or SyntaxError when the secret is no JSON; neither quotes a value
 */
export async function changeSecret(
  id: string,
  change: (values: Values) => Values | null | Promise<Values | null>,
): Promise<void> {
  const client = new SecretsManagerClient({ maxAttempts: 3, requestHandler: { requestTimeout: 5_000 } });
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
  const changed = await change(parseFields(id, SecretString ?? '{}'));
  if (changed)
    await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: JSON.stringify(changed) }));
}

function parseFields(id: string, text: string): Values {
  try {
    return JSON.parse(text) as Values;
  } catch {
    // Without the parser's error, whose message would quote the secret.
    throw new Error(`Secret ${id} is not a JSON object; store it as {"field":"value"}.`);
  }
}
