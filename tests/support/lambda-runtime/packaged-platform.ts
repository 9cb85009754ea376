import path from 'node:path';
import { type Api, apiClient } from '#local/demo/api-client.ts';
import { signIn } from '#local/demo/sign-in.ts';
import { type Platform, startPlatform } from '#local/platform/platform.ts';
import { type LlmStub, startLlmStub } from '#tests/support/llm-stub/stub.ts';
import { packagedStage, writeServiceWithout } from './packaged.ts';
import { startPackaged } from './packaged-functions.ts';
import type { RunningFunction } from './runtime.ts';

export const MODEL = 'openai/gpt-6-luna';

/** A platform on which a test runs packaged functions itself, with one user, team, bot and API key. */
export type PackagedPlatform = {
  platform: Platform;
  /** The user's client. */
  api: Api;
  userToken: string;
  teamId: string;
  botId: string;
  key: { id: string; key: string };
  /** Functions that run now. */
  running: RunningFunction[];
  /** Starts a packaged function of the stage dev with the platform's environment. */
  start(name: string, env?: Record<string, string>): Promise<RunningFunction>;
  stopFunctions(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts the platform without workers for ingestion and the sweep, and with a stub in place of OpenAI.
 * @param directory holds the platform's data and the unpacked functions
 */
export async function startPackagedPlatform(
  directory: string,
  env: Record<string, string> = {},
): Promise<PackagedPlatform> {
  const packages = await packagedStage('dev');
  const llm = await startLlmStub();
  const platform = await startPlatform({
    ports: 'free',
    dataDir: path.join(directory, 'data'),
    durable: false,
    console: false,
    serviceFile: writeServiceWithout(['ingest', 'sweep'], directory),
    // The queue of the scan's results has no reader here.
    env: { EMBEDDING_MODEL: 'builtin/hashing', MALWARE_SCAN: 'false', ...openAi(llm), ...env },
  });
  const running: RunningFunction[] = [];
  const stopFunctions = async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  };
  return {
    platform,
    ...(await createTeam(platform.url)),
    running,
    async start(name, own = {}) {
      const options = { packages, directory, env: { ...platform.env, ...own } };
      const started = await startPackaged(name, options);
      running.push(started);
      return started;
    },
    stopFunctions,
    async stop() {
      await stopFunctions();
      await platform.stop();
      await llm.close();
    },
  };
}

function openAi(llm: LlmStub): Record<string, string> {
  return { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: llm.openAiUrl };
}

async function createTeam(
  url: string,
): Promise<Pick<PackagedPlatform, 'api' | 'userToken' | 'teamId' | 'botId' | 'key'>> {
  const { accessToken: userToken } = await signIn(url, 'packaged@example.com');
  const api = apiClient(url, userToken);
  const { id: teamId } = await api.post<{ id: string }>('/v1/teams', { name: 'Packaged' });
  const teamPath = `/v1/teams/${teamId}`;
  const bot = await api.post<{ id: string }>(`${teamPath}/bots`, { name: 'Bot', model: MODEL });
  const key = await api.post<{ id: string; key: string }>(`${teamPath}/api-keys`, {
    name: 'Key',
    scopes: ['chat'],
  });
  return { api, userToken, teamId, botId: bot.id, key };
}
