import { z } from 'zod';
import { AppError, type FieldError } from '#shared/core/errors.ts';
import type { Route } from './route.ts';

const NO_FIELDS = z.strictObject({});
const MAX_ERRORS = 50;
const MAX_NAME_CHARS = 100;

/**
 * The query parameters as the route's schema gives them; undefined for a route without.
 * @throws AppError `validation_failed` for unknown parameters, `invalid_request` for others that are not acceptable
 */
export function validateQuery({ query: schema, errorFormat }: Route, query: unknown): unknown {
  if (schema) return validate(schema, query, { where: 'query', code: 'invalid_request' });
  if (errorFormat !== 'openai') validate(NO_FIELDS, query, { where: 'query', code: 'invalid_request' });
  return undefined;
}

/**
 * The body as the route's schema gives it; undefined for a route without. On such a route an object with fields is
 * refused, since none of them has an effect; any other body is ignored. `read` reads the body.
 * @throws AppError `validation_failed`
 */
export function validateBody({ body: schema, method, errorFormat }: Route, read: () => unknown): unknown {
  if (schema) return validate(schema, read(), { where: 'body', code: 'validation_failed' });
  if (method === 'GET' || errorFormat === 'openai') return undefined;
  const ignored = readIgnored(read);
  if (ignored !== null && typeof ignored === 'object' && !Array.isArray(ignored))
    validate(NO_FIELDS, ignored, { where: 'body', code: 'validation_failed' });
  return undefined;
}

/** The body of a request that needs none; undefined when it cannot be read. */
function readIgnored(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

type Input = { where: 'query' | 'body'; code: 'invalid_request' | 'validation_failed' };

function validate(schema: z.ZodType, value: unknown, { where, code }: Input): unknown {
  const result = schema.safeParse(value);
  const forbidden = hasForbiddenKey(value) ? [FORBIDDEN_KEY] : [];
  if (result.success && forbidden.length === 0) return result.data;
  const issues: z.core.$ZodIssue[] = [...forbidden, ...(result.error?.issues ?? [])];
  const fields = issues.flatMap((issue) => toFieldErrors(issue, where)).slice(0, MAX_ERRORS);
  const first = fields[0];
  const detail = `The ${where} is not acceptable: ${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'invalid'}.`;
  const isUnknown = issues.some((issue) => issue.code === 'unrecognized_keys');
  throw new AppError(isUnknown ? 'validation_failed' : code, detail, { fields });
}

const FORBIDDEN_KEY: z.core.$ZodIssue = {
  code: 'unrecognized_keys',
  keys: ['__proto__'],
  path: [],
  message: 'Unrecognized key',
};

/** Whether an object at any depth has the key `__proto__`. Zod's records drop it, and with it a filter's condition. */
function hasForbiddenKey(value: unknown): boolean {
  const rest = [value];
  while (rest.length > 0) {
    const each = rest.pop();
    if (each === null || typeof each !== 'object') continue;
    if (Object.hasOwn(each, '__proto__')) return true;
    for (const member of Object.values(each)) rest.push(member);
  }
  return false;
}

/** One error per unknown field, with the field's own path; one for any other issue. */
function toFieldErrors(issue: z.core.$ZodIssue, where: Input['where']): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const unknown = where === 'query' ? 'unknown parameter' : 'unknown field';
    const message = issue.message.startsWith('Unrecognized key') ? unknown : issue.message;
    return issue.keys.map((key) => ({ path: [...path, key.slice(0, MAX_NAME_CHARS)].join('.'), message }));
  }
  const unknown = issue.code === 'invalid_union' ? onlyUnknown(issue) : undefined;
  if (!unknown) return [{ path: path.join('.'), message: issue.message }];
  const inside = unknown.flatMap((each) => toFieldErrors(each, where));
  return inside.map((each) => ({ ...each, path: [...path, each.path].join('.') }));
}

/** The issues of the alternative that the value fits but for unknown fields, where the union has no message of its own. */
function onlyUnknown({ errors, message }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  if (message !== 'Invalid input') return undefined;
  return errors.find((issues) => {
    return issues.length > 0 && issues.every(({ code }) => code === 'unrecognized_keys');
  });
}
