import type { ServerResponse } from 'node:http';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { withTimeout } from '#shared/core/timeout.ts';
import { toContext } from './event.ts';
import { badGateway, GatewayError, readAnswer, sendAnswer } from './response.ts';
import type { Endpoint } from './service.ts';
import { isStreaming, type ResponseStream, responseStream } from './streaming.ts';

type Buffered = (event: APIGatewayProxyEvent, context: Context) => Promise<unknown>;
type Streaming = (event: APIGatewayProxyEvent, stream: ResponseStream, context: Context) => Promise<unknown>;
export type Handler = Buffered | Streaming;

type Invocation = {
  endpoint: Endpoint;
  handler: Handler;
  event: APIGatewayProxyEvent;
  requestId: string;
  binaryMediaTypes: string[];
  log: Pick<Console, 'error'>;
};

/**
 * Runs one invocation and answers the HTTP request with it.
 * @throws GatewayError 502 when the handler crashed or answered nonsense, 504 when it took too long
 */
export async function invoke(response: ServerResponse, invocation: Invocation): Promise<void> {
  const { endpoint, handler, event, requestId } = invocation;
  const context = toContext(endpoint.lambda, requestId);
  if (isStreaming(handler) !== endpoint.stream) {
    throw failed(invocation, new Error('serverless.yml and the handler disagree whether it streams'));
  }
  if (endpoint.stream) return await stream(response, invocation, context);
  const answer = await inTime(endpoint, () => (handler as Buffered)(event, context))
    .then(readAnswer)
    .catch((error: unknown) => {
      throw failed(invocation, error);
    });
  const accept = event.headers.Accept ?? event.headers.accept ?? '';
  sendAnswer(response, answer, { requestId, accept, binaryMediaTypes: invocation.binaryMediaTypes });
}

async function stream(response: ServerResponse, invocation: Invocation, context: Context): Promise<void> {
  const { endpoint, handler, event, requestId } = invocation;
  const { stream, settled, abort } = responseStream(response, handler, requestId);
  try {
    await inTime(endpoint, async () => {
      await Promise.all([(handler as Streaming)(event, stream, context), settled]);
    });
  } catch (error) {
    abort(error instanceof Error ? error : new Error(String(error)));
    // A client that went away is no failure of the function, and nobody is left to answer.
    if (!response.destroyed) throw failed(invocation, error);
  }
}

/** Rejects with 504 when the work is not done in time; the work itself goes on, as nothing can stop it. */
async function inTime<T>(endpoint: Endpoint, work: () => Promise<T>): Promise<T> {
  const late = new GatewayError(504, 'gateway_timeout', 'The function did not answer in time; try again.');
  return await withTimeout(work(), endpoint.timeoutMs, late);
}

function failed({ endpoint, requestId, log }: Invocation, error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  log.error(`[${requestId}] ${endpoint.lambda.name} failed:`, error);
  return badGateway();
}
