/** HTTP status of every error code a client can meet. The codes are part of the contract: never rename one. */
const STATUS_BY_CODE = {
  invalid_json: 400,
  invalid_request: 400,
  invalid_cursor: 400,
  unauthenticated: 401,
  invalid_token: 401,
  session_expired: 401,
  sign_in_failed: 401,
  forbidden: 403,
  insufficient_role: 403,
  insufficient_scope: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  already_exists: 409,
  last_owner: 409,
  not_ready: 409,
  request_in_progress: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  idempotency_key_reused: 422,
  unknown_model: 422,
  provider_not_configured: 422,
  input_too_long: 422,
  unknown_url: 422,
  rate_limited: 429,
  overloaded: 429,
  budget_exceeded: 429,
  internal_error: 500,
  provider_error: 502,
  model_mismatch: 503,
  dependency_unavailable: 503,
  provider_timeout: 504,
} as const;

export type ErrorCode = keyof typeof STATUS_BY_CODE;

/** Every code, by status. */
export const ERROR_CODES = Object.keys(STATUS_BY_CODE) as ErrorCode[];

/** One field of the request that is wrong; `path` is dotted from the request's root, '' for the whole. */
export type FieldError = { path: string; message: string };

type AppErrorOptions = {
  cause?: unknown;
  fields?: FieldError[];
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** Of the answer, beyond those that follow from the status. */
  headers?: Record<string, string>;
};

/**
 * The one error that reaches a client. `message` is public: it says what was wrong and what to do next,
 * and never holds a secret or an internal detail; those go into `cause`, which is only logged.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Record<string, string> | undefined;

  constructor(code: ErrorCode, publicMessage: string, options: AppErrorOptions = {}) {
    super(publicMessage, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers;
  }

  get status(): number {
    return STATUS_BY_CODE[this.code];
  }
}

/** The answer for a thing that does not exist and for one of another team: the two must not be told apart. */
export function notFound(what = 'resource'): AppError {
  return new AppError('not_found', `No such ${what}.`);
}

/** HTTP status of an error code, for documentation. */
export function statusOf(code: ErrorCode): number {
  return STATUS_BY_CODE[code];
}
