import { request } from 'node:http';

/**
 * Replaces the compiled client of aws-lambda-ric with plain HTTP. The client only needs these three functions: with
 * `AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1` the runtime fetches invocations and streams responses in JavaScript.
 */
export function initializeClient(): void {}

/** Sends the response of a handler that does not stream. */
export function done(id: string, body: string): void {
  post(`/2018-06-01/runtime/invocation/${id}/response`, body);
}

/** Reports that a handler failed. */
export function error(id: string, body: string): void {
  post(`/2018-06-01/runtime/invocation/${id}/error`, body);
}

function post(path: string, body: string): void {
  const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  const sent = request({ hostname, port, path, method: 'POST', headers }, (response) => response.resume());
  sent.end(body);
}
