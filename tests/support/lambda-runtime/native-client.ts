import { request } from 'node:http';

/**
 * The three calls that aws-lambda-ric makes of its compiled client, over plain HTTP. It fetches invocations and
 * streams answers by JavaScript of its own (`AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1`).
 */
export function initializeClient(): void {}

/** Sends the answer of a handler that does not stream. */
export function done(id: string, body: string): void {
  post(`/2018-06-01/runtime/invocation/${id}/response`, body);
}

/** Tells that a handler failed. */
export function error(id: string, body: string): void {
  post(`/2018-06-01/runtime/invocation/${id}/error`, body);
}

function post(path: string, body: string): void {
  const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  const sent = request({ hostname, port, path, method: 'POST', headers }, (response) => response.resume());
  sent.end(body);
}
