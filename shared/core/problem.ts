import { STATUS_CODES } from 'node:http';
import { AppError, type ErrorCode, statusOf } from './errors.ts';

/** The error to show to a client: an AppError as it is, anything else as an internal error without details. */
export function publicError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(
    'internal_error',
    'Something went wrong on our side; look up the request id in the log.',
    { cause: error },
  );
}

/** The headers of an error's response: when to retry, how to authenticate, and the error's own. */
export function errorHeaders({ status, retryAfterSeconds, headers }: AppError): Record<string, string> {
  return {
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
    ...headers,
  };
}

/** The RFC 9457 body of an error. */
export function problem(error: AppError, requestId: string): object {
  return {
    type: `urn:rag-platform:error:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.fields ? { errors: error.fields } : {}),
  };
}

export type OpenAiError = {
  error: { message: string; type: string; code: string | null; param: string | null };
};

/** The error in OpenAI's format. On its paths `not_found` always means the model, so it becomes `model_not_found`. */
export function openAiError(error: AppError): OpenAiError {
  const [field] = error.fields ?? [];
  return {
    error: {
      message: error.message,
      type: openAiErrorType(error.code),
      code: error.code === 'not_found' ? 'model_not_found' : error.code,
      param: field?.path.split('.')[0] || null,
    },
  };
}

/** OpenAI's `type` for an error code. */
export function openAiErrorType(code: ErrorCode): string {
  const status = statusOf(code);
  if (code === 'budget_exceeded') return 'insufficient_quota';
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
