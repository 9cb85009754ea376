import { AppError, type ErrorCode } from '../errors.ts';

export const ERROR_TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The error as the client may see it: itself when it is an AppError, else a fixed text without any detail. */
export function publicError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(
    'internal_error',
    'Something went wrong on our side; the request id finds it in the log.',
    { cause: error },
  );
}

/** The RFC 9457 body of an error. */
export function problem(error: AppError, requestId: string) {
  return {
    type: `https://docs.rag-platform.dev/errors/${error.code}`,
    title: ERROR_TITLES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.fields ? { errors: error.fields } : {}),
  };
}

/** The same error in OpenAI's shape, for the paths that an OpenAI client speaks. */
export function openAiError(error: AppError) {
  return {
    error: {
      message: error.message,
      type: openAiType(error.code, error.status),
      code: error.code,
      param: error.fields?.[0]?.path ?? null,
    },
  };
}

function openAiType(code: ErrorCode, status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return code === 'budget_exceeded' ? 'insufficient_quota' : 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
