import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

/**
 * Serves transformers.js with node:http, as its documentation does:
 * `peer-server.ts <installation folder> <models folder> <model>`.
 */
type Extractor = (texts: string[], options: object) => Promise<{ tolist(): number[][] }>;
type Transformers = {
  env: { localModelPath: string; allowRemoteModels: boolean };
  pipeline(task: string, model: string, options: object): Promise<Extractor>;
};

const [folder = '', modelsDir = '', model = ''] = process.argv.slice(2);
const { env, pipeline } = createRequire(`${folder}/`)('@huggingface/transformers') as Transformers;
env.localModelPath = modelsDir;
env.allowRemoteModels = false;
const extractor = await pipeline('feature-extraction', model, { dtype: 'q8', device: 'cpu' });

// The server computes for seconds without reading its connections; the default of 5 s would close one with a request.
const KEEP_ALIVE_MS = 75_000;
const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  respond(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.once('SIGTERM', () => process.exit(0));

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { inputs } = JSON.parse(await text(request)) as { inputs: string[] };
  const embeddings = await extractor(inputs, { pooling: 'mean', normalize: true });
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ embeddings: embeddings.tolist() }));
}
