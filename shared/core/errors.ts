/** HTTP status of every error code. Clients depend on the codes: never rename one. */
const STATUS_BY_CODE = {
  invalid_json: 400,
  invalid_request: 400,
  invalid_cursor: 400,
  invalid_logout_token: 400,
  unauthenticated: 401,
  invalid_token: 401,
  session_expired: 401,
  sign_in_failed: 401,
  forbidden: 403,
  insufficient_role: 403,
  sign_up_closed: 403,
  too_many_teams: 403,
  insufficient_scope: 403,
  address_not_allowed: 403,
  external_model_off: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  already_exists: 409,
  last_owner: 409,
  sole_owner: 409,
  legal_hold: 409,
  not_ready: 409,
  request_in_progress: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  idempotency_key_reused: 422,
  unknown_model: 422,
  model_without_price: 422,
  provider_not_configured: 422,
  input_too_long: 422,
  unknown_url: 422,
  domain_not_proved: 422,
  own_address_missing: 422,
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

/** Every code, in ascending order of status. */
export const ERROR_CODES = Object.keys(STATUS_BY_CODE) as ErrorCode[];

/** An invalid field of the request. `path` is dotted from the request's root; '' is the whole request. */
export type FieldError = { path: string; message: string };

type AppErrorOptions = {
  cause?: unknown;
  fields?: FieldError[];
  /** Seconds to wait before retrying; sent as `Retry-After`. */
  retryAfterSeconds?: number;
  /** Response headers beyond those that every response of this status has. */
  headers?: Record<string, string>;
};

/**
 * The only error that is shown to clients. `message` is public: it says what was wrong and what to do next, without
 * secrets or internal details. Those belong in `cause`, which is only logged.
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

/** The error for a missing resource, and for another team's: a client must not be able to tell them apart. */
export function notFound(what = 'resource'): AppError {
  return new AppError('not_found', `No such ${what}.`);
}

/** The error for deleting what a team on legal hold keeps. */
export function legalHold(): AppError {
  return new AppError(
    'legal_hold',
    'The team is on legal hold: nothing of it may be deleted until an owner ends the hold.',
  );
}

/** HTTP status of an error code. */
export function statusOf(code: ErrorCode): number {
  return STATUS_BY_CODE[code];
}
