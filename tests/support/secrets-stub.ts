import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { REGION } from '#tests/aws/iam/arn.ts';

export type SecretsStub = {
  /** Stores secrets by name: an object as JSON, a string unchanged; null removes the secret. */
  store(secrets: Record<string, object | string | null>): void;
  /** The names of requested secrets, oldest first. */
  asked: string[];
  /** A stored secret's fields. */
  read(name: string): Record<string, unknown>;
  close(): Promise<void>;
};

/**
 * Serves AWS Secrets Manager's GetSecretValue and PutSecretValue over its wire protocol (AWS JSON 1.1), and configures the SDK of this
 * process to use it.
 */
export async function startSecretsStub(): Promise<SecretsStub> {
  const secrets = new Map<string, string>();
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { SecretId, SecretString } = (await json(request)) as { SecretId: string; SecretString?: string };
    const isPut = request.headers['x-amz-target'] === 'secretsmanager.PutSecretValue';
    if (isPut && SecretString !== undefined) secrets.set(SecretId, SecretString);
    else asked.push(SecretId);
    const secret = secrets.get(SecretId);
    const isGet = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    const found = secret !== undefined && (isPut || isGet);
    const body = found
      ? { Name: SecretId, SecretString: secret, VersionId: 'v', CreatedDate: 1_795_000_000 }
      : { __type: 'ResourceNotFoundException', Message: `Secrets Manager can't find ${SecretId}.` };
    response.writeHead(found ? 200 : 400, { 'Content-Type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return {
    asked,
    read: (name) => JSON.parse(secrets.get(name) ?? '{}') as Record<string, unknown>,
    store: (changes) => store(secrets, changes),
    close: () => closeServer(server),
  };
}

function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function store(secrets: Map<string, string>, changes: Record<string, object | string | null>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) secrets.delete(name);
    else secrets.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
}
