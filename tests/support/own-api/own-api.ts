import path from 'node:path';
import { createGateway } from '#local/gateway/api-gateway.ts';
import type { Handler } from '#local/gateway/invoke.ts';
import { type LambdaFunction, readService } from '#local/gateway/service.ts';
import { installAwsLambda } from '#local/gateway/streaming.ts';
import { ROOT } from '#local/platform/options.ts';
import { freePorts } from '#local/platform/ports.ts';
import { reloadConfig, type Section } from '#shared/core/config.ts';
import { closeRedis } from '#shared/core/redis.ts';
import { closePools } from '#shared/db/pool.ts';
import { type Answer, type Client, clientFor } from '../api.ts';
import { usePlatformSettings } from '../platform.ts';
import { callBack, signInUpToCallback } from '../sign-in-steps.ts';

/** An API in this process, on the platform's stores, whose settings a test may change. */
export type OwnApi = {
  url: string;
  client(credential: string | null): Client;
  /** Changes settings, which hold from the next request on; null removes one. */
  set(section: Section, settings: Record<string, string | null>): Promise<void>;
  /** Signs in through the platform's issuer, up to the answer of this API's callback. */
  signIn(email: string): Promise<Answer>;
  close(): Promise<void>;
};

/** Starts the API on a free port. Its functions are loaded when they are first called. */
export async function startOwnApi(): Promise<OwnApi> {
  await usePlatformSettings();
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  installAwsLambda();
  const server = createGateway({
    service: readService(path.join(ROOT, 'serverless.yml')),
    publicUrl: url,
    serveConsole: () => false,
    handlerOf: loadHandler,
    log: { log: () => {}, error: console.error },
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url,
    client: (credential) => clientFor(credential, url),
    set: changeSettings,
    signIn: async (email) => callBack(await signInUpToCallback({ email }), {}, clientFor(null, url)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      closeRedis();
      await closePools();
    },
  };
}

async function loadHandler({ module, exportName }: LambdaFunction): Promise<Handler> {
  const loaded = (await import(path.join(ROOT, `${module}.ts`))) as Record<string, Handler>;
  const handler = loaded[exportName];
  if (!handler) throw new Error(`${module}.ts exports no ${exportName}`);
  return handler;
}

async function changeSettings(section: Section, settings: Record<string, string | null>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
  await reloadConfig(section);
}
