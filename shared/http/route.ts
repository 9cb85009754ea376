import { z } from 'zod';
import type { KeyScope, Principal } from '#shared/auth/principal.ts';
import type { ErrorCode } from '#shared/core/errors.ts';
import type { Role } from '#shared/core/roles.ts';
import type { HttpRequest } from './request.ts';
import type { EventBody } from './sse.ts';

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

/** A member of the team that the path names. */
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

/** An answer: JSON by default, a redirect by its headers, a stream where the function streams. */
export type Reply = {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
  stream?: EventBody;
  /** Ends the stream's source early: no time is left. */
  controller?: AbortController;
};

type Definition<A extends Access, P extends string, Q extends z.ZodType, B extends z.ZodType> = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: P;
  summary: string;
  description?: string;
  tag: string;
  access: A;
  query?: Q;
  body?: B;
  /** Status → schema of the JSON body; null: no JSON body. */
  response: Record<number, z.ZodType | null>;
  /** What `text/event-stream` answers carry, for the documentation. */
  events?: Record<string, z.ZodType>;
  errors?: ErrorCode[];
  /**
   * A POST that creates: honours `Idempotency-Key`. One that has not ended holds its key for as long as it may still
   * run; `heldSeconds` where that is more than the two minutes that suffice elsewhere.
   */
  idempotent?: true | { heldSeconds: number };
  /** Errors in OpenAI's shape instead of problem+json. */
  errorFormat?: 'openai';
  /** Sign-in routes: counted per address and refused rather than waved through when Redis is away. */
  strictRateLimit?: true;
  /** Load balancers ask often: not counted against any limit. */
  uncounted?: true;
  run(call: Call<A, P, z.output<Q>, z.output<B>>): Promise<Reply>;
};

/** A route with its types erased, as the Lambda and the documentation use it. */
export type Route = Omit<Definition<Access, string, z.ZodType, z.ZodType>, 'run'> & {
  run(call: Call<Access, string, unknown, unknown>): Promise<Reply>;
};

/** Declares a route: everything about it in one place; types of `params`, `query` and `body` follow. */
export function defineRoute<
  const A extends Access,
  const P extends string,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(definition: Definition<A, P, Q, B>): Route {
  return definition;
}

/** 200 with a JSON body. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** 201 with the created thing. */
export function created(body: unknown): Reply {
  return { status: 201, body };
}

/** 202: the work goes on after the answer. */
export function accepted(body: unknown): Reply {
  return { status: 202, body };
}

/** Proxies must neither keep nor gather it. */
const SSE_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/** 200 with a `text/event-stream`, whose source `controller` ends early. */
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

/** Query parameters of every list. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
});

/** The body of every list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}

export const Id = z.uuid();
export const Timestamp = z.iso.datetime();
/** A monthly budget in US dollars: whole cents, as they are stored. */
export const BudgetUsd = z.number().min(0).max(1_000_000).multipleOf(0.01);

/** Years that every calendar, and RFC 3339, can write. */
const MIN_TIME = Date.UTC(1970, 0);
const MAX_TIME = Date.UTC(10_000, 0);

/** Whether a time that a client sent can be stored and sent back. */
export function isUsableTime(time: Date): boolean {
  return time.getTime() >= MIN_TIME && time.getTime() < MAX_TIME;
}

/**
 * The body of a PATCH: every field of `schema` optional and without its default, so that a field that was not
 * sent stays as it is. At least one must be sent.
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
