import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { signIn } from '#local/demo/sign-in.ts';
import { startPlatform } from '#local/platform/platform.ts';
import { SCOPES } from '#shared/core/roles.ts';
import { type Client, makeClient } from './client.ts';

export type LocalPlatform = { client: Client; stop(): Promise<void> };

/**
 * Starts a platform of its own on free ports with an empty data directory, and a client of a new team. The environment
 * decides the rest, such as `EMBEDDING_MODEL`; `env` goes over it.
 */
export async function startLocalPlatform(env: Record<string, string> = {}): Promise<LocalPlatform> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'rag-eval-'));
  // The account that PostgreSQL runs under must be able to enter the directory.
  chmodSync(dataDir, 0o755);
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  const settings = { RATE_LIMIT_PER_MINUTE: '1000000', SIGN_IN_LIMIT_PER_MINUTE: '1000000', ...env };
  const platform = await startPlatform({
    ports: 'free',
    dataDir,
    durable: false,
    console: false,
    env: settings,
  }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const stop = () => platform.stop().finally(remove);
  try {
    return { client: await signUp(platform.url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Uses an API key, because an access token ends before a long evaluation does. */
async function signUp(url: string): Promise<Client> {
  const { accessToken } = await signIn(url, 'evaluation@example.com');
  const person = makeClient(url, accessToken);
  const { id } = await person.post<{ id: string }>('/v1/teams', { name: 'Evaluation' });
  const body = { name: 'evaluation', scopes: SCOPES };
  const { key } = await person.post<{ key: string }>(`/v1/teams/${id}/api-keys`, body);
  return makeClient(url, key);
}
