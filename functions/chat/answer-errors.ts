import type { ErrorCode } from '#shared/core/errors.ts';

/** Why a route that has a bot answer may not begin the answer. */
export const ANSWER_ERRORS: readonly ErrorCode[] = [
  'external_model_off',
  'model_without_price',
  'budget_exceeded',
  'dependency_unavailable',
  'provider_error',
  'provider_timeout',
];
