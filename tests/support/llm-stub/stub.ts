import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { anthropicProtocol } from './anthropic.ts';
import {
  type Behaviour,
  behaviourOf,
  composeAnswer,
  type Failure,
  type Protocol,
  type Reply,
  splitIntoTokens,
} from './behaviour.ts';
import { openAiProtocol } from './openai.ts';

/** A call that the stub received. */
export type StubCall = {
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
  model: string;
  /** Whether the client closed the connection before the answer was complete. */
  aborted: boolean;
};

export type LlmStub = {
  /** E.g. `http://127.0.0.1:49152`, for ANTHROPIC_BASE_URL. */
  url: string;
  /** `url` with `/v1`, for OPENAI_BASE_URL. */
  openAiUrl: string;
  /** All calls so far, oldest first. */
  requests: StubCall[];
  close: () => Promise<void>;
};

type StubOptions = {
  port?: number;
  /** The accepted API keys; without it, any key is accepted. */
  keys?: string[];
};

const SLOW_MS = 25;
const TOKENS_BEFORE_FAILURE = 6;

/**
 * Starts a server on 127.0.0.1 that speaks the wire protocols of OpenAI and Anthropic, with and without streaming.
 * The model's name or the prompt chooses its behaviour: see `behaviourOf`. It also runs as a program:
 * `node tests/support/llm-stub/stub.ts --port 9100`.
 */
export async function startLlmStub({ port = 0, keys }: StubOptions = {}): Promise<LlmStub> {
  const requests: StubCall[] = [];
  const server = createServer((request, response) => {
    serve(request, response, { requests, keys }).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, openAiUrl: `${url}/v1`, requests, close };
}

const PROTOCOLS: Record<string, Protocol<Record<string, unknown>>> = {
  '/v1/chat/completions': openAiProtocol,
  '/v1/messages': anthropicProtocol,
};

type Context = { requests: StubCall[]; keys: string[] | undefined };

async function serve(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const path = request.url ?? '/';
  const protocol = PROTOCOLS[path];
  const refuse = ({ status, headers, body }: Failure): void => sendJson(response, { status, headers, body });
  if (request.method !== 'POST' || !protocol) return refuse(openAiProtocol.failure(404));
  const body = parseJsonObject(await readText(request));
  if (!body) return refuse(protocol.failure(400));
  const call = { path, headers: request.headers, body, model: String(body.model), aborted: false };
  context.requests.push(call);
  response.on('close', () => {
    call.aborted = !response.writableFinished;
  });
  const refusal = checkCall(call, protocol, context);
  if (refusal) return refuse(refusal);
  const { prompt, last } = protocol.prompt(body);
  const behaviour = behaviourOf(call.model, last);
  const turn = context.requests.filter((each) => each.model === call.model).length;
  if (behaviour.kind === 'error' && (!behaviour.once || turn % 2 === 1)) {
    const failure = protocol.failure(behaviour.status);
    return refuse(behaviour.later ? { ...failure, headers: { 'retry-after': '30' } } : failure);
  }
  if (behaviour.kind === 'never') return undefined;
  const text = ['empty', 'filter', 'wordless'].includes(behaviour.kind)
    ? ''
    : composeAnswer(prompt, behaviour.kind);
  return protocol.reply(body, replyOn(response, behaviour, text));
}

function checkCall(
  call: StubCall,
  protocol: Protocol<Record<string, unknown>>,
  { keys }: Context,
): Failure | null {
  const key = call.headers.authorization?.replace('Bearer ', '');
  if (!key || (keys && !keys.includes(key))) return protocol.failure(401);
  return protocol.validate(call.body, call.headers['anthropic-version']?.toString());
}

function sendJson(response: ServerResponse, { status, headers, body }: Failure): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_stub', ...headers });
  response.end(JSON.stringify(body));
}

function replyOn(response: ServerResponse, behaviour: Behaviour, text: string): Reply {
  async function* tokens(part = text): AsyncGenerator<string> {
    let count = 0;
    for (const token of splitIntoTokens(part)) {
      if (response.destroyed) return;
      if (behaviour.kind === 'slow') await sleep(SLOW_MS);
      yield token;
      count += 1;
      if (count < TOKENS_BEFORE_FAILURE) continue;
      if (behaviour.kind === 'stall') await new Promise((resolve) => response.once('close', resolve));
      if (['error-event', 'unfinished', 'garbage'].includes(behaviour.kind)) return;
      if (behaviour.kind !== 'cut') continue;
      // Send the bytes so far before the connection breaks.
      await new Promise((resolve) => response.write('\n', resolve));
      response.socket?.destroy();
      return;
    }
  }
  return {
    behaviour,
    text,
    tokens,
    json: (status, body) => sendJson(response, { status, headers: {}, body }),
    startStream() {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'x-request-id': 'req_stub',
      });
      response.flushHeaders();
    },
    write: (chunk) => void (response.destroyed || response.write(chunk)),
    end: () => void response.end(),
  };
}

function parseJsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '9100' } } });
  const stub = await startLlmStub({ port: Number(values.port) });
  console.log(`OPENAI_BASE_URL=${stub.openAiUrl}\nANTHROPIC_BASE_URL=${stub.url}`);
}
