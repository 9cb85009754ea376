import type { ServerResponse } from 'node:http';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { withTimeout } from '#shared/core/timeout.ts';
import { toContext } from './event.ts';
import { badGateway, checkProxyResponse, GatewayError, sendBuffered } from './response.ts';
import type { Endpoint } from './service.ts';
import { isStreaming, openResponseStream, type ResponseStream } from './streaming.ts';

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
 * Invokes a handler and sends its result as the HTTP response.
 * @throws GatewayError 502 when the handler throws or its result is malformed, 504 when it takes too long
 */
export async function invoke(response: ServerResponse, invocation: Invocation): Promise<void> {
  const { endpoint, handler, event, requestId } = invocation;
  const context = toContext(endpoint.lambda, requestId);
  if (isStreaming(handler) !== endpoint.stream) {
    throw logFailure(invocation, new Error('serverless.yml and the handler disagree whether it streams'));
  }
  if (endpoint.stream) return await invokeStreaming(response, invocation, context);
  const result = await withinTimeout(endpoint, () => (handler as Buffered)(event, context))
    .then(checkProxyResponse)
    .catch((error: unknown) => {
      throw logFailure(invocation, error);
    });
  const accept = event.headers.Accept ?? event.headers.accept ?? '';
  sendBuffered(response, result, { requestId, accept, binaryMediaTypes: invocation.binaryMediaTypes });
}

async function invokeStreaming(
  response: ServerResponse,
  invocation: Invocation,
  context: Context,
): Promise<void> {
  const { endpoint, handler, event, requestId } = invocation;
  const { stream, settled, abort } = openResponseStream(response, handler, requestId);
  try {
    await withinTimeout(endpoint, async () => {
      await Promise.all([(handler as Streaming)(event, stream, context), settled]);
    });
  } catch (error) {
    abort(error instanceof Error ? error : new Error(String(error)));
    // When the client has disconnected, the function did not fail, and no response can be sent.
    if (!response.destroyed) throw logFailure(invocation, error);
  }
}

/** Rejects with 504 after the endpoint's timeout. The work itself goes on: a promise cannot be stopped. */
async function withinTimeout<T>(endpoint: Endpoint, work: () => Promise<T>): Promise<T> {
  const late = new GatewayError(504, 'gateway_timeout', 'The function did not answer in time; try again.');
  return await withTimeout(work(), endpoint.timeoutMs, late);
}

/** Logs what a handler threw; the client gets an error without details. */
function logFailure({ endpoint, requestId, log }: Invocation, error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  log.error(`[${requestId}] ${endpoint.lambda.name} failed:`, error);
  return badGateway();
}
