import { ApiProblem } from '../../api/problem.ts';

/** What the API says about a field or anything within it, such as `starters` for `starters.2`. */
export function formErrors(error: unknown): (path: string) => string | undefined {
  if (!(error instanceof ApiProblem)) return () => undefined;
  // The API names no field for an unknown model, and there is only one that people choose.
  if (error.code === 'unknown_model' || error.code === 'provider_not_configured')
    return (path) => (path === 'model' ? error.message : undefined);
  return (path) => error.fields.find((field) => `${field.path}.`.startsWith(`${path}.`))?.message;
}
