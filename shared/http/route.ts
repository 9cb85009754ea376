import { z } from 'zod';
import type { KeyScope, Principal } from '#shared/auth/principal.ts';
import type { ErrorCode } from '#shared/core/errors.ts';
import type { Role } from '#shared/core/roles.ts';
import type { HttpRequest } from './request.ts';
import type { EventBody } from './sse.ts';
import { toStrict } from './strict-schema.ts';

/**
 * Who may call a route.
 * - `public`: anyone.
 * - `user`: a signed-in person; API keys are refused.
 * - `{ scope }`: a signed-in person, or an API key with the scope.
 * - `{ role, scope }`: a member of the path's team with at least the role; an API key needs the scope too.
 *
 * As a scope, `any` accepts every API key and `session-only` refuses them all.
 */
export type Access = 'public' | 'user' | { scope: KeyScope } | { role: Role; scope: KeyScope };

/** A caller with a role in the team of the path. */
export type TeamPrincipal = Principal & { teamId: string; role: Role };

type PrincipalFor<A extends Access> = A extends 'public'
  ? null
  : A extends { role: Role }
    ? TeamPrincipal
    : Principal;

type ParamNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

type Call<A extends Access, P extends string, Q, B> = {
  principal: PrincipalFor<A>;
  params: Record<ParamNames<P>, string>;
  query: Q;
  body: B;
  request: HttpRequest;
};

/** A response: JSON by default, a redirect by its headers, or a stream where the function streams. */
export type Reply = {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
  stream?: EventBody;
  /** Ends the source of the stream early, when no time is left. */
  controller?: AbortController;
};

type Definition<A extends Access, P extends string, Q extends z.ZodType, B extends z.ZodType> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: P;
  summary: string;
  description?: string;
  tag: string;
  access: A;
  query?: Q;
  body?: B;
  /** The form of the body, where it is not JSON: what a standard makes others send. */
  bodyFormat?: 'form';
  /** Status → schema of the JSON body; null: no JSON body. */
  response: Record<number, z.ZodType | null>;
  /** The events of a `text/event-stream` response: name → schema of the data. For the documentation only. */
  events?: Record<string, z.ZodType>;
  errors?: ErrorCode[];
  /**
   * Honours `Idempotency-Key`. An unfinished request holds its key for two minutes, or for `heldSeconds` where it may
   * run longer. `fromDocuments`: the response is made from what its caller sees, and not repeated to one who sees less.
   */
  idempotent?: true | { heldSeconds: number; fromDocuments: true };
  /** Errors in OpenAI's format instead of problem+json, and no error for unknown fields. */
  errorFormat?: 'openai';
  /** Sign-in routes: counted per address by the `sign-in` limit, and refused while the store of counts is down. */
  strictRateLimit?: true;
  /** Counted against no limit, for frequent requests of load balancers. */
  uncounted?: true;
  run(call: Call<A, P, z.output<Q>, z.output<B>>): Promise<Reply>;
};

/** A route with its types erased, for `lambda` and for the OpenAPI document. */
export type Route = Omit<Definition<Access, string, z.ZodType, z.ZodType>, 'run'> & {
  run(call: Call<Access, string, unknown, unknown>): Promise<Reply>;
};

/**
 * Declares a route in one place. The types of `params`, `query` and `body` in `run` are inferred. Unknown fields are
 * refused at every depth, so that a misspelt restriction has no wider effect than a right one; OpenAI's clients may
 * send more than a route knows.
 */
export function defineRoute<
  const A extends Access,
  const P extends string,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(definition: Definition<A, P, Q, B>): Route {
  if (definition.errorFormat === 'openai') return definition;
  const { query, body } = definition;
  return {
    ...definition,
    ...(query && { query: toStrict(query) }),
    ...(body && { body: toStrict(body) }),
  };
}

/** 200 with a JSON body. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** 201 with the created resource. */
export function created(body: unknown): Reply {
  return { status: 201, body };
}

/** 202: processing continues after the response. */
export function accepted(body: unknown): Reply {
  return { status: 202, body };
}

/** Proxies must neither cache nor buffer a stream. */
const SSE_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/** 200 with a `text/event-stream`; aborting `controller` ends its source early. */
export function streamReply(stream: EventBody, controller: AbortController): Reply {
  return { status: 200, headers: SSE_HEADERS, stream, controller };
}

/** 204, no body. */
export function noContent(): Reply {
  return { status: 204 };
}

/** 302 to another URL. */
export function redirect(location: string, cookies: string[] = []): Reply {
  return { status: 302, headers: { Location: location, 'Cache-Control': 'no-store' }, cookies };
}

/** The query parameters of a list. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
});

/** The response body of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}

export const Id = z.uuid();
export const Timestamp = z.iso.datetime();
/** A monthly budget in US dollars, in whole cents as it is stored. */
export const BudgetUsd = z.number().min(0).max(1_000_000).multipleOf(0.01);

/** The years 1970 to 9999, which RFC 3339 can represent. */
const MIN_TIME = Date.UTC(1970, 0);
const MAX_TIME = Date.UTC(10_000, 0);

/** Whether a time from a client can be stored and sent back. */
export function isUsableTime(time: Date): boolean {
  return time.getTime() >= MIN_TIME && time.getTime() < MAX_TIME;
}

const DAY_MS = 86_400_000;

/** A time with its offset, or a day, as text: a day's beginning and end depend on a time zone. */
export const TimeOrDay = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .refine(isUsableTimeOrDay, 'must lie between the years 1970 and 9999');

/** The last day of all is none: it ends in the year 10000. */
function isUsableTimeOrDay(text: string): boolean {
  const time = new Date(text);
  return isUsableTime(time) && (text.includes('T') || isUsableTime(new Date(time.getTime() + DAY_MS)));
}

/**
 * The body of a PATCH: every field of `schema` is optional and has no default, so that fields that are not sent keep
 * their values. At least one field must be sent.
 */
export function changes<S extends z.ZodObject>(schema: S): z.ZodType<Partial<z.output<S>>> {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    return [
      name,
      (field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : (field as z.ZodType)).optional(),
    ];
  });
  const partial = z.object(Object.fromEntries(fields) as Record<string, z.ZodType>);
  return partial.refine((body) => Object.keys(body).length > 0, 'nothing to change') as unknown as z.ZodType<
    Partial<z.output<S>>
  >;
}
