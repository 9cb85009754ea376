import type { components } from '@rag-platform/openapi-types';

type ProblemBody = Partial<components['schemas']['Problem']>;

/** An answer of the API that is no success, or no answer at all. Its message is made for people. */
export class ApiProblem extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The API's stable word for the problem; `offline` when no answer came. */
  readonly code: string;
  /** What to look for in the log; empty when no answer came. */
  readonly requestId: string;
  /** Seconds until another try makes sense, when the API says so. */
  readonly retryAfter: number | null;
  /** What is wrong with which field. */
  readonly fields: { path: string; message: string }[];

  constructor(body: ProblemBody, response?: Response) {
    super(body.detail ?? body.title ?? 'No connection to the server.');
    this.name = 'ApiProblem';
    this.status = response?.status ?? 0;
    this.code = body.code ?? (response ? 'unknown' : 'offline');
    this.requestId = body.request_id ?? response?.headers.get('x-request-id') ?? '';
    const retryAfter = Number(response?.headers.get('retry-after'));
    this.retryAfter = retryAfter > 0 ? retryAfter : null;
    this.fields = body.errors ?? [];
  }
}

/** Reads the problem of a failed response, whatever its body is. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as ProblemBody | null;
  return new ApiProblem(body ?? {}, response);
}

type Result<T> = { data?: T; error?: ProblemBody | undefined; response: Response };

/** The data of an API call. @throws ApiProblem for every answer that is no success */
export async function unwrap<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiProblem({});
  });
  if (!response.ok) throw new ApiProblem(error ?? {}, response);
  return data as T;
}

/** What the API says about one field of a form, if it is what was wrong. */
export function fieldError(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.fields.find((field) => field.path === path)?.message;
}
