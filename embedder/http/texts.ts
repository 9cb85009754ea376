import { z } from 'zod';
import { AppError } from '#shared/core/errors.ts';
import { invalidBody } from './json-body.ts';

/**
 * The texts of a request; a single one counts as a list of one. What is in the list is left to `readTexts`: it
 * looks only once the number is known to be sane, and a million wrong items would cost a million messages.
 */
export const Texts = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.unknown()).min(1),
);

/** @throws AppError `payload_too_large` for too many, `validation_failed` for what is not a text */
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
  if (wrong.length > 0) throw invalidBody(wrong);
  return values as string[];
}
