import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ACCOUNT, REGION } from '#tests/aws/iam/arn.ts';

/** The response of a function, from its first byte on. */
export type FunctionAnswer = {
  streaming: boolean;
  contentType: string;
  /** The pieces as they arrive; throws if the function fails while streaming. */
  chunks: AsyncIterable<Buffer>;
};

export type RunningFunction = {
  /**
   * Resolves when the response begins. `trace` is the trace header, by default of a trace that is not sampled.
   * `timeoutMs` is the remaining time that the function sees.
   * @throws Error that the function reported, or with its log if its process ended
   */
  invoke(event: unknown, trace?: string, timeoutMs?: number): Promise<FunctionAnswer>;
  /** Its output so far. */
  log(): string;
  stop(): Promise<void>;
};

type FunctionOptions = {
  /** The unpacked zip: `LAMBDA_TASK_ROOT`. */
  directory: string;
  /** As in serverless.yml, such as `functions/chat/handler.handler`. */
  handler: string;
  env: Record<string, string>;
};

type Invocation = PromiseWithResolvers<FunctionAnswer> & {
  id: string;
  event: unknown;
  trace: string;
  timeoutMs: number;
};

const TIMEOUT_MS = 60_000;
const UNSAMPLED = 'Root=1-00000000-000000000000000000000000;Sampled=0';
const CLIENT = fileURLToPath(import.meta.resolve('aws-lambda-ric'));
const PRELOAD = new URL('./preload.ts', import.meta.url).href;

/** Runs a packaged function under AWS's runtime interface client, against our implementation of the Runtime API. */
export async function startFunction({ directory, handler, env }: FunctionOptions): Promise<RunningFunction> {
  const api = new RuntimeApi();
  const address = await api.listen();
  const child = spawn(process.execPath, ['--import', PRELOAD, CLIENT, handler], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...lambdaEnvironment(directory, handler), AWS_LAMBDA_RUNTIME_API: address },
  });
  let output = '';
  const append = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', append);
  child.stderr.on('data', append);
  child.once('exit', (code) => api.fail(new Error(`The function's process ended (${code}):\n${output}`)));
  return {
    invoke: (event, trace, timeoutMs) => api.invoke(event, trace, timeoutMs),
    log: () => output,
    stop: async () => {
      await kill(child);
      await api.close();
    },
  };
}

function lambdaEnvironment(directory: string, handler: string): Record<string, string> {
  return {
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: directory,
    AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true',
    AWS_LAMBDA_FUNCTION_NAME: `rag-platform-dev-${handler.split('/')[1]}`,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/packaged',
    AWS_LAMBDA_LOG_STREAM_NAME: 'packaged',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The HTTP API from which a Lambda runtime gets invocations and to which it sends responses. */
class RuntimeApi {
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));
  readonly #queued: Invocation[] = [];
  readonly #waiting: ServerResponse[] = [];
  readonly #running = new Map<string, Invocation>();
  #failure: Error | undefined;

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  invoke(event: unknown, trace = UNSAMPLED, timeoutMs = TIMEOUT_MS): Promise<FunctionAnswer> {
    if (this.#failure) return Promise.reject(this.#failure);
    const answered = Promise.withResolvers<FunctionAnswer>();
    const invocation = { ...answered, id: randomUUID(), event, trace, timeoutMs };
    this.#queued.push(invocation);
    this.#dispatch();
    return invocation.promise;
  }

  /** Rejects all open and future invocations. */
  fail(reason: Error): void {
    this.#failure ??= reason;
    for (const { reject } of [...this.#queued.splice(0), ...this.#running.values()]) reject(this.#failure);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #dispatch(): void {
    while (this.#queued.length > 0 && this.#waiting.length > 0) {
      const invocation = this.#queued.shift();
      const response = this.#waiting.shift();
      if (!invocation || !response) return;
      this.#running.set(invocation.id, invocation);
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': invocation.id,
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + invocation.timeoutMs),
        'Lambda-Runtime-Invoked-Function-Arn': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:packaged`,
        'Lambda-Runtime-Trace-Id': invocation.trace,
      });
      response.end(JSON.stringify(invocation.event));
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id = '', kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(request.url ?? '') ?? [];
    if (request.url?.endsWith('/invocation/next')) {
      this.#waiting.push(response);
      return this.#dispatch();
    }
    request.once('end', () => response.writeHead(202).end('{}'));
    const invocation = this.#running.get(id);
    this.#running.delete(id);
    if (kind === 'response') invocation?.resolve(answerOf(request));
    else if (kind === 'error') invocation?.reject(new Error(await text(request)));
    else this.fail(new Error(`The function could not be initialised: ${await text(request)}`));
  }
}

function answerOf(request: IncomingMessage): FunctionAnswer {
  return {
    streaming: request.headers['lambda-runtime-function-response-mode'] === 'streaming',
    contentType: request.headers['content-type'] ?? '',
    chunks: chunksOf(request),
  };
}

/** Yields each piece separately: the stream's own iterator joins pieces that have already arrived. */
async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const [chunk] of on(request, 'data', { close: ['end', 'close'] })) yield chunk as Buffer;
  const failure = request.trailers['lambda-runtime-function-error-body'];
  if (failure) throw new Error(Buffer.from(failure, 'base64').toString());
}
