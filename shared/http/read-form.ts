import type { APIGatewayProxyEvent } from 'aws-lambda';
import { AppError } from '#shared/core/errors.ts';
import { readRequest } from './request.ts';

export const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * The fields of a body as HTML forms send it; of a field that comes twice, the last one.
 * @throws AppError `unsupported_media_type` or `payload_too_large`
 */
export function readForm(event: APIGatewayProxyEvent, maxBytes: number): unknown {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > maxBytes)
    throw new AppError(
      'payload_too_large',
      `The body has ${body.length} bytes; at most ${maxBytes} are accepted.`,
    );
  const [type = ''] = (readRequest(event).header('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== FORM_TYPE)
    throw new AppError('unsupported_media_type', `Send the body as \`Content-Type: ${FORM_TYPE}\`.`);
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}
