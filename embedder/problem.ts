import { STATUS_CODES } from 'node:http';
import { AppError } from '#shared/errors.ts';

/** The error as a client may see it: itself when it is an AppError, else a fixed text without any detail. */
export function publicError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(
    'internal_error',
    'Something went wrong on our side; the request id finds it in the log.',
    {
      cause: error,
    },
  );
}

/** The RFC 9457 body of an error. */
export function problem(error: AppError, requestId: string): object {
  return {
    type: `https://docs.rag-platform.dev/errors/${error.code}`,
    title: STATUS_CODES[error.status],
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.fields ? { errors: error.fields } : {}),
  };
}

/** The same error as OpenAI words it. Nothing but the model can be missing on that path. */
export function openAiError(error: AppError): object {
  return {
    error: {
      message: error.message,
      type: openAiType(error.status),
      code: error.code === 'not_found' ? 'model_not_found' : error.code,
      param: error.fields?.[0]?.path.split('.')[0] ?? null,
    },
  };
}

function openAiType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
