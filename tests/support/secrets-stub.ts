import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export type SecretsStub = {
  /** Stores secrets by name: an object as JSON, a text unchanged; null removes the secret. */
  store(secrets: Record<string, object | string | null>): void;
  /** The names that were requested, oldest first. */
  asked: string[];
  close(): Promise<void>;
};

/**
 * Serves GetSecretValue of AWS Secrets Manager over its real wire protocol (AWS JSON 1.1), and points the SDK of this
 * process at it.
 */
export async function startSecretsStub(): Promise<SecretsStub> {
  const secrets = new Map<string, string>();
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { SecretId } = (await json(request)) as { SecretId: string };
    asked.push(SecretId);
    const secret = secrets.get(SecretId);
    const found = secret !== undefined && request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
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
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return { asked, store: (changes) => store(secrets, changes), close: () => closeServer(server) };
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
