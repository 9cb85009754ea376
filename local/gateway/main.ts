import path from 'node:path';
import { parseArgs } from 'node:util';
import { closeOnSignal, listenLocally } from '#local/platform/listen.ts';
import { createGateway } from './api-gateway.ts';
import { CONSOLE_DIRECTORY, forwardConsole, serveConsole } from './console.ts';
import type { Handler } from './invoke.ts';
import { loadHandlerOrExit } from './load-handler.ts';
import { type LambdaFunction, readService } from './service.ts';
import { installAwsLambda } from './streaming.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8000' },
    'public-url': { type: 'string', default: 'http://localhost:8000' },
    service: { type: 'string', default: 'serverless.yml' },
    bucket: { type: 'string', default: 'http://localhost:4568' },
    vite: { type: 'string' },
  },
});

installAwsLambda();
const file = path.resolve(values.service);
const service = readService(file);
const lambdas = new Map(service.endpoints.map(({ lambda }) => [lambda.name, lambda]));
const handlers = new Map<string, Handler>();
for (const lambda of lambdas.values()) handlers.set(lambda.name, await loadHandlerOrExit(file, lambda));

const server = createGateway({
  service,
  publicUrl: values['public-url'],
  serveConsole: values.vite
    ? forwardConsole(values.vite, console)
    : serveConsole(CONSOLE_DIRECTORY, values.bucket),
  handlerOf: async (lambda) => getHandler(lambda),
  log: console,
});
closeOnSignal(server);
await listenLocally(server, Number(values.port));
// From here on, a fault that one invocation leaves behind must not end the other requests.
process.on('unhandledRejection', (reason) =>
  console.error('A function left a rejected promise behind:', reason),
);
process.on('uncaughtException', (error) =>
  console.error('A function threw outside of its invocation:', error),
);
console.log(`API gateway on http://localhost:${values.port}`);

function getHandler(lambda: LambdaFunction): Handler {
  const handler = handlers.get(lambda.name);
  if (!handler) throw new Error(`function ${lambda.name} was not loaded`);
  return handler;
}
