import { z } from 'zod';
import { AppError } from '#shared/core/errors.ts';
import { toInvalidBody } from './json-body.ts';

/** The use of a text, which selects the model's prefix. */
export const Kind = z.enum(['query', 'passage']);

/**
 * Schema of a request's texts: a list, or a single text. `readTexts` checks the items, after the length of the list: a
 * million wrong items would make a million messages here.
 */
export const Texts = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.unknown()).min(1),
);

/** @throws AppError `payload_too_large` for too many texts, `validation_failed` for an item that is no text or empty */
export function readTexts(
  values: unknown[],
  { path, maxTexts }: { path: string; maxTexts: number },
): string[] {
  if (values.length > maxTexts) {
    throw new AppError(
      'payload_too_large',
      `${values.length} inputs; one request may have at most ${maxTexts}.`,
    );
  }
  const wrong = values.flatMap((value, at) =>
    typeof value === 'string' && value !== ''
      ? []
      : [{ path: `${path}.${at}`, message: 'must be a text that is not empty (token ids are not accepted)' }],
  );
  if (wrong.length > 0) throw toInvalidBody(wrong);
  return values as string[];
}
