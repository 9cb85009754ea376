import { EventSourceParserStream } from 'eventsource-parser/stream';

/** A client of the API that knows only its contract. */
export type Api = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
};

const TIMEOUT_MS = 30_000;

/** @param credential an access token or an API key */
export function apiClient(baseUrl: string, credential: string): Api {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, text);
    return JSON.parse(text) as T;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
  };
}

/** A response that is not a success. The message contains its status and detail. */
export class ApiError extends Error {
  readonly status: number;

  constructor(source: string, status: number, body: string) {
    super(`${source} answered ${status}: ${readDetail(body)}`);
    this.status = status;
  }
}

function readDetail(body: string): string {
  try {
    const problem = JSON.parse(body) as { detail?: string; error?: { message?: string }; errors?: unknown };
    const fields = problem.errors ? ` ${JSON.stringify(problem.errors)}` : '';
    return `${problem.detail ?? problem.error?.message ?? body}${fields}`;
  } catch {
    return body.slice(0, 300);
  }
}

/** The events of a `text/event-stream` body as they arrive. An event without a name is a `message`. */
export async function* serverEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ event: string; data: string }> {
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event = 'message', data } of events) yield { event, data };
}
