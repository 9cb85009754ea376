import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';

const httpConfig = section('http');

/** @throws AppError `unknown_url` unless the URL is one of the configured ones, or undefined */
export function requireReturnTo(returnTo: string | undefined): void {
  if (returnTo === undefined || httpConfig().RETURN_TO_URLS.includes(returnTo)) return;
  throw new AppError(
    'unknown_url',
    '`return_to` is not one of the allowed URLs; ask the operator to add it to RETURN_TO_URLS.',
    { fields: [{ path: 'return_to', message: 'not allowed' }] },
  );
}
